import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConfigError } from '../../src/model/errors.ts';
import { buildOrRefuse, configText, configValues, FRAGMENTS } from '../fuzz/config.ts';
import { assertTarget } from '../fuzz/target.ts';
import { sweepSize } from '../support/sweep.ts';
import { build, configWith } from './support.ts';

test('no text makes anything but a config or a ConfigError', () =>
  assertTarget(configText, sweepSize(1_000)));

test('no value in any key makes anything but a config or a ConfigError', () =>
  assertTarget(configValues, sweepSize(500)));

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
    { numRuns: sweepSize(500) },
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
    { numRuns: sweepSize(500) },
  );
});
