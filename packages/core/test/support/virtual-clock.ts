import { stoppedBecause } from '../../src/cancellation.ts';
import type { ClockPort } from '../../src/ports.ts';

interface Sleeper {
  readonly untilMs: number;
  readonly wake: () => void;
}

/** Time that passes only when everybody waits for it, and then at once. */
export class VirtualClock implements ClockPort {
  private currentMs: number;
  private sleepers: Sleeper[] = [];
  /** Every wait that was asked for, in order. */
  readonly waitsMs: number[] = [];

  constructor(startMs = Date.UTC(2026, 9, 12)) {
    this.currentMs = startMs;
  }

  nowMs(): number {
    return this.currentMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.waitsMs.push(ms);
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) reject(stoppedBecause(signal));
      signal?.addEventListener('abort', () => reject(stoppedBecause(signal)), { once: true });
      this.sleepers.push({ untilMs: this.currentMs + Math.max(0, ms), wake: resolve });
    });
  }

  /** Lets time pass until the work is done. */
  async run<Value>(work: Promise<Value>): Promise<Value> {
    let isDone = false;
    const done = () => {
      isDone = true;
    };
    work.then(done, done);
    for (;;) {
      // A turn of the event loop lets everything that can go on without time go on.
      await new Promise((resolve) => setImmediate(resolve));
      if (isDone) return work;
      this.wakeNext();
    }
  }

  private wakeNext(): void {
    const nextMs = Math.min(...this.sleepers.map(({ untilMs }) => untilMs));
    if (!Number.isFinite(nextMs)) return;
    this.currentMs = Math.max(this.currentMs, nextMs);
    const due = this.sleepers.filter(({ untilMs }) => untilMs <= this.currentMs);
    this.sleepers = this.sleepers.filter(({ untilMs }) => untilMs > this.currentMs);
    for (const { wake } of due) wake();
  }
}
