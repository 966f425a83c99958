import { setTimeout as wait } from 'node:timers/promises';
import { stoppedBecause } from '../cancellation.ts';
import type { ClockPort } from '../ports.ts';

export const nodeClock: ClockPort = {
  nowMs: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await wait(Math.max(0, ms), undefined, signal != null ? { signal } : {});
    } catch (error) {
      if (signal?.aborted === true) throw stoppedBecause(signal);
      throw error;
    }
  },
};
