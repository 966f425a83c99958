import { extname } from 'node:path';
import type { FaultSite } from '../faults/fault.ts';
import { sha256Hex } from '../hash.ts';
import { type Exchange, type Reply, textReply } from '../http/exchange.ts';
import { serveBytes } from '../http/serve-bytes.ts';
import { isLfsPointer } from '../media/image-kind.ts';
import { providerUserAgent } from '../media/read-inputs.ts';
import type { Mount } from '../server/mount.ts';
import { isCommitId, readLfsObject, rememberBlobs, resolveCommit } from './git-blobs.ts';

/** A repository as the raw hosts see it. */
export interface ServedRepository {
  readonly directory: string;
  readonly visibility: 'public' | 'private';
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.mp4': 'video/mp4',
  '.mov': 'video/quicktime',
  '.webm': 'video/webm',
};

/**
 * raw.githubusercontent.com (`raw`: the blob, which for an LFS file is the pointer) or
 * media.githubusercontent.com (`media`: what an LFS pointer stands for), both without credentials.
 */
export function createRawHost(
  name: 'raw' | 'media',
  repositories: ReadonlyMap<string, ServedRepository>,
  providers: readonly string[],
): Mount {
  const read = rememberBlobs();
  return {
    name,
    siteOf({ headers }): FaultSite {
      const agent = headers['user-agent'];
      const provider = providers.find((candidate) => providerUserAgent(candidate) === agent);
      return { at: 'input', ...(provider !== undefined && { provider }) };
    },
    async handle(exchange): Promise<Reply> {
      const [, owner, repository, ref = '', ...path] = exchange.path.split('/').map(decode);
      const served = repositories.get(`${owner}/${repository}`.toLowerCase());
      if (served === undefined || served.visibility === 'private') return notFound();
      const sha = isCommitId(ref) ? ref : await resolveCommit(served.directory, ref);
      if (sha === undefined) return notFound();
      const blob = await read(served.directory, sha, path.join('/'));
      if (blob === undefined) return notFound();
      if (name === 'raw') return serve(exchange, blob, rawType(path.join('/'), blob));
      const content = await readLfsObject(served.directory, blob);
      return content === undefined
        ? notFound()
        : serve(exchange, content, 'application/octet-stream');
    },
    errorBody: (status) => ({ message: `emulated HTTP ${status}` }),
  };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function serve(exchange: Exchange, bytes: Buffer, contentType: string): Reply {
  return serveBytes(exchange, bytes, { contentType, etag: sha256Hex(bytes) });
}

function rawType(path: string, bytes: Buffer): string {
  const known = isLfsPointer(bytes) ? undefined : CONTENT_TYPES[extname(path).toLowerCase()];
  if (known !== undefined) return known;
  return bytes.includes(0) ? 'application/octet-stream' : 'text/plain; charset=utf-8';
}

function notFound(): Reply {
  return textReply(404, '404: Not Found');
}
