import { type Film, makeFilm } from './film.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

/** What a process may ask a provider for: one transfer of its config, known by the address of its image. */
export interface Order {
  /** What is bought, by content: equal names are the same purchase. */
  readonly content: string;
  /** The same for every company that may be asked for it: one transfer, one take. */
  readonly transfer: string;
  readonly provider: ProviderName;
  readonly lowMicroUsd: number;
  /** Computed here from the clip and the price page, never taken from the core. */
  readonly highMicroUsd: number;
}

export type ProviderName = 'empiriolabs' | 'prospolabs' | 'listing';

/** Price pages: micro-dollars per second of the standard and the pro tier. */
export const rates: Readonly<Record<ProviderName, { standard: number; pro: number }>> = {
  empiriolabs: { standard: 140_000, pro: 180_000 },
  prospolabs: { standard: 76_000, pro: 100_000 },
  listing: { standard: 140_000, pro: 180_000 },
};

/** A job on the provider's bill. */
export interface BilledJob {
  readonly id: string;
  readonly order: Order;
  readonly by: Process;
  readonly correlationId: string | null;
  readonly acceptedAtMs: number;
  readonly readyAtMs: number;
  /** When it leaves the queue, where the company has one. */
  readonly startsAtMs: number;
  readonly listedAtMs: number;
  readonly fate: JobFate;
  readonly film: Film;
  /** What the bill says until it is refunded. */
  readonly microUsd: number;
  readonly isReported: boolean;
  /** From when on it is off the bill; `null` for never. */
  refundedAtMs: number | null;
  /** Out of the queue before it started, on request. */
  isCancelled: boolean;
}

export type JobFate =
  | 'made'
  /** damaged the first times it is fetched */
  | 'damaged-at-first'
  | 'damaged'
  | 'expired'
  | 'failed-billed'
  | 'failed-refunded';

/** How a company treats the jobs it was sent. */
export class Companies {
  readonly jobs: BilledJob[] = [];
  faultRate = 0;
  /** Whatever it is sent, it fails, and gives the money back where it says so. */
  isHopeless = false;
  onAccepted: (job: BilledJob) => void = () => {};
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  accept(order: Order, by: Process, correlationId: string | null): BilledJob {
    const { random, nowMs } = this.world;
    const number = this.jobs.length + 1;
    const fate = this.drawFate(order.provider);
    const isSynchronous = order.provider === 'prospolabs';
    const worksMs = random.chance(0.05)
      ? random.between(60_000, isSynchronous ? 840_000 : 3_600_000)
      : random.between(3_000, 40_000);
    const readyAtMs = nowMs + worksMs;
    const job: BilledJob = {
      id: `${order.provider}-${number}`,
      order,
      by,
      correlationId,
      acceptedAtMs: nowMs,
      readyAtMs,
      // By its number, not by chance: a queue must not change every other history.
      startsAtMs: nowMs + (worksMs * ((number * 7) % 10)) / 10,
      listedAtMs: nowMs + random.between(0, 240_000),
      fate,
      film: makeFilm(number),
      microUsd: this.drawPrice(order),
      isReported: order.provider !== 'listing' && random.chance(0.7),
      refundedAtMs: fate === 'failed-refunded' ? readyAtMs : null,
      isCancelled: false,
    };
    this.jobs.push(job);
    this.world.counts.jobs += 1;
    this.world.tell(
      () =>
        `${by.identity.name} ${order.provider} ACCEPTS ${order.content} as ${job.id} for ${job.microUsd} (${fate})`,
    );
    this.onAccepted(job);
    return job;
  }

  find(id: string): BilledJob | null {
    return this.jobs.find((job) => job.id === id) ?? null;
  }

  /** Says yes to whatever is not over; but what has started, or does at this moment, comes to its end and is billed. */
  cancel(job: BilledJob): 'CANCELLATION_REQUESTED' | 'ALREADY_COMPLETED' {
    const { nowMs, random } = this.world;
    if (nowMs >= job.readyAtMs || job.isCancelled) return 'ALREADY_COMPLETED';
    if (nowMs < job.startsAtMs && random.chance(0.6)) {
      job.isCancelled = true;
      job.refundedAtMs = nowMs;
    }
    this.world.tell(() => `${job.id} is ${job.isCancelled ? '' : 'NOT '}CANCELLED at its company`);
    return 'CANCELLATION_REQUESTED';
  }

  private drawFate(provider: ProviderName): JobFate {
    const { random } = this.world;
    if (this.isHopeless && provider !== 'empiriolabs') return 'failed-refunded';
    if (!random.chance(Math.max(0.02, this.faultRate))) return 'made';
    return random.weighted<JobFate>({
      made: 2,
      'damaged-at-first': 3,
      damaged: 0.5,
      expired: provider === 'prospolabs' ? 0.5 : 0,
      'failed-billed': provider === 'empiriolabs' ? 2 : 0,
      'failed-refunded': 3,
    });
  }

  /** Anything from what plays to what the file claims at most; once in a while more than that. */
  private drawPrice({ lowMicroUsd, highMicroUsd }: Order): number {
    const { random } = this.world;
    if (random.chance(0.004)) return highMicroUsd * 2;
    return random.chance(0.6) ? highMicroUsd : random.integer(lowMicroUsd, highMicroUsd);
  }
}

/** What a job costs by the bill of this moment. */
export function billOf(job: BilledJob, nowMs: number): number {
  return job.refundedAtMs != null && nowMs >= job.refundedAtMs ? 0 : job.microUsd;
}
