import {
  cancelAsRunnerDoes,
  type EmulatorOptions,
  type ProviderName,
} from '@motion-transfer/emulator';
import { expect } from 'vitest';
import { oneTransfer, sharedTemporary, startWorkbench, type Workbench } from './workbench.ts';

export const HOUR_MS = 3_600_000;
export const HELD_MICRO_USD = 504_000;
/** Longer than any test: it says itself when a job starts. */
const QUEUED: EmulatorOptions = { jobDurationMs: HOUR_MS, queueMs: HOUR_MS };

export async function startQueued(options: EmulatorOptions = {}, provider: ProviderName = 'fal') {
  const bench = await startWorkbench({ config: oneTransfer(provider), ...QUEUED, ...options });
  bench.emulator.inject({ at: 'lookup', kind: 'error', status: 503, times: Infinity });
  return bench;
}

interface CancelOptions {
  readonly inputs?: Record<string, string>;
  readonly meanwhile?: () => void;
  readonly token?: string;
}

/** A run that is cancelled while it waits; `meanwhile` is what happens just before. */
export async function runAndCancel(
  bench: Workbench,
  { inputs = { 'on-cancel': 'cancel' }, meanwhile = () => {}, token = '' }: CancelOptions = {},
) {
  const environment = sharedTemporary(bench);
  const running = bench.start(inputs, { environment, ...(token !== '' && { token }) });
  await running.printed('animations/wave: waiting');
  meanwhile();
  await cancelAsRunnerDoes(running.child, { sigintMs: HOUR_MS });
  const run = await running.finished;
  const post = () =>
    bench.run(inputs, {
      environment,
      phase: 'post',
      ...(token !== '' && { token }),
    });
  return { run, post, result: bench.results(run).results[0] };
}

export function cancels(bench: Workbench) {
  return bench.emulator.requests.filter(({ site }) => site?.at === 'cancel');
}

/** A queued job of fal that its `failure` reports as cancelled. */
export async function cancelQueued(failure: 'result' | 'status'): Promise<void> {
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
}
