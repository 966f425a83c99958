import type { ClockReading } from '../src/model/clock-reading.ts';
import type { World } from './world.ts';

/** What is going to happen to a process, by the number of its effect. */
export interface Fate {
  readonly kill: { readonly effect: number; readonly when: 'before' | 'after' } | null;
  readonly pause: { readonly effect: number; readonly forMs: number } | null;
  /** A cancel as GitHub sends it. */
  readonly cancel: { readonly effect: number } | null;
}

export const untroubled: Fate = { kill: null, pause: null, cancel: null };

export interface ProcessIdentity {
  readonly name: string;
  readonly runId: string;
  readonly attempt: number;
  readonly job: string;
  readonly pullRequest: number | null;
}

const LAST_ANSWER_MS = 5_000;
const FORCED_EXIT_MS = 6_500;

/** One process of one run. After its death nothing of it resolves any more. */
export class Process {
  readonly world: World;
  readonly identity: ProcessIdentity;
  readonly clockOffsetMs: number;
  readonly requested = new AbortController();
  readonly hard = new AbortController();
  readonly deadlineMs: number;
  isAlive = true;
  isCancelled = false;
  endedAtMs: number | null = null;
  private effects = 0;
  private pausedUntilMs = 0;
  private readonly fate: Fate;
  private readonly atEnd: (() => void)[] = [];
  private readonly stopped: (reason: string) => Error;

  constructor(
    world: World,
    identity: ProcessIdentity,
    options: {
      readonly clockOffsetMs: number;
      readonly lifetimeMs: number;
      readonly fate: Fate;
      readonly stopped: (reason: string) => Error;
    },
  ) {
    this.world = world;
    this.identity = identity;
    this.clockOffsetMs = options.clockOffsetMs;
    this.fate = options.fate;
    this.stopped = options.stopped;
    this.deadlineMs = this.nowMs() + options.lifetimeMs;
    world.schedule(world.nowMs + options.lifetimeMs, () =>
      this.resume(() =>
        this.requested.abort(this.stopped('the deadline has passed (timeout-minutes)')),
      ),
    );
  }

  /** What its step says, by when it is cancelled: one more setting must not change every other history. */
  get onCancel(): 'keep' | 'cancel' {
    return (this.fate.cancel?.effect ?? 1) % 2 === 0 ? 'cancel' : 'keep';
  }

  nowMs(): number {
    return Math.round(this.world.nowMs + this.clockOffsetMs);
  }

  /** What a clock elsewhere says, which is right. No effect of its own: it must not change every other history. */
  readClock(source: string): ClockReading {
    const theirsMs = Math.floor(this.world.nowMs / 1_000) * 1_000;
    return { source, theirsMs, beforeMs: this.nowMs(), afterMs: this.nowMs() };
  }

  onEnd(work: () => void): void {
    this.atEnd.push(work);
  }

  kill(why: string): void {
    if (!this.isAlive) return;
    this.world.tell(() => `${this.identity.name} DIES (${why})`);
    this.world.counts.kills += 1;
    this.end();
  }

