import { describe, expect, test } from 'vitest';
import { refusal, refuseAccount, refuseOnce } from './market/refusals.ts';
import { oneTransfer, startWithoutArtifacts } from './workbench.ts';

/** What sets these providers apart, through the bundle: how they refuse, what they take, what they charge. */
describe.concurrent('Kling', () => {
  test('gets the image inside the request, and the charge is the units it reports', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('kling') });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    const [submit] = bench.emulator.requests.filter(({ site }) => site?.at === 'submit');
    expect(submit?.body).toMatchObject({
      model_name: 'kling-v3',
      image_url: bench.read('robot.png').toString('base64'),
      keep_original_sound: 'yes',
      external_task_id: expect.stringMatching(/./),
    });
    expect(bench.results(run).results[0]?.charge).toEqual({
      microUsd: bench.emulator.totalMicroUsd('kling'),
      source: 'provider-reported',
    });
  });

  test('that is paid from a balance has no charge in units: the price that was held counts', async () => {
    const config = oneTransfer('kling');
    const bench = await startWithoutArtifacts({ config, kling: { paysFrom: 'balance' } });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.emulator.totalMicroUsd('kling')).toBeGreaterThan(0);
    const { charge } = bench.results(run).results[0] ?? {};
    expect(charge?.source).toBe('estimated');
    expect(charge?.microUsd).toBeGreaterThanOrEqual(bench.emulator.totalMicroUsd('kling'));
  });

  test('that answers 429 for an empty balance is not asked again, and nothing is held', () =>
    refuseAccount(1101, 'recharge it'));

  test('that runs too many tasks is asked again', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('kling') });
    bench.emulator.inject(refusal(429, { code: 1303, message: 'parallel task over limit' }));
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(2);
    expect(bench.emulator.bill).toHaveLength(1);
  });

  test('is never shown the secret key, nor is it printed', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('kling') });
    const run = await bench.run();
    const { KLING_SECRET_KEY: secret = '' } = bench.emulator.environment();
    expect(secret).not.toBe('');
    const sent = JSON.stringify(
      bench.emulator.requests.map(({ headers, body }) => [headers, body]),
    );
    expect(sent).not.toContain(secret);
    expect(run.stdout.replaceAll(`::add-mask::${secret}`, '')).not.toContain(secret);
  });
});

describe.concurrent('kie.ai', () => {
  test.each([
    ['no credits', { code: 402, msg: 'Credits insufficient' }],
    ['its mode', { code: 500, msg: 'mode is not within the range of allowed options' }],
  ])('that refuses for %s in an answer of HTTP 200 has sold nothing', (_title, body) =>
    refuseOnce(body),
  );

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

  test('refunds failed jobs, which may be tried again', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('wavespeed') });
    bench.emulator.inject({ at: 'submit', kind: 'job-fails', code: 'x', message: 'no luck' });
    const run = await bench.run();
    expect(bench.results(run).results[0]).toMatchObject({ state: 'failed', holdMicroUsd: 0 });
    expect((await bench.run()).exitCode).toBe(0);
    expect(bench.emulator.bill.map(({ state }) => state)).toEqual(['refunded', 'charged']);
  });

  test('that ends a job as "timeout" is not waited for any longer, and refunds it', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('wavespeed') });
    bench.emulator.inject({ at: 'status', kind: 'status-word', word: 'timeout' });
    const run = await bench.run();
    expect(bench.results(run).results[0]).toMatchObject({ state: 'failed', holdMicroUsd: 0 });
    expect(bench.results(run).results[0]?.message).toContain('nothing was billed');
  });

  test('tells no charge, so none is made up', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('wavespeed') });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.results(run).results[0]?.charge?.source).not.toBe('provider-reported');
  });
});

describe.concurrent('a provider that keeps a finished video for an hour', () => {
  test('is told of in the plan, and again when a run ends without the video', async () => {
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
