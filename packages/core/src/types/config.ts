import type { AssetSource, Json, Orientation, SourcePosition, Tier } from './words.ts';

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
