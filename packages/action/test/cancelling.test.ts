import type { ProviderName } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import {
  cancelQueued,
  cancels,
  HELD_MICRO_USD,
  runAndCancel,
  startQueued,
} from './cancelling-bench.ts';

describe.concurrent('a run that is cancelled with on-cancel: cancel', () => {
  test('cancels a queued job, which is not billed once its result says so, and the next run buys it', () =>
    cancelQueued('result'));

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
