import { describe, expect, test } from 'vitest';
import { build, FILES, only, problemsOf } from './support.ts';

const CROSS = `version: 1
provider: fal
transfers:
  - character: assets/characters/*.png
    motion: "assets/motions/*.mp4"
    output: "out/{character}-{motion}.mp4"
`;
const cell = (more: string) => `${CROSS}  - character: assets/characters/girl.png
    motion: assets/motions/wave.mp4
    output: out/girl-wave.mp4
${more}`;

describe('a transfer that is written out beside a cross product', () => {
  test('beats the same cell of it, with a take and parameters of its own', () => {
    const { transfers } = build(cell('    take: 2\n    prompt: wave slowly\n')).config;
    expect(transfers.map(({ output, parameters }) => [output, parameters.take])).toEqual([
      ['out/girl-dance.mp4', 1],
      ['out/robot-dance.mp4', 1],
      ['out/robot-wave.mp4', 1],
      ['out/girl-wave.mp4', 2],
    ]);
  });

  test('beats it wherever it stands', () => {
    const [head = '', list = ''] = cell('    take: 2\n').split('transfers:\n');
    const entries = list.split(/^(?= {2}- )/m).reverse();
    const { transfers } = build(`${head}transfers:\n${entries.join('')}`).config;
    expect(transfers).toHaveLength(4);
    expect(transfers[0]).toMatchObject({ output: 'out/girl-wave.mp4', parameters: { take: 2 } });
  });

  test('is a clash when it is made of something else', () => {
    const other = cell('').replace(
      'motion: assets/motions/wave.mp4',
      'motion: assets/motions/dance.mp4',
    );
    expect(problemsOf(other)[0]?.message).toContain('out/girl-wave.mp4 would be written twice');
  });

  test('is a clash when it is written out twice', () => {
    const twice = `${cell('')}  - ${'{ character: assets/characters/girl.png, motion: assets/motions/wave.mp4, output: out/girl-wave.mp4 }'}\n`;
    expect(problemsOf(twice)[0]?.message).toContain('would be written twice');
  });
});

describe('exclude', () => {
  const outputsWith = (exclude: string) =>
    build(
      CROSS.replace('    output:', `    exclude: ${exclude}\n    output:`),
    ).config.transfers.map(({ output }) => output);

  test('leaves files out of both globs', () => {
    expect(outputsWith('assets/motions/d*.mp4')).toEqual([
      'out/girl-wave.mp4',
      'out/robot-wave.mp4',
    ]);
    expect(outputsWith('["**/robot.png", "**/wave.mp4"]')).toEqual(['out/girl-dance.mp4']);
  });

  test('that matches nothing is a warning, because it may be a slip', () => {
    const text = CROSS.replace('    output:', '    exclude: assets/old/*.png\n    output:');
    const { warnings, config } = build(text);
    expect(config.transfers).toHaveLength(4);
    expect(warnings.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('assets/old/*.png leaves nothing out'),
    );
  });
});

describe('a name with an accent', () => {
  const COMPOSED = 'assets/caf\u00e9.png';
  const DECOMPOSED = 'assets/cafe\u0301.png';
  const config = (character: string) => `version: 1
provider: fal
transfers:
  - { character: "${character}", motion: assets/motions/wave.mp4, output: o.mp4 }
`;

  test.each([
    ['composed', COMPOSED, DECOMPOSED],
    ['decomposed', DECOMPOSED, COMPOSED],
  ])('is the same %s in the config and otherwise in the repository', (_how, written, stored) => {
    const files = [...FILES, stored].sort();
    for (const text of [written, written.replace('assets/', 'assets/*').replace('*c', '[c]')]) {
      const { character } = only(build(config(text), {}, files).config.transfers);
      expect(character).toEqual({ kind: 'file', path: stored });
    }
  });
});
