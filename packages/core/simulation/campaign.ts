import { Worker } from 'node:worker_threads';
import type { Violation } from './checks/invariants.ts';
import type { Core } from './core.ts';
import { liveThrough } from './history.ts';
import { type Counts, noCounts } from './world.ts';

/** A history that broke an invariant. */
export interface Broken {
  readonly seed: number;
  readonly violations: readonly Violation[];
}

export interface Campaign {
  readonly histories: number;
  readonly counts: Counts;
  readonly broken: readonly Broken[];
}

export interface CampaignRequest {
  /** Directory of the core's sources. */
  readonly sources: string;
  readonly from: number;
  readonly seeds: number;
  /** Ends after so many broken histories. */
  readonly maxBroken: number;
}

/** Histories of neighbouring seeds, one after the other. */
export async function runCampaign(
  core: Core,
  { from, seeds, maxBroken }: Omit<CampaignRequest, 'sources'>,
): Promise<Campaign> {
  const counts = noCounts();
  const broken: Broken[] = [];
  let histories = 0;
  for (let seed = from; seed < from + seeds && broken.length < maxBroken; seed++) {
    const { violations } = await liveThrough(core, seed, counts, false);
    histories += 1;
    if (violations.length > 0) broken.push({ seed, violations });
  }
  return { histories, counts, broken };
}

/** The same, shared out to worker threads. */
export async function runCampaignInParallel(
  request: CampaignRequest,
  workers: number,
): Promise<Campaign> {
  const share = Math.ceil(request.seeds / workers);
  const parts = await Promise.all(
    Array.from({ length: workers }, (_, index) => {
      const from = request.from + index * share;
      const seeds = Math.min(share, request.from + request.seeds - from);
      return runInWorker({ ...request, from, seeds });
    }),
  );
  return parts.reduce(merge);
}

function runInWorker(request: CampaignRequest): Promise<Campaign> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('campaign-worker.ts', import.meta.url), {
      workerData: request,
    });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`a worker ended with ${code}`)));
  });
}

function merge(one: Campaign, other: Campaign): Campaign {
  const names = Object.keys(one.counts) as (keyof Counts)[];
  const sums = names.map((name) => [name, one.counts[name] + other.counts[name]]);
  return {
    histories: one.histories + other.histories,
    counts: { ...noCounts(), ...Object.fromEntries(sums) },
    broken: [...one.broken, ...other.broken],
  };
}
