import type { AssetSource, StagedAsset, StagingMethod } from '../types.ts';

/** What is known about the repository when a local file has to become a URL that a provider can read. */
export interface StagingContext {
  readonly method: StagingMethod;
  /** `owner/name`, when running for a GitHub repository. */
  readonly repository: string | null;
  readonly visibility: 'public' | 'private' | 'unknown';
  readonly commit: string | null;
  /** From the top of the repository to the workspace: empty, or ending in `/`. */
  readonly prefix: string;
}

/** Whether the asset's present bytes are what the commit holds, and how the commit holds them. */
export type CommittedAs = 'blob' | 'lfs' | 'not-committed';

export type StagingDecision = { readonly staged: StagedAsset } | { readonly problem: string };

/**
 * https URLs pass through; files of a public repository are read from GitHub at the pinned commit
 * (LFS content from its media host). Anything else is a problem that names what to configure.
 */
export function decideStaging(
  source: AssetSource,
  committedAs: CommittedAs,
  context: StagingContext,
): StagingDecision {
  if (source.kind === 'url') return { staged: { method: 'pass-through', url: source.url } };
  const { path } = source;
  if (context.method === 's3' || context.method === 'provider') {
    return {
      problem: `staging: ${context.method} is not available for this provider; use staging: github in a public repository, or https URLs`,
    };
  }
  if (context.commit == null) {
    return {
      problem: `${path} has no URL that a provider could read, because nothing is committed here (or this is no git checkout); commit and push it, or give https URLs instead of paths`,
    };
  }
  if (context.repository == null) {
    return {
      problem: `${path} has no URL that a provider could read, because this is not a run for a GitHub repository; give https URLs instead of paths`,
    };
  }
  if (context.method === 'auto' && context.visibility !== 'public') {
    const why =
      context.visibility === 'private'
        ? 'this repository is private'
        : 'the event does not say that this repository is public';
    return {
      problem: `the provider cannot read ${path}: ${why}; give https URLs (for example presigned ones) for character and motion, or set staging: github if the repository is public`,
    };
  }
  if (context.method === 'github' && context.visibility === 'private') {
    return {
      problem: `staging: github cannot work here: this repository is private and GitHub serves ${path} to nobody without a token; give https URLs (for example presigned ones)`,
    };
  }
  if (committedAs === 'not-committed') {
    return {
      problem: `${path} is not committed in ${context.commit.slice(0, 12)} as it is here, so the provider would read something else; commit and push it first`,
    };
  }
  return {
    staged: {
      method: 'github',
      host: committedAs === 'lfs' ? 'media' : 'raw',
      path: context.prefix + path,
    },
  };
}
