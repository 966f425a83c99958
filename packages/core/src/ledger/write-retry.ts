import type { Ports } from '../ports.ts';

/** How long the ledger is tried before a run gives up: nothing is spent meanwhile. */
const PATIENCE_MS = 5 * 60_000;
const FIRST_CEILING_MS = 300;
const LAST_CEILING_MS = 8_000;

export interface Patience {
  /**
   * Waits before the next try; full jitter, so that writers who met once do not meet again. `false`
   * when the time is up. Rejects with `StoppedError` when `signal` aborts.
   */
  wait(signal: AbortSignal): Promise<boolean>;
}

export function createPatience(ports: Pick<Ports, 'clock' | 'random'>): Patience {
  const untilMs = ports.clock.nowMs() + PATIENCE_MS;
  let ceilingMs = FIRST_CEILING_MS;
  return {
    async wait(signal) {
      if (ports.clock.nowMs() >= untilMs) return false;
      await ports.clock.sleep(ports.random() * ceilingMs, signal);
      ceilingMs = Math.min(LAST_CEILING_MS, ceilingMs * 2);
      return true;
    },
  };
}
