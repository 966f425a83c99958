import { cancelAsRunnerDoes, type Fault } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import { cancels, HELD_MICRO_USD, HOUR_MS, runAndCancel, startQueued } from './cancelling-bench.ts';

describe.concurrent('a cancel of a queued job', () => {
  test('that comes too late collects what was made', async () => {
    const bench = await startQueued();
    bench.emulator.inject({ at: 'status', kind: 'status-word', word: 'IN_QUEUE', times: Infinity });
    const running = bench.start({ 'on-cancel': 'cancel' });
    await running.printed('animations/wave: waiting');
    bench.emulator.advance(HOUR_MS);
    await bench.emulator.waitForCharge(() => true);
    await cancelAsRunnerDoes(running.child, { sigintMs: HOUR_MS });
    await running.finished;
    expect(cancels(bench).map(({ status }) => status)).toEqual([400]);
    bench.emulator.clearFaults();
    const next = await bench.run();
    expect(next.exitCode, next.stdout).toBe(0);
    expect(bench.submits()).toBe(1);
  });

  test.each<[string, Fault, number]>([
    ['whose answer is lost', { at: 'cancel', kind: 'lost-answer' }, 0],
    ['that never arrives', { at: 'cancel', kind: 'reset-before' }, HELD_MICRO_USD],
    ['that is refused', { at: 'cancel', kind: 'error', status: 500 }, HELD_MICRO_USD],
    ['that nobody answers', { at: 'cancel', kind: 'stall', ms: Infinity }, HELD_MICRO_USD],
  ])('%s leaves it to the status alone', async (_title, fault, heldMicroUsd) => {
    const bench = await startQueued();
    bench.emulator.inject(fault);
    const { result } = await runAndCancel(bench);
    expect(result?.holdMicroUsd).toBe(heldMicroUsd);
  });
});
