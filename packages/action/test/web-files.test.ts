import { describe, expect, test } from 'vitest';
import { noEngine } from './draft-engine.ts';
import { CONFIG, oneTransfer, startWorkbench } from './workbench.ts';

const withAlso = `${oneTransfer('prospolabs').trimEnd()}\ndefaults: { also: [poster, gif] }\n`;

describe('also', () => {
  test('where the codec cannot be installed: the video is bought and delivered, and a warning says what to do', async () => {
    const bench = await startWorkbench({ config: withAlso });
    const run = await bench.run({}, { environment: noEngine(bench) });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.outputs).toMatchObject({ 'generated-count': '1', 'failed-count': '0' });
    expect(bench.submits()).toBe(1);
    expect(bench.emulator.artifacts[0]?.bytes.includes('animations/wave.mp4')).toBe(true);
    const [warning, ...more] = run.annotations.filter(({ message }) =>
      message.startsWith('Not made:'),
    );
    expect(more).toEqual([]);
    expect(warning?.message).toMatch(
      /^Not made: animations\/wave\.poster\.jpg, animations\/wave\.gif\. .*installing them did not work.*once this is settled the next run makes what is missing/,
    );
    expect(run.summary).toMatch(/not made\S* poster and gif/);
    expect(bench.results(run).results[0]).toMatchObject({
      state: 'generated',
      webFiles: [
        { kind: 'poster', state: 'failed', sha256: null },
        { kind: 'gif', state: 'failed', sha256: null },
      ],
    });
    expect(bench.exists('animations/wave.gif')).toBe(false);
  });

  test('that would overwrite an asset is an error at its place in the config, and nothing is bought', async () => {
    const bench = await startWorkbench();
    bench.write('animations/wave.poster.jpg', bench.read('robot.png'));
    bench.write(
      CONFIG,
      `version: 1
provider: prospolabs
transfers:
  - character: animations/wave.poster.jpg
    motion: wave.mp4
    output: animations/wave.mp4
    also: [poster]
`,
    );
    const run = await bench.run();
    expect(run.exitCode).toBe(1);
    const error = run.annotations.find(({ level }) => level === 'error');
    expect(error).toMatchObject({ file: CONFIG, line: 7, column: 11 });
    expect(error?.message).toContain('animations/wave.poster.jpg is also a character of this plan');
    expect(bench.submits()).toBe(0);
  });
});
