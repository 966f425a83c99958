import { MediaError, messageOf } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { AssetUrls } from '../providers/adapter.ts';
import type { MediaFacts, StagedAsset, StagedAssets } from '../types.ts';
import type { RawHosts } from './endpoint.ts';
import { fetchFile } from './fetch-file.ts';
import { hostOf } from './http.ts';

export interface StageContext {
  readonly ports: Ports;
  readonly repository: string | null;
  readonly commit: string | null;
  readonly rawHosts: RawHosts;
  readonly allowLoopback: boolean;
  readonly signal: AbortSignal;
}

/**
 * URLs the provider can read, each tried first: an asset that cannot be fetched, or is not the size
 * that was planned, is found before anything is bought.
 *
 * @throws MediaError naming the asset and what its host answered.
 */
export async function stageAssets(
  context: StageContext,
  staged: StagedAssets,
  facts: MediaFacts,
): Promise<AssetUrls> {
  const [character, motion] = await Promise.all([
    stageOne(context, staged.character, facts.character.bytes),
    stageOne(context, staged.motion, facts.motion.bytes),
  ]);
  return { character, motion };
}

async function stageOne(
  context: StageContext,
  staged: StagedAsset,
  bytes: number,
): Promise<string> {
  if (staged.method === 'local') throw new MediaError('a draft has no URL to stage');
  if (staged.method === 'provider') throw new MediaError('no upload of the provider is known');
  const url =
    staged.method === 'pass-through' ? staged.url : rawUrl(context, staged.host, staged.path);
  const allowLoopback =
    context.allowLoopback || (staged.method === 'github' && context.rawHosts.isLoopback);
  const found = await remoteSize(context, url, allowLoopback);
  if (found !== bytes) {
    throw new MediaError(
      `${hostOf(url)} serves ${found} bytes, but the planned file has ${bytes}; push the commit (with its LFS objects) or fix the URL, then run again`,
    );
  }
  return url;
}

function rawUrl(
  { rawHosts, repository, commit }: StageContext,
  host: 'raw' | 'media',
  path: string,
): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return `${rawHosts[host]}/${repository}/${commit}/${encoded}`;
}

async function remoteSize(
  context: StageContext,
  url: string,
  allowLoopback: boolean,
): Promise<number | null> {
  const response = await fetchFile(context.ports, {
    url,
    allowLoopback,
    range: { offset: 0, length: 1 },
    signal: context.signal,
  }).catch((cause: unknown) => {
    throw new MediaError(
      `${hostOf(url)} cannot be fetched (${messageOf(cause)}); nothing was bought`,
      { cause },
    );
  });
  response.body.destroy();
  if (response.status !== 200 && response.status !== 206) {
    throw new MediaError(
      `${hostOf(url)} answers HTTP ${response.status}, so the provider could not read it either; push the commit, or check that the repository is public; nothing was bought`,
    );
  }
  return totalBytes(response.status, response.headers);
}

/** Size of the whole file from `content-range: bytes 0-0/123`, or from the length of a full answer. */
export function totalBytes(
  status: number,
  headers: Readonly<Record<string, string>>,
): number | null {
  const text = status === 206 ? headers['content-range']?.split('/')[1] : headers['content-length'];
  return text != null && /^\d+$/.test(text) ? Number(text) : null;
}
