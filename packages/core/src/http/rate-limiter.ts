import type { Ports } from '../ports.ts';

/** Lets callers through so that no window of one minute sees more than the allowed number. */
export interface RateLimiter {
  /** Resolves when one more request may be sent; rejects with `StoppedError` on abort. */
  admit(signal?: AbortSignal): Promise<void>;
}

const WINDOW_MS = 60_000;

/** One rateLimiter per provider account: submits and polls draw from the same allowance. */
export function createRateLimiter(
  ports: Pick<Ports, 'clock'>,
  requestsPerMinute: number | null,
): RateLimiter {
  if (requestsPerMinute == null) return { admit: async () => {} };
  const sentAtMs: number[] = [];
  return {
    async admit(signal) {
      for (;;) {
        const nowMs = ports.clock.nowMs();
        while (sentAtMs[0] != null && sentAtMs[0] <= nowMs - WINDOW_MS) sentAtMs.shift();
        if (sentAtMs.length < requestsPerMinute) {
          sentAtMs.push(nowMs);
          return;
        }
        const oldestMs = sentAtMs[0] ?? nowMs;
        // A clock that was turned back must not make a minute longer.
        await ports.clock.sleep(Math.min(WINDOW_MS, oldestMs + WINDOW_MS - nowMs + 1), signal);
      }
    },
  };
}
