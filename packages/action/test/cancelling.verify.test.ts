import { cancelAsRunnerDoes, type Fault } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import {
  cancelQueued,
  cancels,
  HELD_MICRO_USD,
  HOUR_MS,
  runAndCancel,
  startQueued,
} from './cancelling-bench.ts';

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

describe.concurrent('a run that is cancelled with on-cancel: cancel', () => {
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
    const message = 'cancelling was asked at fal; $0.504 stays held until its status says';
    expect(result?.message).toContain(message);
    expect(run.summary).toContain('cancelling was asked at fal');
    expect(run.outputs['held-cost']).toBe('0.504');

    bench.emulator.advance(HOUR_MS);
    const next = await bench.run();
    expect(next.exitCode, next.stdout).toBe(0);
    expect(bench.exists('animations/wave.mp4')).toBe(true);
    expect(bench.submits()).toBe(1);
    expect(bench.emulator.bill).toHaveLength(1);
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
      /fal does not know it any more .*0\.504 stays held.*write-off\S* \w+=free/,
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
});

test('a queued job that is cancelled is not billed once its status says so, and the next run buys it', () =>
  cancelQueued('status'));
