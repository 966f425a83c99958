import type { MediaFacts } from '../../model/media/media.ts';
import { formatUsd, priceOfSeconds } from '../../model/money.ts';
import type { Estimate } from '../../model/plan.ts';
import type { Job, ModelSpec, PriceRow } from '../adapter.ts';

/** The price of a job by the second: agreed or published where one is known, else the model's row. */
export function priceOf({ prices }: ModelSpec, { tier, price }: Job<unknown>): PriceRow {
  const { source, checkedOn } = prices[tier];
  if (price == null) return prices[tier];
  const { microUsdPerSecond, heldMicroUsdPerSecond } = price;
  return { microUsdPerSecond, heldMicroUsdPerSecond, source, checkedOn };
}

/** A figure worked out from the model's row, at the price of the job. */
export function repriced(microUsd: number, spec: ModelSpec, job: Job<unknown>): number {
  const row = spec.prices[job.tier];
  return microUsd * (priceOf(spec, job).microUsdPerSecond / row.microUsdPerSecond);
}

/**
 * The longest that can be billed: the first documented cap, of the orientation or of the model. A cap that is
 * borrowed only warns, so a longer clip may be bought, and is held for whole.
 */
function longestBilled({ maxSeconds }: ModelSpec, { orientation }: Job<unknown>): number {
  const caps = [maxSeconds[orientation], maxSeconds.video];
  return caps.find(({ basis }) => basis === 'documented')?.value ?? Number.POSITIVE_INFINITY;
}

/**
 * The same facts, of the longest clip that can be billed: where the provider may be served another one than was
 * read. Where no cap is documented, none of the known ones is sure to hold: the widest counts.
 */
export function withLongestClip(
  spec: ModelSpec,
  job: Job<unknown>,
  { character, motion }: MediaFacts,
): MediaFacts {
  const documented = longestBilled(spec, job);
  const widest = Math.max(...Object.values(spec.maxSeconds).map(({ value }) => value));
  const longest = Number.isFinite(documented) ? documented : widest;
  const longestSeconds = Math.max(longest, motion.longestSeconds);
  return { character, motion: { ...motion, longestSeconds } };
}

/** Seconds held: the longest claim of the file, whole seconds, within the cap (never the friendliest value). */
export function heldSeconds(spec: ModelSpec, job: Job<unknown>, facts: MediaFacts): number {
  const cap = longestBilled(spec, job);
  const floor = spec.minSeconds.value;
  return Math.min(cap, Math.max(floor, Math.ceil(facts.motion.longestSeconds - 0.001)));
}

/** Seconds likely billed: what the video track plays, within the cap. */
export function playedSeconds(spec: ModelSpec, job: Job<unknown>, facts: MediaFacts): number {
  return Math.min(longestBilled(spec, job), facts.motion.trackSeconds);
}

/** Where the clip is billed by the second: what it plays is the low end, what it claims is held. */
export function estimateClip(spec: ModelSpec, job: Job<unknown>, facts: MediaFacts): Estimate {
  const row = priceOf(spec, job);
  return estimateSeconds(row, playedSeconds(spec, job, facts), heldSeconds(spec, job, facts));
}

/** So many seconds at a price row: the low end at its price, the high end at what is held for it. */
export function estimateSeconds(row: PriceRow, lowSeconds: number, highSeconds: number): Estimate {
  const lowMicroUsd = priceOfSeconds(lowSeconds, row.microUsdPerSecond);
  const heldRate = row.heldMicroUsdPerSecond ?? row.microUsdPerSecond;
  const highMicroUsd = Math.max(lowMicroUsd, priceOfSeconds(highSeconds, heldRate));
  const seconds =
    twoDecimals(lowSeconds) === twoDecimals(highSeconds)
      ? `${twoDecimals(highSeconds)} s`
      : `${twoDecimals(lowSeconds)} to ${twoDecimals(highSeconds)} s`;
  const rate =
    heldRate === row.microUsdPerSecond
      ? formatUsd(heldRate)
      : `${formatUsd(row.microUsdPerSecond)} to ${formatUsd(heldRate)}`;
  return { lowMicroUsd, highMicroUsd, basis: `${seconds} x ${rate}` };
}

/** `4.27`, `4`: as people write it. */
export function twoDecimals(value: number): string {
  return String(Math.round(value * 100) / 100);
}
