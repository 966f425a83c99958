import type { Fault } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import { oneTransfer, startWorkbench, type Workbench } from './workbench.ts';

/** What a provider was given: bytes of the checkout, named by their hash on the bill. */
function uploadsOf(bench: Workbench) {
  return bench.emulator.requests.filter(({ site }) => site?.at === 'upload');
}

const GRANTED = 'staging: { provider: public }\n';

describe('local files of a private repository', () => {
  test('reach Replicate through its own storage, and nobody else', async () => {
    const bench = await startWorkbench({ config: oneTransfer('replicate'), visibility: 'private' });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(uploadsOf(bench)).toHaveLength(2);
    expect(bench.emulator.bill).toHaveLength(1);
    expect(bench.emulator.requests.filter(({ mount }) => mount === 'raw')).toEqual([]);
  });

  test('go behind a public link of fal only when the config allows it', async () => {
    const bench = await startWorkbench({ config: oneTransfer('fal'), visibility: 'private' });
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

  test('go to WaveSpeed, which does not say who can open their address, only by the word of the config', async () => {
    const config = oneTransfer('wavespeed');
    const bench = await startWorkbench({ config, visibility: 'private' });
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

  test('are uploaded once for all transfers of a run', async () => {
    const config = `version: 1
provider: replicate
defaults: { prompt: a robot waves }
transfers:
  - { character: robot.png, motion: wave.mp4, output: a.mp4 }
  - { character: robot.png, motion: wave.mp4, output: b.mp4, tier: pro }
  - { character: robot.png, motion: wave.mp4, output: c.mp4, take: 2 }
`;
    const bench = await startWorkbench({ config, visibility: 'private' });
    const run = await bench.run();
    expect(run.outputs['generated-count'], run.stdout).toBe('3');
    expect(uploadsOf(bench)).toHaveLength(2);
  });
});

describe('an upload that fails', () => {
  test.concurrent.each<[string, 'fal' | 'replicate' | 'wavespeed', Fault, number]>([
    ['for good', 'fal', { at: 'upload', kind: 'error', status: 403 }, 0],
    ['for good', 'replicate', { at: 'upload', kind: 'error', status: 413 }, 0],
    ['with every try', 'replicate', { at: 'upload', kind: 'lost-answer', times: Infinity }, 0],
    ['with a web page', 'fal', { at: 'upload', kind: 'html-body' }, 0],
    ['without an address', 'wavespeed', { at: 'upload', kind: 'html-body' }, 0],
    ['once', 'fal', { at: 'upload', kind: 'error', status: 503 }, 1],
    ['once', 'replicate', { at: 'upload', kind: 'lost-answer' }, 1],
  ])('%s at %s buys nothing that could not be made', async (_title, provider, fault, charges) => {
    const bench = await startWorkbench({ config: oneTransfer(provider) });
    bench.emulator.inject(fault);
    const run = await bench.run();
    expect(bench.emulator.firedFaults.length).toBeGreaterThan(0);
    expect(bench.emulator.bill.length, run.stdout).toBe(charges);
    expect(run.exitCode).toBe(charges === 1 ? 0 : 1);
    expect(run.outputs['held-cost']).toBe('0.00');
    bench.emulator.clearFaults();
    expect((await bench.run()).exitCode).toBe(0);
    expect(bench.emulator.bill).toHaveLength(1);
  });
});

describe('fal', () => {
  test('shows the job and its place in the queue while it waits, and gets one frontal image', async () => {
    const front = 'https://cdn.example.com/front.png';
    const config = oneTransfer(
      'fal',
      `    orientation: video
    provider-options: { fal: { elements: [{ frontal-image-url: "${front}" }] } }
`,
    );
    const bench = await startWorkbench({ config, fal: { queuedBehind: 1 } });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    const [submit] = bench.emulator.requests.filter(({ site }) => site?.at === 'submit');
    expect(submit?.body).toMatchObject({ elements: [{ frontal_image_url: front }] });
    expect(submit?.headers).not.toHaveProperty('x-fal-no-retry');
    const [{ jobId = '' } = {}] = bench.emulator.bill;
    expect(run.stdout).toContain(`animations/wave: waiting (job ${jobId}), `);
    expect(run.stdout).toContain(`animations/wave: waiting (job ${jobId}: in the queue behind 1)`);
    expect(run.stdout).toContain(`animations/wave: waiting (job ${jobId}: next in the queue)`);
  });

  test.concurrent.each(['emulated', 'real'] as const)(
    'is asked on at its own queue, whichever addresses it names: %s',
    async (addresses) => {
      const bench = await startWorkbench({ config: oneTransfer('fal'), fal: { addresses } });
      const run = await bench.run();
      expect(run.exitCode, run.stdout).toBe(0);
      expect(run.outputs['actual-cost']).toBe(
        (bench.emulator.totalMicroUsd() / 1e6).toFixed(6).replace(/0{1,4}$/, ''),
      );
    },
  );

  test.concurrent.each(['videos', 'absent'] as const)(
    'and its header is no charge where it counts %s',
    async (billableUnits) => {
      const bench = await startWorkbench({ config: oneTransfer('fal'), fal: { billableUnits } });
      const run = await bench.run();
      expect(bench.results(run).results[0]?.charge).toMatchObject({ source: 'estimated' });
    },
  );

  test.concurrent.each(['status', 'result'] as const)(
    'tells of a failed job in its %s; it counts as charged, and is not bought again',
    async (failure) => {
      const bench = await startWorkbench({ config: oneTransfer('fal'), fal: { failure } });
      bench.emulator.inject({
        at: 'submit',
        kind: 'job-fails',
        code: 'video_too_dark',
        message: 'nobody can be seen',
      });
      const run = await bench.run();
      const [result] = bench.results(run).results;
      expect(result).toMatchObject({
        state: 'failed',
        message: expect.stringContaining('nobody can be seen'),
      });
      expect((await bench.run()).outputs['blocked-count']).toBe('1');
      expect(bench.submits()).toBe(1);
    },
  );
});

test('an output that Replicate has removed is distinguished, and not bought again', async () => {
  const bench = await startWorkbench({ config: oneTransfer('replicate') });
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
