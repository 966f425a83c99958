import { MotionTransferError } from '../model/errors.ts';
import type { Ports } from '../ports.ts';
import { backoffMs } from '../retry.ts';

/** Lets the requests of one provider account through as fast as the provider allows. */
export interface RateLimiter {
  /**
   * Resolves when one more request may be sent.
   *
   * @throws StoppedError on abort; PauseTooLongError when a pause would outlast `patience`.
   */
  admit(signal?: AbortSignal, patience?: Patience): Promise<Admission>;
}

/** One request that may be sent. Who reads its answer tells the limiter of a refusal for the rate. */
export interface Admission {
  /**
   * For a request that goes out later than it was admitted, because something is written down first: waits
   * for its place, and is `false` when a pause has begun meanwhile.
   *
   * @throws StoppedError on abort.
   */
  begin(signal: AbortSignal): Promise<boolean>;
  /** Refused for the rate: the whole account pauses, no shorter than the provider asked for. */
  limited(retryAfterMs?: number): void;
  /** Answered otherwise: the next pause is shorter. */
  passed(): void;
}

/** How long a caller still waits in pauses of the account; the limiter counts it down. */
export interface Patience {
  leftMs: number;
}

export class PauseTooLongError extends MotionTransferError {
  override readonly name = 'PauseTooLongError';
}

interface Allowance {
  readonly requests: number;
  readonly windowMs: number;
}

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
/** A pause that no `retry-after` sets: between half of it and all of it, doubled each time. */
const PAUSE = { baseMs: 1_000, maxMs: 30_000 } as const;
/** Longer than this, nobody is kept from asking for jobs that are paid for. */
const MAX_PAUSE_MS = 10 * MINUTE_MS;
/** After so long without a refusal the pauses start small again. */
const FORGIVEN_AFTER_MS = MINUTE_MS;

/** One rateLimiter per provider account: submits and polls draw from the same allowance. */
export function createRateLimiter(
  ports: Pick<Ports, 'clock' | 'random'>,
  requestsPerMinute: number | null,
): RateLimiter {
  const { clock, random } = ports;
  const documented: Allowance | null =
    requestsPerMinute == null ? null : { requests: requestsPerMinute, windowMs: MINUTE_MS };
  /** What the first refusal showed. It is only ever lowered: going up again would mean more refusals. */
  let learned: Allowance | null = null;
  const sentAtMs: number[] = [];
  const passedAtMs: number[] = [];
  let pausedAtMs = Number.NEGATIVE_INFINITY;
  let pausedUntilMs = Number.NEGATIVE_INFINITY;
  let refusals = 0;

  const waitMs = (allowance: Allowance | null, nowMs: number): number => {
    if (allowance == null) return 0;
    const oldestMs = sentAtMs[sentAtMs.length - allowance.requests];
    if (oldestMs == null || oldestMs <= nowMs - allowance.windowMs) return 0;
    // A clock that was turned back must not make a window longer.
    return Math.min(allowance.windowMs, oldestMs + allowance.windowMs - nowMs + 1);
  };

  const pause = (nowMs: number): number => {
    refusals = nowMs - pausedUntilMs > FORGIVEN_AFTER_MS ? 1 : refusals + 1;
    const inLastSecond = passedAtMs.filter((atMs) => atMs > nowMs - SECOND_MS).length;
    // Half of what went well: of two seconds of the provider's clock, ours may have seen parts.
    const requests = Math.max(1, Math.floor((learned?.requests ?? inLastSecond) / 2));
    learned = { requests, windowMs: SECOND_MS };
    pausedAtMs = nowMs;
    const [baseMs, maxMs] = [PAUSE.baseMs / 2, PAUSE.maxMs / 2];
    return backoffMs(refusals, baseMs, maxMs, 1) + backoffMs(refusals, baseMs, maxMs, random());
  };

  const admit = (nowMs: number): Admission => {
    let beganAtMs = nowMs;
    sentAtMs.push(nowMs);
    return {
      async begin(signal) {
        // Its place is where it is sent.
        const index = sentAtMs.indexOf(beganAtMs);
        if (index >= 0) sentAtMs.splice(index, 1);
        for (;;) {
          const nowMs = clock.nowMs();
          if (pausedUntilMs > nowMs) return false;
          const ms = waitMs(learned, nowMs);
          if (ms === 0) {
            beganAtMs = nowMs;
            sentAtMs.push(nowMs);
            return true;
          }
          await clock.sleep(ms, signal);
        }
      },
      limited(retryAfterMs = 0) {
        const nowMs = clock.nowMs();
        // What was under way when the pause began says nothing new.
        const ownMs = beganAtMs <= pausedAtMs ? 0 : pause(nowMs);
        const forMs = Math.min(MAX_PAUSE_MS, Math.max(ownMs, retryAfterMs));
        pausedUntilMs = Math.max(pausedUntilMs, nowMs + forMs);
      },
      passed() {
        forgetBefore(passedAtMs, clock.nowMs() - SECOND_MS);
        passedAtMs.push(clock.nowMs());
        if (beganAtMs > pausedAtMs) refusals = Math.max(0, refusals - 1);
      },
    };
  };

  return {
    async admit(signal, patience = { leftMs: Number.POSITIVE_INFINITY }) {
      for (;;) {
        const nowMs = clock.nowMs();
        const pauseMs = Math.min(MAX_PAUSE_MS, pausedUntilMs - nowMs);
        if (pauseMs > 0) {
          // Known to be too long is too long: nothing is gained by waiting for a part of it.
          if (pauseMs > patience.leftMs) {
            throw new PauseTooLongError(
              `the account is paused for another ${Math.ceil(pauseMs / SECOND_MS)} s`,
            );
          }
          patience.leftMs -= pauseMs;
          await clock.sleep(pauseMs, signal);
          continue;
        }
        forgetBefore(sentAtMs, nowMs - MINUTE_MS);
        const ms = Math.max(waitMs(documented, nowMs), waitMs(learned, nowMs));
        if (ms === 0) return admit(nowMs);
        await clock.sleep(ms, signal);
      }
    },
  };
}

function forgetBefore(timesMs: number[], atMs: number): void {
  while (timesMs[0] != null && timesMs[0] <= atMs) timesMs.shift();
}
