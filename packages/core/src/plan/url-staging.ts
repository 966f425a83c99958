import type { StagingMethod } from '../model/config.ts';
import type { StagedAsset } from '../model/plan.ts';
import type { AssetRole, Uploads } from '../providers/adapter.ts';

/** A URL asset as it was downloaded for the plan. */
export interface UrlToStage {
  readonly url: string;
  readonly bytes: number | null;
}

interface UrlStaging {
  readonly method: StagingMethod;
  readonly hasBucket: boolean;
  readonly rawBaseUrl?: string;
}

/**
 * An address may serve another clip to the provider than to us, and the length of the clip is what is billed. So the
 * bytes that were hashed are handed on where that stays between us and the provider: by its own upload, else through
 * the bucket. A character is billed for by nobody, and passes through, as does a clip whose address names
 * the commit that it is of.
 */
export function decideUrlStaging(
  { url, bytes }: UrlToStage,
  role: AssetRole,
  { method, hasBucket, rawBaseUrl }: UrlStaging,
  { uploads }: { readonly uploads?: Uploads },
): StagedAsset {
  if (role !== 'motion' || method === 'github' || isPinned(url, rawBaseUrl))
    return { method: 'pass-through', url };
  const upload = uploads?.motion ?? null;
  // An address may be a secret, whatever the repository is: only the config can make what it serves public.
  const isPrivate =
    upload?.kind === 'inline' ||
    upload?.visibility.value === 'private' ||
    method === 'provider-public';
  if (upload != null && isPrivate && fits(upload, bytes) && method !== 's3') {
    return { method: 'fetched', url, to: 'provider' };
  }
  const goesToBucket = hasBucket && (method === 's3' || method === 'auto');
  return goesToBucket ? { method: 'fetched', url, to: 's3' } : { method: 'pass-through', url };
}

/** The address of a file of one commit at GitHub serves everybody the same bytes: the commit's id is made from them. */
export function isPinned(url: string, rawBaseUrl: string | undefined): boolean {
  if (rawBaseUrl == null || !url.startsWith(`${rawBaseUrl}/`)) return false;
  return /^[^/?#]+\/[^/?#]+\/(?:[0-9a-f]{40}|[0-9a-f]{64})\/[^?#]+$/.test(
    url.slice(rawBaseUrl.length + 1),
  );
}

/** Before anything is bought: a provider's storage would refuse it after half of the run is under way. */
export function fits({ maxBytes }: NonNullable<Uploads[AssetRole]>, bytes: number | null): boolean {
  return bytes == null || bytes <= maxBytes.value;
}
