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
