import { hashBody, readBytes, TooLargeError } from '../http/body.ts';
import { hostOf } from '../http/call-api.ts';
import {
  adviseOnStatus,
  fetchFileRepeatedly,
  readFileRepeatedly,
  totalBytes,
} from '../http/fetch-file.ts';
import { MediaError, messageOf, StoppedError } from '../model/errors.ts';
import type { Identity } from '../model/media/media.ts';
import type { Ports, WireResponse } from '../ports.ts';
import type { ByteSource } from './byte-source.ts';
import { blobIdsOf, createBlobIds } from './identity/blob-ids.ts';
import { createPieces, withPieces } from './pieces.ts';

/** What may be fetched, and until when. */
export interface UrlAccess {
  readonly allowLoopback: boolean;
  readonly signal?: AbortSignal;
}

function accessOf({ allowLoopback, signal }: UrlAccess): UrlAccess {
  return { allowLoopback, ...(signal != null ? { signal } : {}) };
}

/** No provider takes more than 100 MB; a larger file is refused before it is read whole. */
export const MAX_URL_ASSET_BYTES = 200 * 1_048_576;

/** As much as an image and most clips have; eight assets are read at once. */
const MAX_KEPT_BYTES = 16 * 1_048_576;

/**
 * A file on the web, read by ranges.
 *
 * @throws MediaError when it cannot be fetched or its server does not serve ranges.
 */
async function openUrlSource(ports: Ports, url: string, access: UrlAccess): Promise<ByteSource> {
  const name = hostOf(url);
  const first = await fetchFileRepeatedly(ports, {
    ...accessOf(access),
    url,
    range: { offset: 0, length: 1 },
  }).catch((cause: unknown) => {
    throw new MediaError(`${name} cannot be fetched: ${messageOf(cause)}`, { cause });
  });
  first.body.destroy();
  if (first.status !== 206) {
    throw new MediaError(
      first.status === 200
        ? `${name} does not serve byte ranges, so its length cannot be checked before paying; host it where ranges work (S3, GitHub, any CDN)`
        : refusal(name, first.status),
    );
  }
  const bytes = totalBytes(first);
  if (bytes == null || bytes > MAX_URL_ASSET_BYTES) {
    throw new MediaError(
      `${name} has ${bytes ?? 'an unknown number of'} bytes; at most ${MAX_URL_ASSET_BYTES} are read`,
    );
  }
  return {
    name,
    bytes,
    async read(offset, length) {
      const wanted = Math.min(length, bytes - offset);
      if (wanted <= 0) return new Uint8Array(0);
      const range = { offset, length: wanted };
      return readFileRepeatedly(ports, { ...accessOf(access), url, range }, async (response) => {
        if (response.status !== 206) {
          response.body.destroy();
          throw new MediaError(`${name} answers HTTP ${response.status} to a range request`);
        }
        return readBytes(ports.clock, response, {
          what: `the range of ${wanted} bytes of ${name}`,
          maxBytes: wanted,
        });
      });
    },
  };
}

/** A URL asset as it was served: one download for its identity and its facts. */
export interface UrlContent {
  /** The sha256 of its bytes, whatever its address says. */
  readonly identity: Identity;
  /** What git would call the same bytes. */
  readonly otherIdentities: readonly Identity[];
  /** The bytes that were hashed, and never others. */
  readonly source: ByteSource;
}

/**
 * Downloads a file on the web once. Its bytes are kept where they are few; of larger ones ranges are read again and
 * compared with what was hashed.
 *
 * @throws MediaError when it cannot be fetched, or is large and its server does not serve ranges.
 */
export async function readUrl(ports: Ports, url: string, access: UrlAccess): Promise<UrlContent> {
  const name = hostOf(url);
  const { sha256, content, pieces, blobIds } = await readFileRepeatedly(
    ports,
    { ...accessOf(access), url },
    (response) => readWhole(ports, name, response),
  ).catch((cause: unknown) => {
    if ([MediaError, StoppedError, TooLargeError].some((kind) => cause instanceof kind))
      throw cause;
    throw new MediaError(`${name} cannot be fetched: ${messageOf(cause)}`, { cause });
  });
  const source =
    content == null
      ? withPieces(await openUrlSource(ports, url, access), pieces)
      : sourceOfBytes(name, content);
  const otherIdentities = blobIds ?? (await blobIdsOf(source));
  return { identity: `sha256:${sha256}`, otherIdentities, source };
}

/** Begins anew with each try. */
async function readWhole(ports: Ports, name: string, response: WireResponse) {
  if (response.status !== 200) {
    response.body.destroy();
    throw new MediaError(refusal(name, response.status));
  }
  const pieces = createPieces();
  // In front of what git hashes stands its length.
  const announced = Number(response.headers['content-length']);
  const blobs = Number.isSafeInteger(announced) ? createBlobIds(announced) : null;
  let kept: Buffer[] | null = [];
  let bytes = 0;
  const limits = { what: name, maxBytes: MAX_URL_ASSET_BYTES };
  const sha256 = await hashBody(ports.clock, response, limits, (chunk) => {
    pieces.add(chunk);
    blobs?.update(chunk);
    bytes += chunk.length;
    if (bytes > MAX_KEPT_BYTES) kept = null;
    kept?.push(chunk);
  });
  return {
    sha256,
    content: kept == null ? null : Buffer.concat(kept),
    pieces: pieces.finish(),
    blobIds: blobs != null && bytes === announced ? blobs.ids() : null,
  };
}

function refusal(name: string, status: number): string {
  return `${name} answers HTTP ${status}; ${adviseOnStatus(status, 'link')}`;
}

function sourceOfBytes(name: string, content: Buffer): ByteSource {
  return {
    name,
    bytes: content.length,
    read: async (offset, length) => content.subarray(offset, Math.max(offset, offset + length)),
  };
}
