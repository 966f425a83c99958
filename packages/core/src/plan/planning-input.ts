import type { Config } from '../model/config.ts';
import type { Lockfile } from '../model/lockfile/lockfile.ts';
import type { AssetSource, Identity, ImageFacts, VideoFacts } from '../model/media/media.ts';
import type { PlannedPullRequest } from '../model/plan.ts';
import type { Purchases } from '../model/purchase/purchase.ts';
import type { PublishedPrices } from './sellers/find-price.ts';
import type { PlanProvider } from './sellers/sellers.ts';
import type { CommittedAs, StagingContext } from './staging.ts';

/** What was found out about one asset. Facts are `null` when the content could not be read. */
export interface AssetReport<Facts> {
  readonly source: AssetSource;
  readonly identity: Identity | null;
  /** The same bytes by other kinds of identity; `null` as long as they were not read for it. */
  readonly otherIdentities: readonly Identity[] | null;
  /** Whether a pointer of Git LFS lies in the file's place. */
  readonly isPointer: boolean;
  readonly facts: Facts | null;
  readonly problem: string | null;
  readonly committedAs: CommittedAs;
  /** Where the file lies that the path leads to, when that is elsewhere. */
  readonly linkTarget?: string;
}

/** What is checked out, as far as planning looks at it. */
export interface Commit {
  readonly sha: string;
  /** From the top of the repository to the workspace: empty, or ending in `/`. */
  readonly prefix: string;
  /** Blob id by path, for the paths asked about. */
  readonly blobs: ReadonlyMap<string, string>;
  /** Paths that the commit holds as symbolic links. */
  readonly links: ReadonlySet<string>;
  /** Where other repositories are put in. */
  readonly submodules: readonly string[];
}

/** Everything planning looks at, gathered before. Maps are keyed by `sourceKey` and by output path. */
export interface PlanState {
  readonly commit: string | null;
  readonly config: Config;
  readonly characters: ReadonlyMap<string, AssetReport<ImageFacts>>;
  readonly motions: ReadonlyMap<string, AssetReport<VideoFacts>>;
  /** Identity of what lies at each path of interest now; absent or `null` when nothing does. */
  readonly outputs: ReadonlyMap<string, Identity | null>;
  /** Sha256 of what lies at some of these paths, where it was read; `null` where it was gone by then. */
  readonly outputHashes: ReadonlyMap<string, string | null>;
  /** Why a video could not be put at an output path. */
  readonly outputProblems: ReadonlyMap<string, string>;
  readonly lockfile: Lockfile;
  readonly purchases: Purchases;
  /** Names this checkout in the journal; `null` when nothing was ever written here. */
  readonly checkout: string | null;
  readonly providers: readonly PlanProvider[];
  readonly published: PublishedPrices;
  readonly staging: StagingContext;
  /** Buy again what a newer adapter revision would send differently. */
  readonly refresh: boolean;
  readonly pullRequest: PlannedPullRequest | null;
}

export function sourceKey(source: AssetSource): string {
  return source.kind === 'file' ? source.path : source.url;
}
