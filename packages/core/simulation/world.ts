import type { Random } from './random.ts';

/** Counted over all histories, for the closing figures. */
export interface Counts {
  events: number;
  runs: number;
  kills: number;
  pauses: number;
  stops: number;
  faults: number;
  jobs: number;
  delivered: number;
  unknown: number;
}

export function noCounts(): Counts {
  return {
    events: 0,
    runs: 0,
    kills: 0,
    pauses: 0,
    stops: 0,
    faults: 0,
    jobs: 0,
    delivered: 0,
    unknown: 0,
  };
}

interface Scheduled {
  readonly atMs: number;
  readonly order: number;
  readonly happen: () => boolean;
}

/**
 * Time and order of everything that happens beyond one process. One event happens at a time; between two
 * of them every process goes on as far as it can.
 */
export class World {
  nowMs: number;
  readonly random: Random;
  readonly counts: Counts;
  readonly story: string[] | null;
  private readonly queue: Scheduled[] = [];
  private order = 0;
  private readonly startMs: number;

  constructor(random: Random, startMs: number, counts: Counts, isTold: boolean) {
    this.random = random;
    this.nowMs = startMs;
    this.startMs = startMs;
    this.counts = counts;
    this.story = isTold ? [] : null;
  }

  tell(line: () => string): void {
    if (this.story == null) return;
    const seconds = ((this.nowMs - this.startMs) / 1000).toFixed(3).padStart(10);
    this.story.push(`${seconds} s  ${line()}`);
  }

  /** `happen` returns whether anybody may have something to do now. */
  schedule(atMs: number, happen: () => boolean): void {
    const event = { atMs: Math.max(atMs, this.nowMs), order: this.order++, happen };
    const { queue } = this;
    let at = queue.length;
    queue.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = queue[parent];
      if (above == null || isBefore(above, event)) break;
      queue[at] = above;
      at = parent;
    }
    queue[at] = event;
  }

  /** Until nothing is left to happen, or `horizonMs` is reached. */
  async pass(horizonMs: number): Promise<void> {
    await settle();
    for (;;) {
      const event = this.take();
      if (event == null) return;
      if (event.atMs > horizonMs) {
        this.queue.length = 0;
        return;
      }
      this.nowMs = event.atMs;
      if (!event.happen()) continue;
      this.counts.events += 1;
      await settle();
    }
  }

  private take(): Scheduled | null {
    const { queue } = this;
    const first = queue[0];
    const last = queue.pop();
    if (first == null || last == null) return null;
    if (queue.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let below = queue[child];
      if (below == null) break;
      const right = queue[child + 1];
      if (right != null && isBefore(right, below)) {
        child += 1;
        below = right;
      }
      if (isBefore(last, below)) break;
      queue[at] = below;
      at = child;
    }
    queue[at] = last;
    return first;
  }
}

function isBefore(a: Scheduled, b: Scheduled): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** Promises and streams of every process have gone as far as they can when the event loop turns. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
