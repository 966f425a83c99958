import type { ProviderName } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import { cancels, HELD_MICRO_USD, HOUR_MS, runAndCancel, startQueued } from './cancelling-bench.ts';

describe.concurrent('a run that is cancelled with on-cancel: cancel', () => {
  test.each(['result', 'status'] as const)(
    'cancels a queued job, which is not billed once its %s says so, and the next run buys it',
    async (failure) => {
      const bench = await startQueued({ fal: { failure } });
      const { run, result } = await runAndCancel(bench);
      expect(result).toMatchObject({
        state: 'not-started',
        holdMicroUsd: 0,
        message: 'cancelled at fal: not billed; run again to buy it',
      });
      expect(run.outputs['held-cost']).toBe('0.00');
      expect(run.summary).toMatch(/cancelled at fal\S* not billed/);
      expect(bench.emulator.totalMicroUsd('fal')).toBe(0);

      bench.emulator.clearFaults();
      const next = bench.start();
      await next.printed('animations/wave: waiting');
      bench.emulator.advance(2 * HOUR_MS);
      expect((await next.finished).exitCode).toBe(0);
      expect(bench.submits()).toBe(2);
    },
  );

  test('keeps a job that has started', async () => {
    const bench = await startQueued();
    const { result } = await runAndCancel(bench, { meanwhile: () => bench.emulator.startJobs() });
    expect(result).toMatchObject({ state: 'in-progress', holdMicroUsd: HELD_MICRO_USD });
    expect(cancels(bench)).toEqual([]);
    bench.emulator.advance(HOUR_MS);
    const next = await bench.run();
    expect(next.exitCode, next.stdout).toBe(0);
    expect(bench.submits()).toBe(1);
  });

  test('does not take the cancel of a job for its end: one that runs on is collected and billed once', async () => {
    const bench = await startQueued({ fal: { startsBeforeCancel: true } });
    const { run, result } = await runAndCancel(bench);
    expect(cancels(bench)).toHaveLength(1);
    expect(result).toMatchObject({ state: 'in-progress', holdMicroUsd: HELD_MICRO_USD });
    const message = 'cancelling was asked at fal; $0.63 stays held until its status says';
    expect(result?.message).toContain(message);
    expect(run.summary).toContain('cancelling was asked at fal');
    expect(run.outputs['held-cost']).toBe('0.63');

    bench.emulator.advance(HOUR_MS);
    const next = await bench.run();
    expect(next.exitCode, next.stdout).toBe(0);
    expect(bench.exists('animations/wave.mp4')).toBe(true);
    expect(bench.submits()).toBe(1);
    expect(bench.emulator.bill).toHaveLength(1);
  });

  test('is settled by its post step when the status comes later, in the ledger too', async () => {
    const bench = await startQueued();
    const token = bench.emulator.github.createToken({ contents: 'write' });
    const { post, result } = await runAndCancel(bench, {
      token,
      meanwhile: () =>
        bench.emulator.inject({ at: 'result', kind: 'error', status: 503, times: Infinity }),
    });
    expect(result).toMatchObject({ state: 'in-progress', holdMicroUsd: HELD_MICRO_USD });
    bench.emulator.clearFaults();
    const after = await post();
    expect(after.stdout).toContain('animations/wave: cancelled at fal: not billed');
    const records = Object.values(bench.ledger()).join('\n');
    expect(records).toContain('"failed-refunded"');
    expect(records).toMatch(/"failureCount": ?0/);
  });

  test('stays held, with the way to settle it, where its status is not known any more', async () => {
    const bench = await startQueued();
    const { result } = await runAndCancel(bench, {
      meanwhile: () =>
        bench.emulator.inject({ at: 'result', kind: 'error', status: 404, times: Infinity }),
    });
    expect(result).toMatchObject({ state: 'in-progress', holdMicroUsd: HELD_MICRO_USD });
    const reconciled = await bench.run({ command: 'reconcile', 'timeout-minutes': '3' });
    expect(reconciled.summary).toMatch(
      /fal does not know it any more .*0\.63 stays held.*write-off\S* \w+=free/,
    );
  });

  test('and killed in the middle loses nothing: reconcile reads the status', async () => {
    const bench = await startQueued();
    bench.emulator.inject({ at: 'result', kind: 'error', status: 503, times: Infinity });
    const running = bench.start({ 'on-cancel': 'cancel' });
    await running.printed('animations/wave: waiting');
    running.kill('SIGINT');
    await bench.emulator.waitFor(({ site, status }) => site?.at === 'cancel' && status === 202);
    running.kill('SIGKILL');
    await running.finished;
    bench.emulator.clearFaults();
    const settled = await bench.run({ command: 'reconcile' });
    expect(settled.exitCode, settled.stdout).toBe(0);
    expect(settled.stdout).toContain('animations/wave: cancelled at fal: not billed');
    expect(settled.outputs['held-cost']).toBe('0.00');
  });

  test.each<[string, ProviderName, Record<string, string>]>([
    ['by default', 'fal', {}],
    ['at a provider that documents no free cancelling', 'replicate', { 'on-cancel': 'cancel' }],
  ])('keeps a queued job %s', async (_title, provider, inputs) => {
    const bench = await startQueued({}, provider);
    const { result } = await runAndCancel(bench, { inputs });
    expect(result?.state).toBe('in-progress');
    expect(cancels(bench)).toEqual([]);
  });
});
