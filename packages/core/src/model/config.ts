import * as z from 'zod';
import type { Limits } from './limits.ts';
import type { Tier, Transfer } from './transfer.ts';

/** `provider-public`: the provider's own upload, even where that makes a public link of a private asset. */
export const stagingMethodSchema = z.enum(['auto', 'github', 's3', 'provider', 'provider-public']);
export type StagingMethod = z.output<typeof stagingMethodSchema>;

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

/** Prices agreed with a provider, in micro-dollars per second, by provider, model and tier. */
export type ContractPrices = Readonly<
  Record<string, Readonly<Record<string, Readonly<Partial<Record<Tier, number>>>>>>
>;

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
