import { type CancellableStop, StoppedError } from '@motion-transfer/core';
import { LAST_ANSWER_AFTER_DEADLINE_MS, LAST_ANSWER_MS } from '@motion-transfer/core/shell';

/**
 * Everything is on disk as it happens, so a process that cannot come to its end may be ended: before
 * the runner's SIGTERM, 7.5 s after its SIGINT (actions/runner, ProcessInvoker).
 */
const FORCED_EXIT_MS = 6_500;
/** The same after SIGTERM, which the runner follows up with SIGKILL after 2.5 s. */
const FORCED_EXIT_AFTER_TERM_MS = 2_000;

/**
 * The runner's way to cancel: SIGINT, 7.5 s later SIGTERM, 2.5 s later the end. The first stops new
 * work at once; a POST in flight gets five seconds for its answer; SIGTERM ends that too. At the
 * deadline waiting ends as well, and a POST that is still in flight `lastAnswerMs` later, with the time
 * left that writing things down takes.
 */
export function createStop(
  deadlineMs: number,
  lastAnswerMs = LAST_ANSWER_AFTER_DEADLINE_MS,
): CancellableStop {
  const requested = new AbortController();
  const hard = new AbortController();
  let isCancelled = false;
  const cancelled = () => new StoppedError('the run was cancelled');
  const stopNow = () => {
    isCancelled = true;
    requested.abort(cancelled());
    hard.abort(cancelled());
  };
  process.on('SIGINT', () => {
    if (isCancelled) return;
    isCancelled = true;
    requested.abort(cancelled());
    setTimeout(stopNow, LAST_ANSWER_MS).unref();
    setTimeout(() => process.exit(1), FORCED_EXIT_MS).unref();
  });
  process.on('SIGTERM', () => {
    stopNow();
    setTimeout(() => process.exit(1), FORCED_EXIT_AFTER_TERM_MS).unref();
  });
  const passed = () => new StoppedError('the deadline has passed (timeout-minutes)');
  const after = (waitMs: number, end: AbortController) =>
    setTimeout(() => end.abort(passed()), Math.min(waitMs, 2 ** 31 - 1)).unref();
  after(deadlineMs - Date.now(), requested);
  after(deadlineMs - Date.now() + lastAnswerMs, hard);
  return {
    requested: requested.signal,
    hard: hard.signal,
    deadlineMs,
    isCancelled: () => isCancelled,
  };
}
