import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConfigError } from '../../src/model/errors.ts';
import { build, configWith } from './support.ts';

/** Fragments that steer random text into the corners of the parser. */
const FRAGMENTS = [
  'version: 1',
  'provider: fal',
  'transfers:',
  '  - ',
  'character: ',
  'assets/**/*.png',
  '{character}',
  'output: a.mp4',
  'budget: { per-run: ',
  '.nan',
  '5',
  '}',
  ']',
  '[',
  '&a ',
  '*a',
  '!!map ',
  '? ',
  ': ',
  '- ',
  '<<: ',
  '|\n',
  '>-\n',
  '"',
  "'",
  '#',
  '---\n',
  '%YAML 1.1\n',
  '__proto__: ',
  'constructor: ',
  '\n',
  '\n  ',
  '\t',
  '\0',
  '\uFEFF',
  '\ud800',
  'https://a:b@c/#d',
];

const text = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 5 })), { maxLength: 40 })
  .map((parts) => parts.join(''));

/** A sound config with one place replaced. */
const mutant = fc
  .tuple(fc.nat(400), fc.nat(10), fc.constantFrom(...FRAGMENTS))
  .map(([at, length, part]) => {
    const sound = configWith(
      '    take: 2\n    provider-options: { fal: { retention: long } }\nbudget: { per-run: 5 }\n',
    );
    return sound.slice(0, at) + part + sound.slice(at + length);
  });

function buildOrRefuse(written: string, inputs = {}): void {
  try {
    build(written, inputs);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.issues.length).toBeGreaterThan(0);
    expect(error.issues.every(({ message }) => message !== '')).toBe(true);
  }
}

test('no text makes anything but a config or a ConfigError', () => {
  fc.assert(
    fc.property(fc.oneof(text, mutant), (written) => buildOrRefuse(written)),
    { numRuns: 1500 },
  );
});

test('no value in any key makes anything but a config or a ConfigError', () => {
  const value = fc.json({ maxDepth: 3 });
  const keys = fc.constantFrom(
    'provider',
    'budget',
    'defaults',
    'staging',
    'ledger',
    'transfers',
    'version',
  );
  const config = fc
    .dictionary(keys, value)
    .map((entries) => Object.entries(entries).map(([key, json]) => `${key}: ${json}`))
    .map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(config, (written) => buildOrRefuse(written)),
    { numRuns: 500 },
  );
});

test('no inputs make anything but a config or a ConfigError', () => {
  const input = fc.oneof(
    fc.constantFrom(...FRAGMENTS, 'true', '7', 'cheapest', 'assets/hero.png', 'o.mp4', '../x'),
    fc.string({ maxLength: 8, unit: 'grapheme' }),
  );
  const names = [
    'character',
    'motion',
    'output',
    'prompt',
    'provider',
    'tier',
    'keepOriginalSound',
    'duration',
    'take',
    'staging',
    'ledger',
    'onExceed',
    'maxCost',
    'only',
  ];
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), input), (inputs) =>
      buildOrRefuse(configWith(''), inputs),
    ),
    { numRuns: 500 },
  );
});

test('whatever outputs a config ends up with are distinct, relative MP4 paths', () => {
  const name = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom('a', '..', 'CON', '{motion}'),
  );
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (parts) => {
      const output = JSON.stringify(`${parts.join('/')}.mp4`);
      let transfers: readonly { readonly output: string }[] = [];
      try {
        transfers = build(configWith('').replace('out/hero-wave.mp4', output)).config.transfers;
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
      }
      for (const transfer of transfers) {
        expect(transfer.output).toMatch(/^[^/\\<>:"|?*][^\\<>:"|?*]*[^/\\<>:"|?*]*\.mp4$/);
        expect(transfer.output.split('/')).not.toContain('..');
      }
    }),
    { numRuns: 500 },
  );
});
