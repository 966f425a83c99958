import { docsPage } from '../model/advice/docs.ts';
import type { StagingMethod } from '../model/config.ts';
import type { AssetSource } from '../model/media/media.ts';
import type { StagedAsset } from '../model/plan.ts';
import type { AssetRole, Uploads } from '../providers/adapter.ts';
import { decideUrlStaging, fits } from './url-staging.ts';

/** What is known about the repository when a local file has to become a URL that a provider can read. */
export interface StagingContext {
  readonly method: StagingMethod;
  /** `owner/name`, when running for a GitHub repository. */
  readonly repository: string | null;
  readonly visibility: 'public' | 'private' | 'unknown';
  readonly commit: string | null;
  /** From the top of the repository to the workspace: empty, or ending in `/`. */
  readonly prefix: string;
  /** Whether the config names a bucket. */
  readonly hasBucket: boolean;
  /** Where GitHub serves files of commits as they are; absent: nowhere that is known. */
  readonly rawBaseUrl?: string;
  /** The host of a GitHub Enterprise Server, where `public` means everybody who is let in; else absent or `null`. */
  readonly enterpriseHost?: string | null;
}

/** Whether the asset's present bytes are what the commit holds, and how the commit holds them. */
export type CommittedAs = 'blob' | 'lfs' | 'in-submodule' | 'not-committed';

export type StagingDecision = { readonly staged: StagedAsset } | { readonly problem: string };

/** What has to reach the provider. */
export interface AssetToStage {
  readonly source: AssetSource;
  readonly committedAs: CommittedAs;
  /** Where the file lies that a link leads to: GitHub serves the text of a link, not its target. */
  readonly linkTarget?: string;
  /** `null` while it is not known: then no size is checked. */
  readonly bytes: number | null;
  /** What a problem is about where it is not this file alone; absent: its path. */
  readonly named?: string;
}

/** Who is to read the asset, and whether it takes local files. */
export interface StagingSeller {
  readonly title: string;
  readonly uploads?: Uploads;
}

/**
 * What is at a URL: see `url-staging.ts`. A file goes to the provider's own upload, where it has one and may;
 * then files of a public repository are read from GitHub at the pinned commit (LFS content from its
 * media host); then it goes to the configured bucket. Anything else is a problem that names what to
 * configure.
 */
export function decideStaging(
  asset: AssetToStage,
  role: AssetRole,
  context: StagingContext,
  seller: StagingSeller,
): StagingDecision {
  const { source, bytes } = asset;
  if (source.kind === 'url') {
    return { staged: decideUrlStaging({ url: source.url, bytes }, role, context, seller) };
  }
  const { path } = source;
  const named = asset.named ?? path;
  const committed = { path, named, target: asset.linkTarget ?? path, as: asset.committedAs };
  const upload = seller.uploads?.[role] ?? null;
  switch (context.method) {
    case 's3':
      return context.hasBucket
        ? { staged: { method: 's3', path } }
        : {
            problem: `staging: s3 needs a bucket for ${named}; write \`staging: { s3: { bucket: ..., region: ... } }\` into the config (${docsPage('staging')}), or give https URLs`,
          };
    case 'provider':
    case 'provider-public':
      if (upload == null) {
        return {
          problem: `${seller.title} takes no local ${role}, so ${path} needs a URL; give https URLs, or use staging: auto in a public repository`,
        };
      }
      if (!mayUpload(upload, context)) {
        return { problem: publicLinkProblem(named, { seller, upload }, context) };
      }
      return fits(upload, bytes)
        ? { staged: { method: 'provider', path } }
        : { problem: tooLargeProblem(path, upload, bytes, seller) };
    case 'auto':
      if (upload != null && mayUpload(upload, context)) {
        if (fits(upload, bytes)) return { staged: { method: 'provider', path } };
        const elsewhere = orBucket(path, context, readFromGithub(committed, context, null));
        return 'staged' in elsewhere
          ? elsewhere
          : { problem: tooLargeProblem(path, upload, bytes, seller) };
      }
      return orBucket(
        path,
        context,
        readFromGithub(committed, context, upload == null ? null : { seller, upload }),
      );
    case 'github':
      return readFromGithub(committed, context, null);
  }
}

/** What cannot be read from anywhere goes to the bucket, where there is one. */
function orBucket(
  path: string,
  context: StagingContext,
  decision: StagingDecision,
): StagingDecision {
  if ('staged' in decision) return decision;
  return context.hasBucket ? { staged: { method: 's3', path } } : decision;
}