  end(): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.endedAtMs = this.world.nowMs;
    for (const work of this.atEnd.splice(0)) work();
  }

  /** SIGINT; 5 s later the last answer is given up; 6.5 s later the process ends itself. */
  cancel(): void {
    if (!this.isAlive || this.isCancelled) return;
    const { world } = this;
    world.tell(() => `${this.identity.name} is CANCELLED`);
    world.counts.stops += 1;
    this.isCancelled = true;
    const reason = () => this.stopped('the run was cancelled');
    this.requested.abort(reason());
    world.schedule(world.nowMs + LAST_ANSWER_MS, () =>
      this.resume(() => this.hard.abort(reason())),
    );
    world.schedule(world.nowMs + FORCED_EXIT_MS, () => {
      this.kill('it was cancelled 6.5 s ago');
      return false;
    });
  }

  /** Begins an effect. `died-before`: it does not take place. */
  begin(): 'go' | 'died-before' {
    if (!this.isAlive) return 'died-before';
    this.effects += 1;
    const { kill, pause, cancel } = this.fate;
    if (kill?.effect === this.effects && kill.when === 'before') {
      this.kill(`before effect ${this.effects}`);
      return 'died-before';
    }
    if (pause?.effect === this.effects) {
      this.world.tell(() => `${this.identity.name} stands still for ${pause.forMs} ms`);
      this.world.counts.pauses += 1;
      this.pausedUntilMs = this.world.nowMs + pause.forMs;
    }
    if (cancel?.effect === this.effects) {
      this.world.schedule(this.world.nowMs, () => this.resume(() => this.cancel()));
    }
    return 'go';
  }

  /** Ends an effect that took place. False when nobody is there to hear of it. */
  finish(effect: number): boolean {
    if (!this.isAlive) return false;
    const { kill } = this.fate;
    if (kill?.effect === effect && kill.when === 'after') this.kill(`after effect ${effect}`);
    return this.isAlive;
  }

  /** Number of the effect that was begun last. */
  get current(): number {
    return this.effects;
  }

  /** An effect on this machine: it takes no time, but the process may die around it or stand still after it. */
  local<Value>(apply: () => Value, whenTorn?: () => void): Promise<Value> {
    const wasAlive = this.isAlive;
    if (this.begin() === 'died-before') {
      if (wasAlive) whenTorn?.();
      return never;
    }
    const effect = this.current;
    let outcome: Promise<Value>;
    try {
      outcome = Promise.resolve(apply());
    } catch (error) {
      outcome = Promise.reject(error);
    }
    if (!this.finish(effect)) {
      outcome.catch(() => {});
      return never;
    }
    if (this.pausedUntilMs <= this.world.nowMs) return outcome;
    outcome.catch(() => {});
    return new Promise((resolve) => {
      this.world.schedule(this.pausedUntilMs, () => this.resume(() => resolve(outcome)));
    });
  }

  /** Lets the process go on, now or when it stands no longer still. */
  resume(go: () => void): boolean {
    if (!this.isAlive) return false;
    if (this.pausedUntilMs > this.world.nowMs) {
      this.world.schedule(this.pausedUntilMs, () => this.resume(go));
      return false;
    }
    go();
    return true;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (this.begin() === 'died-before') return never;
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      let isOver = false;
      const abort = () => {
        isOver = true;
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.world.schedule(this.world.nowMs + Math.max(0, ms), () => {
        if (isOver) return false;
        return this.resume(() => {
          if (isOver) return;
          isOver = true;
          signal?.removeEventListener('abort', abort);
          resolve();
        });
      });
    });
  }

  /**
   * An effect elsewhere: `arrive` takes place after the way there, the answer comes back when it says so.
   * What was sent before a death or an abort may still arrive.
   */
  remote<Value>(options: {
    readonly latencyMs: number;
    readonly arrive: () => Answer<Value>;
    readonly signal: AbortSignal | null;
    /** Asked when nobody waits any more: whether it arrives all the same. */
    readonly arrivesAnyway: () => boolean;
  }): Promise<Value> {
    const { latencyMs, arrive, signal, arrivesAnyway } = options;
    if (!this.isAlive) return never;
    const isDead = this.begin() === 'died-before';
    if (isDead && !arrivesAnyway()) return never;
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    const effect = this.current;
    return new Promise((resolve, reject) => {
      let isOver = isDead;
      const abort = () => {
        if (isOver) return;
        isOver = true;
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      const hear = (answer: Answer<Value>) => {
        if (isOver || !this.finish(effect)) return false;
        return this.resume(() => {
          if (isOver) return;
          isOver = true;
          signal?.removeEventListener('abort', abort);
          if ('error' in answer) reject(answer.error);
          else resolve(answer.value);
        });
      };
      this.world.schedule(this.world.nowMs + latencyMs, () => {
        if ((isOver || !this.isAlive) && !arrivesAnyway()) return false;
        const answer = arrive();
        if (answer.afterMs === 0) return hear(answer);
        this.world.schedule(this.world.nowMs + answer.afterMs, () => hear(answer));
        return false;
      });
    });
  }
}

/** What comes back, and after how long. */
export type Answer<Value> = { readonly afterMs: number } & (
  | { readonly value: Value }
  | { readonly error: unknown }
);

/** Of a process that is no more. */
export const never: Promise<never> = new Promise(() => {});
