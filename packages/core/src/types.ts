/** The nouns of the flow: config -> plan -> budget -> run -> record -> report. Types only. */

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** `image` keeps the image's pose direction (up to 10 s); `video` follows the clip (up to 30 s). */
export type Orientation = 'image' | 'video';
/** `standard` is 720p, `pro` is 1080p; each adapter maps it to its provider's own word. */
export type Tier = 'standard' | 'pro';

/** 1-based line and column in a file of the repository. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One problem with what the user wrote or supplied. `path` names the key or asset it is about. */
export interface Issue {
  readonly severity: 'error' | 'warning';
  readonly path: string;
  readonly message: string;
  readonly position?: SourcePosition;
}

/** Where an asset comes from: a repository-relative path with `/`, or an https URL. */
export type AssetSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string };

// ---- config -------------------------------------------------------------------------------

export type OnExceed = 'fail' | 'partial';

/** Most that may be spent, in integer micro-dollars; `null` means no limit of that kind is written. */
export interface Limits {
  readonly perTransferMicroUsd: number | null;
  readonly perRunMicroUsd: number | null;
  readonly perPullRequestMicroUsd: number | null;
  readonly perMonthMicroUsd: number | null;
  readonly onExceed: OnExceed;
  /** True when nobody wrote any limit and `per-run: 10.00` applies as the default. */
  readonly perRunIsDefault: boolean;
}

/** `provider-public`: the provider's own upload, even where that makes a public link of a private asset. */
export type StagingMethod = 'auto' | 'github' | 's3' | 'provider' | 'provider-public';

/** A bucket of an S3-compatible store that files may be staged in. Credentials are the environment's. */
export interface S3Settings {
  readonly bucket: string;
  /** `null`: the environment names it. */
  readonly region: string | null;
  /** https, without a trailing slash; `null`: AWS. */
  readonly endpoint: string | null;
  /** Empty, or ending in `/`. */
  readonly prefix: string;
  /** How long a provider can read an object; `null`: as long as the run may take. */
  readonly expiresMinutes: number | null;
  /** Whether objects stay for later runs. */
  readonly keep: boolean;
  /** Role for the identity of the job; `null`: the environment names it, or keys. */
  readonly roleArn: string | null;
}

/** Which providers may sell a transfer: the first listed that can, or the cheapest of all that can. */
export type ProviderChoice =
  | { readonly kind: 'ordered'; readonly ids: readonly string[] }
  | { readonly kind: 'cheapest' };

/** What a provider is asked for, in our words; adapters translate. */
export interface TransferParameters {
  readonly prompt: string | null;
  readonly tier: Tier;
  readonly orientation: Orientation;
  readonly keepOriginalSound: boolean;
  /** Whole seconds, only for providers that take a duration; `null` means the clip's own. */
  readonly durationSeconds: number | null;
  /** Number of a deliberate re-roll, from 1. */
  readonly take: number;
}

/** One character + one motion + parameters -> one output video, with every default filled in. */
export interface Transfer {
  readonly id: string;
  readonly character: AssetSource;
  readonly motion: AssetSource;
  /** Repository-relative path of the video to write, ending in `.mp4`. */
  readonly output: string;
  readonly provider: ProviderChoice;
  readonly parameters: TransferParameters;
  /** Options as written, by provider id; each adapter's own schema judges its part. */
  readonly providerOptions: Readonly<Record<string, Json>>;
  readonly position: SourcePosition | null;
}

/** Prices agreed with a provider, in micro-dollars per second, by provider, model and tier. */
export type ContractPrices = Readonly<
  Record<string, Readonly<Record<string, Readonly<Partial<Record<Tier, number>>>>>>
>;

/** A price that counts instead of the adapter's own row. */
export interface JobPrice {
  readonly origin: 'contract' | 'published';
  readonly microUsdPerSecond: number;
  readonly heldMicroUsdPerSecond: number;
}

export interface Config {
  /** Repository-relative path of the file read, or `null` when the inputs alone made it. */
  readonly file: string | null;
  readonly limits: Limits;
  readonly staging: StagingMethod;
  /** Used by `s3`, and by `auto` where nothing else will do; `null` when not written. */
  readonly s3: S3Settings | null;
  /** `git`, `none` or `file:<path>`; `null` when not written. */
  readonly ledger: string | null;
  /** The label by which a person lets one commit of a pull request exceed `per-pull-request`. */
  readonly overrideLabel: string;
  readonly prices: ContractPrices;
  readonly transfers: readonly Transfer[];
}

// ---- media --------------------------------------------------------------------------------

/** Facts of an image, read from its content; `format` (`jpg`, `png`, `webp`, ...) is never taken from the file name. */
export interface ImageFacts {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
}

/** One place in a container that claims a duration, e.g. `mvhd`, `stts of track 1`. */
export interface DurationEvidence {
  readonly source: string;
  readonly seconds: number;
}

/** Facts of a video, read from its container by range reads. Pixel sizes are as displayed (rotation applied). */
export interface VideoFacts {
  readonly container: 'mp4' | 'mov';
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number | null;
  readonly bytes: number;
  readonly hasSound: boolean;
  /** What the video track itself plays. */
  readonly trackSeconds: number;
  /** The longest any evidence claims: this is what is held against the budget. */
  readonly longestSeconds: number;
  readonly evidence: readonly DurationEvidence[];
}

export interface MediaFacts {
  readonly character: ImageFacts;
  readonly motion: VideoFacts;
}

/**
 * What an asset is: `git:<blob id>` (files, whether in git yet or not) or `sha256:<hex>` (LFS objects
 * and URLs). Two assets with equal identity have equal bytes.
 */
export type Identity = string;

export interface Asset<Facts> {
  readonly source: AssetSource;
  readonly identity: Identity;
  readonly facts: Facts;
}

// ---- plan ---------------------------------------------------------------------------------

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

// ---- results ------------------------------------------------------------------------------

/** Where a charge figure comes from. An estimate is never presented as a charge. */
export type ChargeSource = 'provider-reported' | 'estimated' | 'unknown';

export interface Charge {
  /** `null` only when `source` is `unknown`. */
  readonly microUsd: number | null;
  readonly source: ChargeSource;
}

export type ResultState =
  /** the output was there already */
  | 'reused'
  /** bought or collected in this run, verified and recorded */
  | 'generated'
  /** copied from another step of this run that bought the same thing */
  | 'copied'
  /** paid for by an earlier run, no longer asked for as it was: kept aside, in the artifact */
  | 'collected'
  | 'blocked'
  /** not started: the budget or a stop came first */
  | 'not-started'
  /** paid for and still being made; a later run collects it */
  | 'in-progress'
  | 'failed'
  /** nobody can say whether it was accepted; its hold is kept and it is not bought again */
  | 'unknown';

export interface TransferResult {
  readonly id: string;
  readonly output: string;
  readonly state: ResultState;
  readonly provider: string | null;
  /** Made by the free draft engine: never mixed up with a bought video. */
  readonly draft: boolean;
  readonly fingerprint: string | null;
  readonly operation: Json;
  readonly holdMicroUsd: number;
  readonly charge: Charge | null;
  readonly sha256: string | null;
  readonly bytes: number | null;
  readonly videoSeconds: number | null;
  readonly elapsedMs: number | null;
  readonly message: string | null;
  /** What must not pass silently although the video is here: it cost more than was held. */
  readonly alarm: string | null;
}
