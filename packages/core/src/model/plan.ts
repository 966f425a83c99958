import type { StagingMethod } from './config.ts';
import type { SourcePosition } from './issue.ts';
import type { Json } from './json.ts';
import type { Limits } from './limits.ts';
import type { AssetSource, Identity, MediaFacts } from './media.ts';
import type { JobPrice } from './money.ts';
import type { TransferParameters } from './transfer.ts';

/** Price range in integer micro-dollars; the hold is `highMicroUsd`. */
export interface Estimate {
  readonly lowMicroUsd: number;
  readonly highMicroUsd: number;
  /** How the figures came about, for people: `5 s x $0.076`. */
  readonly basis: string;
}

/** What one provider would ask for one transfer, or why it cannot make it. */
export interface Offer {
  readonly provider: string;
  readonly model: string;
  readonly estimate: Estimate | null;
  readonly problems: readonly string[];
}

export type ReasonCode =
  | 'new'
  | 'unchanged'
  | 'character-changed'
  | 'motion-changed'
  | 'parameters-changed'
  | 'take-raised'
  | 'adapter-revised'
  | 'resumed'
  | 'same-as'
  | 'paid-but-unavailable'
  | 'outcome-unknown'
  | 'charged-failure'
  | 'too-many-failures'
  | 'output-not-ours'
  | 'asset-problem'
  | 'input-rule'
  | 'staging'
  | 'no-provider';

export interface Reason {
  readonly code: ReasonCode;
  readonly message: string;
}

export interface PlannedAsset {
  readonly source: AssetSource;
  readonly identity: Identity | null;
}

interface StepBase {
  readonly id: string;
  readonly output: string;
  readonly character: PlannedAsset;
  readonly motion: PlannedAsset;
  readonly parameters: TransferParameters;
  readonly reasons: readonly Reason[];
  readonly warnings: readonly string[];
  readonly offers: readonly Offer[];
  readonly position: SourcePosition | null;
}

/** The output is there already; with `copyFrom`, at another path of the repository. */
export interface ReuseStep extends StepBase {
  readonly action: 'reuse';
  readonly provider: string;
  readonly fingerprint: string;
  readonly copyFrom: string | null;
}

/**
 * A transfer to buy. With `sameAs` it is copied from another step of this plan that buys the same
 * thing; with `resumes` it was paid for by an earlier run and is only collected. Neither costs anew.
 */
export interface GenerateStep extends StepBase {
  readonly action: 'generate';
  readonly provider: string;
  readonly model: string;
  readonly adapterRevision: number;
  readonly fingerprint: string;
  readonly options: Json;
  /** `null` where the adapter's own price row counts. */
  readonly price: JobPrice | null;
  readonly estimate: Estimate;
  readonly facts: MediaFacts;
  readonly staged: StagedAssets;
  /** Who is asked next, in order, when the one before provably did not accept it. */
  readonly fallbacks: readonly Fallback[];
  /** Fingerprints of this transfer at every other provider that it allows: whoever has begun one of them makes it. */
  readonly elsewhere: readonly string[];
  readonly sameAs: string | null;
  readonly resumes: boolean;
}

/** The same purchase at another provider: its own fingerprint, its own price, held only when it is asked. */
export interface Fallback {
  readonly provider: string;
  readonly model: string;
  readonly adapterRevision: number;
  readonly fingerprint: string;
  readonly options: Json;
  readonly price: JobPrice | null;
  readonly estimate: Estimate;
  readonly staged: StagedAssets;
}

/** How each asset becomes a URL that the provider can read. */
export type StagedAsset =
  | { readonly method: 'pass-through'; readonly url: string }
  | { readonly method: 'github'; readonly host: 'raw' | 'media'; readonly path: string }
  /** Put into the configured bucket; the provider gets an address that expires. */
  | { readonly method: 's3'; readonly path: string }
  /** The provider's own upload takes the file (path from the workspace), as the adapter's `uploads` say. */
  | { readonly method: 'provider'; readonly path: string }
  /** The draft engine reads the asset itself. */
  | { readonly method: 'local'; readonly source: AssetSource };

export interface StagedAssets {
  readonly character: StagedAsset;
  readonly motion: StagedAsset;
}

export interface BlockedStep extends StepBase {
  readonly action: 'blocked';
  /** Set aside for an earlier purchase of it whose outcome is open. */
  readonly heldMicroUsd: number;
}

export type Step = ReuseStep | GenerateStep | BlockedStep;

export interface PlanTotals {
  readonly generateCount: number;
  readonly reuseCount: number;
  readonly blockedCount: number;
  readonly lowMicroUsd: number;
  readonly highMicroUsd: number;
}

/** A purchase of an earlier run that is still open and that no step of the plan is about. */
export interface OpenPurchase {
  readonly fingerprint: string;
  readonly transferId: string;
  readonly provider: string;
  /** `collectable`: paid for, a run brings it home; `unknown`: only a person can tell. */
  readonly state: 'collectable' | 'unknown';
  readonly holdMicroUsd: number;
  readonly message: string;
}

/** An output that the base branch's config makes and the pull request's no longer does. */
export interface RemovedOutput {
  readonly output: string;
  /** Who made it, where the base branch's lockfile says so. */
  readonly provider: string | null;
}

/** The pull request that a plan is about, and what of it only a comparison with its base shows. */
export interface PlannedPullRequest {
  readonly number: number;
  readonly headSha: string;
  readonly baseSha: string;
  /** `null` when the base branch could not be read: then nothing may be bought either. */
  readonly removed: readonly RemovedOutput[] | null;
}

/** What a run would do. Stable order, stable bytes: nothing in it depends on the clock. */
export interface Plan {
  readonly version: 1;
  /** Commit that was planned, or `null` outside git. */
  readonly commit: string | null;
  readonly configFile: string | null;
  readonly limits: Limits;
  readonly staging: StagingMethod;
  readonly steps: readonly Step[];
  /** What earlier runs left open, beside the steps. */
  readonly open: readonly OpenPurchase[];
  /** `null` outside pull requests. */
  readonly pullRequest: PlannedPullRequest | null;
  readonly totals: PlanTotals;
  /** sha256 over everything above: what an approval is given for. */
  readonly digest: string;
}
