/** The emulator's time: real time plus whatever a test has skipped. */
export interface Clock {
  nowMs(): number;
  /** Moves the time forward; waits that are over by then end at once. */
  advance(ms: number): void;
  /** Resolves when `ms` of emulated time have passed; `Infinity` never does. */
  wait(ms: number): Promise<void>;
  close(): void;
}

interface Sleeper {
  readonly dueAtMs: number;
  readonly wake: () => void;
  timer: NodeJS.Timeout | undefined;
}

export function createClock(): Clock {
  const sleepers = new Set<Sleeper>();
  let offsetMs = 0;
  const nowMs = () => Date.now() + offsetMs;

  const arm = (sleeper: Sleeper) => {
    clearTimeout(sleeper.timer);
    const leftMs = sleeper.dueAtMs - nowMs();
    if (leftMs <= 0) {
      sleepers.delete(sleeper);
      sleeper.wake();
      return;
    }
    // A timer takes at most 2^31-1 ms; a longer wait is armed again when that much has passed.
    sleeper.timer = setTimeout(() => arm(sleeper), Math.min(leftMs, 2_147_483_647));
  };

  return {
    nowMs,
    advance(ms) {
      offsetMs += ms;
      for (const sleeper of [...sleepers]) arm(sleeper);
    },
    wait(ms) {
      return new Promise((resolve) => {
        if (ms === Number.POSITIVE_INFINITY) return;
        const sleeper: Sleeper = { dueAtMs: nowMs() + ms, wake: resolve, timer: undefined };
        sleepers.add(sleeper);
        arm(sleeper);
      });
    },
    close() {
      for (const sleeper of sleepers) clearTimeout(sleeper.timer);
      sleepers.clear();
    },
  };
}
