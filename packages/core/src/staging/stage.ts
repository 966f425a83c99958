import { hostOf } from '../http/call-api.ts';
import { RAW_HOST_VARIABLES, type RawHosts } from '../http/endpoint.ts';
import { adviseOnStatus, fetchFileRepeatedly, totalBytes } from '../http/fetch-file.ts';
import { docsPage } from '../model/advice/docs.ts';
import { MediaError, messageOf } from '../model/errors.ts';
import type { VideoFacts } from '../model/media/media.ts';
import type { GenerateStep } from '../model/plan.ts';
import type { Ports } from '../ports.ts';
import type { AssetRole, AssetUrls } from '../providers/adapter.ts';
import { type FetchContext, fetchAsset } from './fetch-asset.ts';
import { type PlannedFile, type UploadContext, uploadAsset } from './provider-upload.ts';
import type { S3Store } from './s3/store.ts';

export interface StageContext extends UploadContext, FetchContext {
  /** `null` where the config names no bucket. */
  readonly s3: S3Store | null;
  readonly ports: Ports;
  readonly repository: string | null;
  readonly commit: string | null;
  readonly rawHosts: RawHosts;
  readonly signal: AbortSignal;
}

/** What staging looks at of a step. */
export type StagedStep = Pick<GenerateStep, 'staged' | 'facts' | 'character' | 'motion'>;

/**
 * URLs the provider can read, each tried first: an asset that cannot be fetched, or is not the size
 * that was planned, is found before anything is bought. A file that the provider takes itself is
 * handed over; what stands for it then is the provider's.
 *
 * @throws MediaError naming the asset and what its host answered.
 */
export async function stageAssets(context: StageContext, step: StagedStep): Promise<AssetUrls> {
  const [character, motion] = await Promise.all([
    stageOne(context, step, 'character'),
    stageOne(context, step, 'motion'),
  ]);
  return { character, motion };
}

async function stageOne(context: StageContext, step: StagedStep, role: AssetRole): Promise<string> {
  const staged = step.staged[role];
  const { bytes } = step.facts[role];
  if (staged.method === 'local') throw new MediaError('a draft has no URL to stage');
  const { isLoopback } = context.api.endpoint;
  if (staged.method === 's3') return putIntoBucket(context, plannedFile(step, role, staged.path));
  if (staged.method === 'provider') return handOver(context, plannedFile(step, role, staged.path));
  if (staged.method === 'fetched') {
    const { url, to } = staged;
    const identity = step[role].identity ?? '';
    const allowLoopback = isLoopback;
    const downloadedTo = await fetchAsset(context, { url, identity, bytes, allowLoopback });
    const file = { ...plannedFile(step, role, hostOf(url)), downloadedTo };
    return to === 's3' ? putIntoBucket(context, file) : handOver(context, file);
  }
  const url =
    staged.method === 'pass-through' ? staged.url : rawUrl(context, staged.host, staged.path);
  const isOurHost = staged.method === 'github' && context.rawHosts.isLoopback;
  const place = staged.method === 'github' ? 'committed' : 'link';
  await checkSize(context, url, { bytes, allowLoopback: isLoopback || isOurHost, place });
  return url;
}

function putIntoBucket({ s3, signal }: StageContext, file: PlannedFile): Promise<string> {
  if (s3 == null) throw new MediaError(`${file.path} has no bucket to go to; plan again`);
  return s3.stage(file, signal);
}

async function handOver(context: StageContext, file: PlannedFile): Promise<string> {
  const address = await uploadAsset(context, file);
  const { adapter, isLoopback } = context.api.endpoint;
  const upload = adapter.uploads?.[file.role];
  const isReadable = upload?.kind === 'stored' && upload.visibility.value === 'public-link';
  if (isReadable) {
    await checkSize(context, address, {
      bytes: file.bytes,
      allowLoopback: isLoopback,
      place: 'upload',
    });
  }
  return address;
}

/** What is served there, and who put it there. */
interface Expected {
  readonly bytes: number;
  readonly allowLoopback: boolean;
  readonly place: 'committed' | 'link' | 'upload';
}

const UPLOAD_ADVICE = 'the upload did not arrive whole; run again';
const SIZE_ADVICE: Readonly<Record<Expected['place'], string>> = {
  committed: 'push the commit (with its LFS objects), then run again',
  link: 'fix the URL, or plan again',
  upload: UPLOAD_ADVICE,
};

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
};

/** A file as the plan saw it. */
export function plannedFile(
  { facts, ...step }: StagedStep,
  role: AssetRole,
  path: string,
): PlannedFile {
  const extension = role === 'character' ? facts.character.format : fileTypeOf(facts.motion);
  return {
    role,
    path,
    identity: step[role].identity,
    extension,
    contentType: CONTENT_TYPES[extension] ?? 'application/octet-stream',
    bytes: facts[role].bytes,
  };
}

/** M4V is MP4 under another name, and storage for uploads knows the one that is common. */
function fileTypeOf({ container }: VideoFacts): string {
  return container === 'm4v' ? 'mp4' : container;
}

async function checkSize(context: StageContext, url: string, expected: Expected): Promise<void> {
  const { bytes, place } = expected;
  const found = await remoteSize(context, url, expected);
  if (found === bytes) return;
  const served = found == null ? 'does not say how many bytes it serves' : `serves ${found} bytes`;
  throw new MediaError(
    `${hostOf(url)} ${served}, but the planned file has ${bytes}; ${SIZE_ADVICE[place]}`,
  );
}

function rawUrl(
  { rawHosts, repository, commit }: StageContext,
  host: 'raw' | 'media',
  path: string,
): string {
  const base = rawHosts[host];
  if (base == null) {
    const { variable } = RAW_HOST_VARIABLES[host];
    throw new MediaError(
      `no provider can read ${path} from ${rawHosts.enterpriseHost}; set ${variable} to where its files are public, or stage otherwise (${docsPage('staging')})`,
    );
  }
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return `${base}/${repository}/${commit}/${encoded}`;
}

/** Bytes of the whole file, `null` where its host does not say. */
async function remoteSize(
  context: StageContext,
  url: string,
  { allowLoopback, place }: Expected,
): Promise<number | null> {
  const response = await fetchFileRepeatedly(context.ports, {
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
  const { status } = response;
  if (status !== 200 && status !== 206) {
    const advice = place === 'upload' ? UPLOAD_ADVICE : adviseOnStatus(status, place);
    throw new MediaError(
      `${hostOf(url)} answers HTTP ${status}, so the provider could not read it either; ${advice}; nothing was bought`,
    );
  }
  return totalBytes(response);
}
