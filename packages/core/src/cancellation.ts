import { StoppedError } from './model/errors.ts';

/** How long an answer to a POST that is already on its way is waited for after a stop. */
export const LAST_ANSWER_MS = 5_000;

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
  return reason instanceof StoppedError ? reason : new StoppedError('the run was told to stop');
}
