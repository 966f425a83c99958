import { describe, expect, test } from 'vitest';
import { refusal, refuseAccount, refuseOnce } from './market/refusals.ts';
import { oneTransfer, startWithoutArtifacts } from './workbench.ts';

/** More of what market.test.ts shows by an example each. */
describe.concurrent('Kling', () => {
  test.each([
    [1100, '1100'],
    [1102, 'buy another one'],
    [1304, 'admits other addresses only'],
  ])('that answers 429 with %i is not asked again, and nothing is held', refuseAccount);

  test('that takes four requests a second sells twelve transfers, each once', async () => {
    const transfers = Array.from(
      { length: 12 },
      (_, index) =>
        `  - { character: robot.png, motion: wave.mp4, output: out/${index}.mp4, prompt: wave ${index} }\n`,
    );
    const config = `version: 1\nprovider: kling\ntransfers:\n${transfers.join('')}`;
    const bench = await startWithoutArtifacts({ config, kling: { requestsPerSecond: 4 } });
    const run = await bench.run({ concurrency: '12' });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.stdout).toContain('1302');
    expect(run.outputs['generated-count']).toBe('12');
    expect(bench.emulator.bill).toHaveLength(12);
    expect(run.outputs['held-cost']).toBe('0.00');
  });

  test('that runs too many tasks is asked again', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('kling') });
    bench.emulator.inject(refusal(429, { code: 1303, message: 'parallel task over limit' }));
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(2);
    expect(bench.emulator.bill).toHaveLength(1);
  });
});

describe.concurrent('kie.ai', () => {
  test.each([
    ['a parameter', { code: 422, msg: 'input_urls is required' }],
    ['the limit of a sub-key', { code: 433, msg: 'Sub-key usage exceeds limit' }],
    ['maintenance', { code: 455, msg: 'the system is under maintenance' }],
    ['a model that is switched off', { code: 505, msg: 'the feature is disabled' }],
    ['an exception before the task', { code: 531, msg: 'server exception' }],
  ])('that refuses for %s in an answer of HTTP 200 has sold nothing', (_title, body) =>
    refuseOnce(body),
  );

  test('that says 429 in an answer of HTTP 200 is asked again', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('kie') });
    bench.emulator.inject(refusal(200, { code: 429, msg: 'too many requests' }));
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(2);
  });

  test('that says 500 in an answer of HTTP 200 may have sold it', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('kie') });
    bench.emulator.inject(refusal(200, { code: 500, msg: 'Server error' }));
    const run = await bench.run();
    expect(bench.results(run).results[0]?.state).toBe('unknown');
    expect(run.outputs['held-cost']).not.toBe('0.00');
  });

  test('that takes half as much again as its list stays within what was held', async () => {
    const bench = await startWithoutArtifacts({
      config: oneTransfer('kie'),
      kie: { creditsPerSecond: 30 },
    });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.results(run).results[0]?.charge).toEqual({
      microUsd: bench.emulator.totalMicroUsd('kie'),
      source: 'provider-reported',
    });
    expect(run.stdout).not.toContain('more than the');
  });
});

describe.concurrent('WaveSpeed', () => {
  test('is polled where the config says', async () => {
    const options = '    provider-options: { wavespeed: { status-path: prediction } }\n';
    const bench = await startWithoutArtifacts({
      config: oneTransfer('wavespeed', options),
      wavespeed: { statusPath: 'prediction' },
    });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
  });

  test('refunds failed jobs, which may be tried again', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('wavespeed') });
    bench.emulator.inject({ at: 'submit', kind: 'job-fails', code: 'x', message: 'no luck' });
    const run = await bench.run();
    expect(bench.results(run).results[0]).toMatchObject({ state: 'failed', holdMicroUsd: 0 });
    expect((await bench.run()).exitCode).toBe(0);
    expect(bench.emulator.bill.map(({ state }) => state)).toEqual(['refunded', 'charged']);
  });

  test('tells no charge, so none is made up', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('wavespeed') });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.results(run).results[0]?.charge?.source).not.toBe('provider-reported');
  });

  test('that has no credits left refuses the account, not the transfer: it is never blocked', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('wavespeed') });
    const body = { code: 400, message: 'Insufficient credits' };
    bench.emulator.inject({ ...refusal(400, body), times: 3 });
    for (let attempt = 0; attempt < 3; attempt++) {
      const refused = await bench.run();
      expect(bench.results(refused).results[0]).toMatchObject({ state: 'failed', holdMicroUsd: 0 });
    }
    const run = await bench.run();
    expect(bench.results(run).results[0]?.state, run.stdout).toBe('generated');
  });

  test('that ends a job as "timeout" is not waited for any longer, and refunds it', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('wavespeed') });
    bench.emulator.inject({ at: 'status', kind: 'status-word', word: 'timeout' });
    const run = await bench.run();
    expect(bench.results(run).results[0]).toMatchObject({ state: 'failed', holdMicroUsd: 0 });
    expect(bench.results(run).results[0]?.message).toContain('nothing was billed');
  });
});

describe.concurrent('a provider that keeps a finished video for an hour', () => {
  test('is named in the plan, and again when a run ends without the video', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('replicate') });
    const plan = await bench.run({ command: 'plan' });
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(plan.summary).toContain('Replicate keeps a finished video for 1 hour only');
    bench.emulator.inject({ at: 'download', kind: 'not-a-video', times: Number.POSITIVE_INFINITY });
    const run = await bench.run();
    expect(run.exitCode).toBe(1);
    expect(bench.results(run).results[0]).toMatchObject({
      state: 'in-progress',
      message: expect.stringContaining('run again or reconcile before that is over') as unknown,
    });
    expect(run.stdout).toContain('Replicate keeps a finished video for 1 hour only');
  });
});

test('EmpirioLabs makes a video without a prompt, and nothing warns of that', async () => {
  const config = `version: 1
provider: empiriolabs
transfers:
  - { character: robot.png, motion: wave.mp4, output: animations/wave.mp4 }
`;
  const bench = await startWithoutArtifacts({ config });
  const run = await bench.run();
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.stdout).not.toContain('prompt');
  expect(bench.emulator.bill).toHaveLength(1);
});
