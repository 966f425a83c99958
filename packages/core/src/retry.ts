import { MotionTransferError, messageOf, NeverSentError, NoAnswerError } from './model/errors.ts';
import type { ClockPort } from './ports.ts';

/** Trying again: the delays, and the one loop. */

/** A wait asked for by a server is honoured up to this long; absurd values are not. */
export const MAX_RETRY_AFTER_MS = 60_000;

interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** Between requests to a company's API. */
export const REQUEST_BACKOFF: Backoff = { baseMs: 1_000, maxMs: 20_000 };

/** Full jitter: anywhere between nothing and the doubling ceiling (AWS SDK standard mode). */
export function backoffMs(attempt: number, baseMs: number, maxMs: number, random: number): number {
  return Math.min(maxMs, baseMs * 2 ** (attempt - 1)) * random;
}

/** The wait before sending once more, never shorter than the server asked for (within reason). */
export function retryDelayMs(
  attempt: number,
  retryAfterMs: number | undefined,
  random: number,
  { baseMs, maxMs }: Backoff = REQUEST_BACKOFF,
): number {
  const own = backoffMs(attempt, baseMs, maxMs, random);
  const asked = retryAfterMs != null && Number.isFinite(retryAfterMs) ? retryAfterMs : 0;
  return Math.max(own, Math.min(asked, MAX_RETRY_AFTER_MS));
}

/** Polls come soon at first and ever slower: x1.5 each, up to the maximum, +-20 %. */
export function pollDelayMs(poll: number, firstMs: number, maxMs: number, random: number): number {
  return Math.min(maxMs, firstMs * 1.5 ** (poll - 1)) * (0.8 + 0.4 * random);
}

/** Says of a try that it may end otherwise when it is repeated, and why it did not end well. */
export class Again {
  readonly because: string;
  readonly retryAfterMs: number | undefined;

  constructor(because: string, retryAfterMs?: number) {
    this.because = because;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface RetryPolicy extends Backoff {
  /** Tries in all, or the time after the first one within which the last one must begin. */
  readonly limit: { readonly tries: number } | { readonly withinMs: number };
  /** Ends a wait; the work looks at it by itself. */
  readonly signal?: AbortSignal;
  /** Whether an error may pass; `null`, and without this every error, is final. */
  readonly afterError?: (error: unknown) => Again | null;
  readonly onRetry?: (again: Again, waitMs: number) => void;
  /** What is thrown after the last try; otherwise what that threw, or an error that says why. */
  readonly onExhausted?: (last: Again) => Error;
}

/**
 * Does work until it comes to a result, waiting with full jitter between two tries. `attempt` is 1 for
 * the first try.
 *
 * @throws StoppedError when `signal` aborts during a wait.
 */
export async function withRetry<Value>(
  ports: { readonly clock: ClockPort; readonly random: () => number },
  policy: RetryPolicy,
  work: (attempt: number) => Promise<Value | Again>,
): Promise<Value> {
  const { limit, signal, afterError, onRetry, onExhausted } = policy;
  const maxTries = 'tries' in limit ? limit.tries : Number.POSITIVE_INFINITY;
  const untilMs =
    'withinMs' in limit ? ports.clock.nowMs() + limit.withinMs : Number.POSITIVE_INFINITY;
  for (let attempt = 1; ; attempt++) {
    let again: Again;
    let failure: unknown;
    try {
      const result = await work(attempt);
      if (!(result instanceof Again)) return result;
      again = result;
      failure = new MotionTransferError(again.because);
    } catch (error) {
      const verdict = afterError?.(error) ?? null;
      if (verdict == null) throw error;
      again = verdict;
      failure = error;
    }
    const waitMs = retryDelayMs(attempt, again.retryAfterMs, ports.random(), policy);
    if (attempt >= maxTries || ports.clock.nowMs() + waitMs > untilMs)
      throw onExhausted?.(again) ?? failure;
    onRetry?.(again, waitMs);
    await ports.clock.sleep(waitMs, signal);
  }
}

/** For requests that may be repeated: one that was not sent, or not answered, is. */
export function afterLostRequest(error: unknown): Again | null {
  if (error instanceof NoAnswerError)
    return new Again(messageOf(error), error.retryAfterMs ?? undefined);
  return error instanceof NeverSentError ? new Again(messageOf(error)) : null;
}
