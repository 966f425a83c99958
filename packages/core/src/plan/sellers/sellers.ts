import { docsPage } from '../../model/advice/docs.ts';
import { messageOf } from '../../model/errors.ts';
import type { Json } from '../../model/json/json.ts';
import type { Identity, MediaFacts } from '../../model/media/media.ts';
import type { Estimate, Offer, StagedAssets } from '../../model/plan.ts';
import { type ModelName, type Transfer, unlessDefault } from '../../model/transfer.ts';
import type { Job, ModelSpec, Provider } from '../../providers/adapter.ts';
import { withLongestClip } from '../../providers/shared/estimates.ts';
import { type FingerprintParts, fingerprintOf } from '../fingerprint.ts';
import { findPrice, type KnownPrices, noPrices } from './find-price.ts';

/** A provider as planning sees it. */
export interface PlanProvider {
  readonly adapter: Provider;
  readonly hasKey: boolean;
}

/** What one provider would be asked for, what it would cost, and why it cannot be asked. */
export interface Candidate {
  readonly provider: PlanProvider;
  /** The seller's id of the model. */
  readonly model: string;
  /** Ours; `null` for a draft. */
  readonly modelName: ModelName | null;
  readonly job: Job;
  readonly fingerprint: string;
  /** What earlier releases called the same purchase, where they read the clip otherwise; `null` for no other name. */
  readonly formerFingerprint: string | null;
  /** What either fingerprint is of, beside the assets. */
  readonly terms: readonly FingerprintTerms[];
  readonly estimate: Estimate | null;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

type FingerprintTerms = Omit<FingerprintParts, keyof AssetIdentities>;

/** A candidate, and how it would get the assets: `null` when it cannot. */
export interface StagedCandidate extends Candidate {
  readonly staged: StagedAssets | null;
  readonly stagingProblems: readonly string[];
}

export interface AssetIdentities {
  readonly character: Identity;
  readonly motion: Identity;
}

/** The job of a transfer at one provider: our words, plus that provider's own options with defaults. */
export function jobFor(adapter: Provider, model: string, transfer: Transfer): Job {
  const { prompt, tier, orientation, keepOriginalSound, durationSeconds } = transfer.parameters;
  const options: Json = adapter.options.parse(transfer.providerOptions[adapter.id] ?? {});
  return { model, prompt, tier, orientation, keepOriginalSound, durationSeconds, options };
}

/** What a price depends on beside the transfer itself. */
export interface Circumstances {
  readonly prices: KnownPrices;
  /** Whether the provider gets the very clip whose length was read. */
  readonly isClipFixed: boolean;
}

export function makeCandidate(
  provider: PlanProvider,
  model: string,
  transfer: Transfer,
  identities: AssetIdentities,
  facts: MediaFacts,
  { prices, isClipFixed }: Circumstances = { prices: noPrices, isClipFixed: true },
): Candidate {
  const { adapter } = provider;
  const requested = jobFor(adapter, model, transfer);
  const { price, warnings } = findPrice(adapter, requested.model, requested.tier, prices);
  const job: Job = { ...requested, price };
  const issues = adapter.validate(job, facts);
  const termsFor = (seen: MediaFacts): FingerprintTerms => ({
    provider: adapter.id,
    model: job.model,
    take: transfer.parameters.take,
    parameters: adapter.parameters(job, seen),
  });
  const terms = termsFor(facts);
  const fingerprint = fingerprintOf({ ...identities, ...terms });
  const readBefore = asReadBefore(facts);
  const formerTerms = readBefore === facts ? terms : termsFor(readBefore);
  const former =
    readBefore === facts ? fingerprint : fingerprintOf({ ...identities, ...formerTerms });
  const isBound = isClipFixed || isBilledByDuration(adapter);
  const billed = isBound ? facts : withLongestClip(specOf(adapter, model), job, facts);
  const { estimate, problem } = estimateOrProblem(adapter, job, billed);
  return {
    provider,
    model: job.model,
    modelName: adapter.models[model]?.name ?? null,
    job,
    fingerprint,
    formerFingerprint: former === fingerprint ? null : former,
    terms: former === fingerprint ? [terms] : [terms, formerTerms],
    estimate,
    problems: [
      ...issues
        .filter((issue) => issue.severity === 'error')
        .map((issue) => `${issue.path}: ${issue.message}`),
      ...(problem != null ? [problem] : []),
    ],
    warnings: [
      ...warnings,
      ...(billed === facts ? [] : [warnOfOpenClip(adapter, billed)]),
      ...issues
        .filter((issue) => issue.severity === 'warning')
        .map((issue) => `${issue.path}: ${issue.message}`),
    ],
  };
}

function specOf({ models }: Provider, model: string): ModelSpec {
  const spec = models[model];
  if (spec == null) throw new TypeError(`no model is called ${model}`);
  return spec;
}

/** Whether what is sent as `duration` is all that can be billed, whatever clip the provider reads. */
function isBilledByDuration({ billsDuration }: Provider): boolean {
  return billsDuration?.value === true && billsDuration.basis === 'documented';
}

function warnOfOpenClip({ title, uploads }: Provider, { motion }: MediaFacts): string {
  const upload = uploads?.motion == null ? '' : ', set `staging: { provider: public }`';
  return `motion: its address may serve ${title} another clip than the one that was read, so ${motion.longestSeconds} s are held, the most that is billed; for a lower hold put the clip into the repository${upload}, or name a bucket (\`staging: { s3: ... }\`, ${docsPage('staging')})`;
}

/** Edit lists did not count once: a clip was as long as its samples, and so was the `duration` that was sent. */
function asReadBefore(facts: MediaFacts): MediaFacts {
  const { motion } = facts;
  const trackSeconds = motion.mediaSeconds ?? motion.trackSeconds;
  return trackSeconds === motion.trackSeconds
    ? facts
    : { ...facts, motion: { ...motion, trackSeconds } };
}

/** A price that cannot be computed as safe integers is no price: nothing is bought on it. */
function estimateOrProblem(adapter: Provider, job: Job, facts: MediaFacts) {
  try {
    const estimate = adapter.estimate(job, facts);
    const isUsable =
      Number.isSafeInteger(estimate.lowMicroUsd) &&
      Number.isSafeInteger(estimate.highMicroUsd) &&
      estimate.lowMicroUsd >= 0 &&
      estimate.highMicroUsd >= estimate.lowMicroUsd;
    return isUsable
      ? { estimate: withOrigin(estimate, job), problem: null }
      : {
          estimate: null,
          problem: `price: ${adapter.title} has no usable price for this transfer`,
        };
  } catch (error) {
    return { estimate: null, problem: `price: ${messageOf(error)}` };
  }
}

/** A candidate that can be asked: its rules fit, it has a price, and the assets reach it. */
type Seller = StagedCandidate & {
  readonly estimate: Estimate;
  readonly staged: StagedAssets;
};

function withOrigin(estimate: Estimate, { price }: Job): Estimate {
  return price == null
    ? estimate
    : { ...estimate, basis: `${estimate.basis} (${price.origin} price)` };
}

/**
 * The candidates that can sell this transfer, best first: as listed, or by high estimate. Those with a
 * key stand alone; without any key the plan still prices.
 */
export function sellersOf(transfer: Transfer, candidates: readonly StagedCandidate[]): Seller[] {
  const fitting = candidates.filter(canSell);
  const keyed = fitting.filter((candidate) => candidate.provider.hasKey);
  const pool = keyed.length > 0 ? keyed : fitting;
  if (transfer.provider.kind === 'ordered') return pool;
  return pool.sort((a, b) => a.estimate.highMicroUsd - b.estimate.highMicroUsd);
}

export function canSell(candidate: StagedCandidate): candidate is Seller {
  return candidate.problems.length === 0 && candidate.estimate != null && candidate.staged != null;
}

export function toOffer(candidate: StagedCandidate): Offer {
  return {
    provider: candidate.provider.adapter.id,
    model: candidate.model,
    ...unlessDefault(candidate.modelName),
    estimate: candidate.estimate,
    problems: [...candidate.problems, ...candidate.stagingProblems],
  };
}
