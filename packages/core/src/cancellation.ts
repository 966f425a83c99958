import { StoppedError } from './model/errors.ts';
import type { Ports } from './ports.ts';

/** How long an answer to a POST that is already on its way is waited for after a stop. */
export const LAST_ANSWER_MS = 5_000;

/** The same after the deadline; the rest of the reserve is for writing things down. */
export const LAST_ANSWER_AFTER_DEADLINE_MS = 60_000;

/**
 * Two steps of stopping: `requested` ends waits, polls and downloads at once and lets no new POST
 * start; `hard` follows and ends a POST in flight, whose outcome is then unknown.
 */
export interface Stop {
  readonly requested: AbortSignal;
  readonly hard: AbortSignal;
  readonly deadlineMs: number;
}

export function throwIfStopped(stop: Stop): void {
  if (stop.requested.aborted) throw stoppedBecause(stop.requested);
}

export function stoppedBecause(signal: AbortSignal): StoppedError {
  const { reason } = signal;
  return reason instanceof StoppedError ? reason : new StoppedError('the run was stopped');
}

/** Runs `work` with a signal that aborts after `limitMs`, or as soon as `signal` does. */
export async function withTimeLimit<Value>(
  { clock }: Pick<Ports, 'clock'>,
  limitMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const isDone = new AbortController();
  const isLate = new AbortController();
  const timer = clock.sleep(limitMs, isDone.signal).then(
    () => isLate.abort(new StoppedError(`it took longer than ${limitMs / 1_000} s`)),
    () => undefined,
  );
  try {
    return await work(AbortSignal.any([signal, isLate.signal]));
  } finally {
    isDone.abort();
    await timer;
  }
}