/**
 * A public link is as good as publishing: an asset that is not public already goes there only by the
 * word of the config. Everything else stays between us and the provider.
 */
function mayUpload(upload: NonNullable<Uploads[AssetRole]>, context: StagingContext): boolean {
  const makesPublic = upload.kind === 'stored' && upload.visibility.value === 'public-link';
  return !makesPublic || isPublic(context) || context.method === 'provider-public';
}

function isPublic({ visibility, enterpriseHost }: StagingContext): boolean {
  return visibility === 'public' && enterpriseHost == null;
}

function tooLargeProblem(
  path: string,
  { maxBytes: { value, basis } }: NonNullable<Uploads[AssetRole]>,
  bytes: number | null,
  { title }: StagingSeller,
): string {
  return `${path} has ${bytes} bytes, and ${title} takes at most ${value} by its own upload (${basis}); make it smaller, name a bucket (\`staging: { s3: ... }\`, ${docsPage('staging')}), or give https URLs`;
}

interface Publisher {
  readonly seller: StagingSeller;
  readonly upload: NonNullable<Uploads[AssetRole]>;
}

function publicLinkProblem(
  named: string,
  { seller: { title }, upload }: Publisher,
  { visibility, enterpriseHost }: StagingContext,
): string {
  const here = enterpriseHost == null ? 'this repository' : `this repository (${enterpriseHost})`;
  const why = visibility === 'private' ? `${here} is private` : `${here} may be private`;
  const isKnown = upload.kind === 'stored' && upload.visibility.basis === 'documented';
  const would = isKnown ? 'would' : 'may, as far as its pages say,';
  return `${title} ${would} keep ${named} behind a link that anybody can open, and ${why}; write \`staging: { provider: public }\` into the config if that is acceptable, name a bucket (\`staging: { s3: ... }\`, ${docsPage('staging')}), or give https URLs (for example presigned ones)`;
}

interface CommittedFile {
  readonly path: string;
  readonly named: string;
  /** What the commit has to hold. */
  readonly target: string;
  readonly as: CommittedAs;
}

/** `publisher` could take the file by its upload, but only behind a public link. */
function readFromGithub(
  { path, named, target, as }: CommittedFile,
  context: StagingContext,
  publisher: Publisher | null,
): StagingDecision {
  if (publisher != null && !isPublic(context)) {
    return { problem: publicLinkProblem(named, publisher, context) };
  }
  const { enterpriseHost = null } = context;
  if (enterpriseHost != null && context.rawBaseUrl == null) {
    return {
      problem: `no provider can read ${named} from ${enterpriseHost}, a GitHub Enterprise Server; name a bucket (\`staging: { s3: ... }\`, ${docsPage('staging')}), give https URLs (for example presigned ones) for character and motion, or choose a provider that takes local files itself (${docsPage('providers')})`,
    };
  }
  if (context.commit == null) {
    return {
      problem: `no URL leads a provider to ${named}, because nothing is committed here (or this is no git checkout); commit and push first, or give https URLs instead of paths`,
    };
  }
  if (context.repository == null) {
    return {
      problem: `no URL leads a provider to ${named}, because this is not a run for a GitHub repository; give https URLs instead of paths`,
    };
  }
  if (context.method === 'auto' && context.visibility !== 'public') {
    const bucket = `name a bucket (\`staging: { s3: ... }\`, ${docsPage('staging')})`;
    const urls = 'give https URLs (for example presigned ones) for character and motion';
    return {
      problem:
        context.visibility === 'private'
          ? `the provider cannot read ${named}: this repository is private; ${bucket}, or ${urls}`
          : `the provider cannot read ${named}: the event does not say that this repository is public; ${bucket}, ${urls}, or set staging: github if the repository is public`,
    };
  }
  if (context.method === 'github' && context.visibility === 'private') {
    return {
      problem: `staging: github cannot work here: this repository is private and GitHub serves ${named} to nobody without a token; give https URLs (for example presigned ones)`,
    };
  }
  if (as === 'in-submodule') {
    return {
      problem: `${path} lies in a submodule, and GitHub serves its files at the address of that other repository; give that address as an https URL, name a bucket (\`staging: { s3: ... }\`, ${docsPage('staging')}), or keep the file in this repository`,
    };
  }
  if (as === 'not-committed') {
    return {
      problem: `${path} is not committed in ${context.commit.slice(0, 12)} as it is here, so the provider would read something else; commit and push it first`,
    };
  }
  return {
    staged: {
      method: 'github',
      host: as === 'lfs' ? 'media' : 'raw',
      path: context.prefix + target,
    },
  };
}
