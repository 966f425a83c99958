import type { Fault } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import {
  askOwnQueue,
  estimateFal,
  failAtFal,
  GRANTED,
  surviveUpload,
  uploadsOf,
} from './uploads/scenes.ts';
import { oneTransfer, startWithoutArtifacts } from './workbench.ts';

/** More of what uploads.test.ts shows by an example each. */
describe.concurrent('an upload that fails', () => {
  test.each<[string, 'fal' | 'replicate' | 'wavespeed', Fault, 0 | 1]>([
    ['for good', 'replicate', { at: 'upload', kind: 'error', status: 413 }, 0],
    ['without an address', 'wavespeed', { at: 'upload', kind: 'html-body' }, 0],
    ['with a web page', 'fal', { at: 'upload', kind: 'html-body' }, 0],
    ['once', 'fal', { at: 'upload', kind: 'error', status: 503 }, 1],
  ])('%s at %s buys nothing that could not be made', (_title, ...failing) =>
    surviveUpload(...failing),
  );

  test('once is tried again', () =>
    surviveUpload('replicate', { at: 'upload', kind: 'lost-answer' }, 1));

  test('with every try buys nothing that could not be made', () =>
    surviveUpload('replicate', { at: 'upload', kind: 'lost-answer', times: Infinity }, 0));
});

describe.concurrent('fal', () => {
  test('is asked on at its own queue, which it names', () => askOwnQueue('emulated'));

  test('and its header is no charge where it counts videos', () => estimateFal('videos'));

  test('tells of a failed job in its result; it counts as charged, and is not bought again', () =>
    failAtFal('result'));

  test('is asked on at its own queue, although it names the addresses of the real one', () =>
    askOwnQueue('real'));

  test('and its header is no charge where it is absent', () => estimateFal('absent'));

  test('tells of a failed job in its status; it counts as charged, and is not bought again', () =>
    failAtFal('status'));
});

test.concurrent('an output that Replicate has removed is distinguished, and not bought again', async () => {
  const bench = await startWithoutArtifacts({ config: oneTransfer('replicate') });
  bench.emulator.inject({ at: 'download', kind: 'truncated-body', times: Infinity });
  await bench.run();
  bench.emulator.clearFaults();
  bench.emulator.advance(2 * 3_600_000);
  bench.emulator.inject({ at: 'download', kind: 'error', status: 404, times: Infinity });
  const run = await bench.run();
  expect(run.stdout).toContain('removed the output');
  expect((await bench.run()).outputs['blocked-count']).toBe('1');
  expect(bench.submits()).toBe(1);
});

describe.concurrent('local files of a private repository', () => {
  test('go behind a public link of fal only when the config allows it', async () => {
    const bench = await startWithoutArtifacts({
      config: oneTransfer('fal'),
      visibility: 'private',
    });
    for (const inputs of [{}, { staging: 'provider' }, { staging: 'auto' }]) {
      const refused = await bench.run(inputs);
      expect(refused.exitCode).toBe(1);
      expect(refused.stdout).toContain('staging: { provider: public }');
    }
    // Its prices may be read; nothing is handed over.
    const handedOver = bench.emulator.requests.filter(
      ({ mount, method }) => mount.startsWith('fal') && method !== 'GET',
    );
    expect(handedOver).toEqual([]);

    bench.write('.github/motion-transfer.yml', oneTransfer('fal') + GRANTED);
    const granted = await bench.run();
    expect(granted.exitCode, granted.stdout).toBe(0);
    expect(bench.emulator.bill).toHaveLength(1);
  });

  test('are uploaded once for all transfers of a run', async () => {
    const config = `version: 1
provider: replicate
defaults: { prompt: a robot waves }
transfers:
  - { character: robot.png, motion: wave.mp4, output: a.mp4 }
  - { character: robot.png, motion: wave.mp4, output: b.mp4, tier: pro }
  - { character: robot.png, motion: wave.mp4, output: c.mp4, take: 2 }
`;
    const bench = await startWithoutArtifacts({ config, visibility: 'private' });
    const run = await bench.run();
    expect(run.outputs['generated-count'], run.stdout).toBe('3');
    expect(uploadsOf(bench)).toHaveLength(2);
  });

  test('go to WaveSpeed, which does not say who can open their address, only when the config allows it', async () => {
    const config = oneTransfer('wavespeed');
    const bench = await startWithoutArtifacts({ config, visibility: 'private' });
    const refused = await bench.run();
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain('staging: { provider: public }');
    expect(bench.emulator.requests.filter(({ mount }) => mount.startsWith('wavespeed'))).toEqual(
      [],
    );

    bench.write('.github/motion-transfer.yml', config + GRANTED);
    const granted = await bench.run();
    expect(granted.exitCode, granted.stdout).toBe(0);
    expect(uploadsOf(bench)).toHaveLength(2);
    expect(bench.emulator.bill).toHaveLength(1);
  });
});
