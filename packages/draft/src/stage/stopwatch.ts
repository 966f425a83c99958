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
  /** Reports part of the last phase, 0 to 1. */
  rendered(share: number): void;
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
    rendered(share) {
      const from = DONE_AFTER.backdrop;
      onProgress?.({ phase: 'render and encode', done: from + (1 - from) * 0.99 * share });
    },
    timings: () => ({ ...timings }),
  };
}
