import type { Limits } from '../src/model/limits.ts';
import { type Fate, untroubled } from './process.ts';
import { type ProviderName, rates } from './provider.ts';
import type { Random } from './random.ts';

/** One transfer of the simulated config. */
export interface RequestedTransfer {
  readonly id: string;
  /** Number of its image; equal numbers are the same purchase. */
  readonly asset: number;
  readonly take: number;
  readonly providers: readonly ProviderName[];
  readonly playsSeconds: number;
  readonly claimsSeconds: number;
}

export interface PlannedRun {
  readonly startsAfterMs: number;
  readonly runId: string;
  readonly attempt: number;
  readonly job: string;
  readonly pullRequest: number | null;
  /** `null` for a fresh machine that is thrown away afterwards. */
  readonly machine: string | null;
  readonly requestedTransfers: readonly RequestedTransfer[];
  readonly command: 'run' | 'reconcile';
  /** With a newer version, what an older one bought is deliberately bought anew. */
  readonly isRefresh: boolean;
  readonly lifetimeMs: number;
  readonly clockOffsetMs: number;
  readonly concurrency: number;
  /** This job was not given the key of that company, so it plans with the next of the list. */
  readonly lacksKeyOf: ProviderName | null;
  readonly fate: Fate;
}

/** What a history begins with. What happens in it is drawn as it goes. */
export interface Script {
  readonly startMs: number;
  readonly isShared: boolean;
  readonly hasArtifacts: boolean;
  readonly hasGitHub: boolean;
  readonly limits: Limits;
  readonly runs: readonly PlannedRun[];
  readonly requestedTransfers: readonly RequestedTransfer[];
  readonly faultRate: number;
  /** The companies never make anything. */
  readonly isHopeless: boolean;
  readonly outages: readonly (readonly [number, number])[];
  /** Artifacts are deleted at times. */
  readonly losesArtifacts: boolean;
  /** Of the quiet runs at the end, one on a fresh machine goes first. */
  readonly isFreshFirst: boolean;
  /** A person settles what is unknown, after looking at the bill. */
  readonly isWrittenOff: boolean;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MONTH_END_MS = Date.UTC(2026, 9, 31, 23, 59, 59, 999);

export function writeScript(random: Random): Script {
  const isShared = random.chance(0.85);
  const startMs = random.chance(0.3)
    ? MONTH_END_MS - random.integer(0, 3 * MINUTE_MS)
    : Date.UTC(2026, 9, 12, 8, 30) + random.integer(0, DAY_MS);
  const faultRate = random.pick([0, 0.02, 0.08, 0.2]);
  const requestedTransfers = drawTransfers(random);
  const hasListing = requestedTransfers.some(({ providers }) => providers.includes('listing'));
  const trouble = random.pick([0, 0.3, 0.6]);
  const outageAtMs = startMs + random.integer(0, 10 * MINUTE_MS);
  const script: Script = {
    startMs,
    isShared,
    hasArtifacts: random.chance(0.9),
    hasGitHub: random.chance(0.95),
    limits: drawLimits(random, requestedTransfers),
    runs: drawRuns(random, { isShared, requestedTransfers, trouble, hasListing }),
    requestedTransfers,
    faultRate,
    isHopeless: random.chance(0.02),
    outages: random.chance(0.05)
      ? [[outageAtMs, outageAtMs + random.integer(MINUTE_MS, 15 * MINUTE_MS)]]
      : [],
    losesArtifacts: random.chance(0.1),
    isFreshFirst: random.chance(0.5),
    isWrittenOff: random.chance(0.25),
  };
  return { ...script, runs: takeKeysAway(random, script) };
}

/** Where a list names several companies, some jobs have not got the key of the first. */
function takeKeysAway(random: Random, { runs, requestedTransfers }: Script): PlannedRun[] {
  const first = requestedTransfers.find(({ providers }) => providers.length > 1)?.providers[0];
  return runs.map((run) =>
    first != null && random.chance(0.3) ? { ...run, lacksKeyOf: first } : run,
  );
}

/** Seconds billed at most, by the price pages: whole ones, at least three. */
export function priceRange(requested: RequestedTransfer, provider: ProviderName) {
  const rate = rates[provider].standard;
  return {
    lowMicroUsd: Math.ceil(requested.playsSeconds * rate - 0.001),
    highMicroUsd: rate * Math.max(3, Math.ceil(requested.claimsSeconds - 0.001)),
  };
}

function drawTransfers(random: Random): RequestedTransfer[] {
  const count = random.chance(0.6) ? 1 : random.chance(0.7) ? 2 : random.integer(3, 6);
  const requestedTransfers: RequestedTransfer[] = [];
  for (let index = 0; index < count; index++) {
    const earlier = requestedTransfers[0];
    if (earlier != null && random.chance(0.08)) {
      requestedTransfers.push({ ...earlier, id: `t${index}` });
      continue;
    }
    const playsSeconds = random.integer(30, 90) / 10;
    const first = random.weighted<ProviderName>({ empiriolabs: 4, prospolabs: 4, listing: 2 });
    requestedTransfers.push({
      id: `t${index}`,
      asset: index,
      take: 1,
      providers: random.chance(0.1)
        ? [first, first === 'prospolabs' ? 'empiriolabs' : 'prospolabs']
        : [first],
      playsSeconds,
      claimsSeconds: playsSeconds + (random.chance(0.5) ? 0 : random.integer(0, 9) / 10),
    });
  }
  return requestedTransfers;
}

function drawLimits(random: Random, requestedTransfers: readonly RequestedTransfer[]): Limits {
  const prices = requestedTransfers.map((requested) =>
    Math.max(
      ...requested.providers.map((provider) => priceRange(requested, provider).highMicroUsd),
    ),
  );
  const total = prices.reduce((sum, price) => sum + price, 0);
  const dearest = Math.max(...prices);
  const limit = (chance: number, least: number, most: number) =>
    random.chance(chance) ? Math.round(random.between(least, most)) : null;
  return {
    perTransferMicroUsd: limit(0.2, dearest * 0.8, dearest * 1.5),
    perRunMicroUsd: limit(0.5, dearest, total * 1.5),
    perPullRequestMicroUsd: limit(0.4, dearest, total * 1.5),
    perMonthMicroUsd: limit(0.5, dearest, total * 1.8),
    onExceed: random.chance(0.3) ? 'fail' : 'partial',
    perRunIsDefault: false,
  };
}

interface RunWorld {
  readonly isShared: boolean;
  readonly requestedTransfers: readonly RequestedTransfer[];
  readonly trouble: number;
  readonly hasListing: boolean;
}

function drawRuns(random: Random, world: RunWorld): PlannedRun[] {
  const count = random.chance(0.75) ? random.integer(2, 3) : random.integer(4, 6);
  const runs: PlannedRun[] = [];
  let atMs = 0;
  for (let index = 0; index < count; index++) {
    const before = runs.at(-1);
    const kind =
      before == null
        ? 'new'
        : random.weighted({ new: 3, duplicate: 3, again: 2, sibling: world.isShared ? 2 : 0 });
    const isTogether = kind === 'duplicate' || kind === 'sibling';
    atMs += isTogether ? random.integer(0, 8_000) : random.integer(5_000, 20 * MINUTE_MS);
    runs.push({
      startsAfterMs: atMs,
      runId: String(
        before != null && ['again', 'sibling'].includes(kind) ? before.runId : 100 + index,
      ),
      attempt:
        before == null
          ? 1
          : kind === 'again'
            ? before.attempt + 1
            : kind === 'sibling'
              ? before.attempt
              : 1,
      job: kind === 'sibling' ? `job-${index}` : 'animate',
      pullRequest:
        before != null && kind !== 'new' && random.chance(0.7)
          ? before.pullRequest
          : random.chance(0.6)
            ? random.integer(1, 2)
            : null,
      machine: world.isShared && random.chance(0.6) ? null : 'machine',
      requestedTransfers: drawConfig(random, world.requestedTransfers),
      command: index > 0 && random.chance(0.08) ? 'reconcile' : 'run',
      isRefresh: random.chance(0.06),
      lifetimeMs: random.integer(16, 40) * MINUTE_MS,
      clockOffsetMs: drawOffset(random, world.hasListing),
      concurrency: random.integer(1, 4),
      lacksKeyOf: null,
      fate: drawFate(random, world.trouble),
    });
  }
  return runs;
}

/** The config may have changed between two runs: a transfer is gone, or is to be made anew. */
function drawConfig(
  random: Random,
  requestedTransfers: readonly RequestedTransfer[],
): readonly RequestedTransfer[] {
  if (random.chance(0.85)) return requestedTransfers;
  if (requestedTransfers.length > 1 && random.chance(0.5)) return requestedTransfers.slice(1);
  return requestedTransfers.map((requested) =>
    requested.asset === 0 ? { ...requested, take: 2 } : requested,
  );
}

/** A documented waiting time cannot be measured across clocks that are days apart. */
function drawOffset(random: Random, hasListing: boolean): number {
  if (random.chance(0.8)) return 0;
  const most = !hasListing && random.chance(0.5) ? DAY_MS : MINUTE_MS;
  const offsetMs = random.integer(-most, most);
  // By the offset, not by chance: those far away must not change every other history.
  return Math.abs(offsetMs) > DAY_MS / 2 ? 40 * offsetMs : offsetMs;
}

function drawFate(random: Random, trouble: number): Fate {
  if (!random.chance(trouble)) return untroubled;
  const effect = () => random.integer(1, random.pick([3, 25, 25, 60]));
  switch (random.weighted({ kill: 5, pause: 3, cancel: 2 })) {
    case 'kill':
      return {
        ...untroubled,
        kill: { effect: effect(), when: random.chance(0.5) ? 'before' : 'after' },
      };
    case 'pause':
      return {
        ...untroubled,
        pause: {
          effect: effect(),
          forMs: random.chance(0.5)
            ? random.integer(1_000, 120_000)
            : random.integer(5, 120) * MINUTE_MS,
        },
      };
    case 'cancel':
      return { ...untroubled, cancel: { effect: effect() } };
  }
}
