import { type DraftProgress, PHASES, type Phase } from '../types.ts';

/** Share of a typical draft's time that is over when each phase ends. */
const DONE_AFTER: Readonly<Record<Phase, number>> = {
  decode: 0.12,
  plate: 0.2,
  segment: 0.3,
  character: 0.34,
  track: 0.62,
  backdrop: 0.66,
  'render and encode': 1,
};

export interface Stopwatch {
  /** Ends a phase and begins the next. */
  finish(phase: Phase): void;
  /** Reports part of the phase that runs, 0 to 1. */
  advance(phase: Phase, share: number): void;
  timings(): Record<Phase, number>;
}

export function createStopwatch(
  onProgress: ((progress: DraftProgress) => void) | undefined,
): Stopwatch {
  const timings = Object.fromEntries(PHASES.map((phase) => [phase, 0])) as Record<Phase, number>;
  let since = performance.now();
  return {
    finish(phase) {
      const now = performance.now();
      timings[phase] += now - since;
      since = now;
      onProgress?.({ phase, done: DONE_AFTER[phase] });
    },
    advance(phase, share) {
      const before = PHASES[PHASES.indexOf(phase) - 1];
      const from = before != null ? DONE_AFTER[before] : 0;
      const done = from + (DONE_AFTER[phase] - from) * 0.99 * Math.min(1, share);
      onProgress?.({ phase, done });
    },
    timings: () => ({ ...timings }),
  };
}
