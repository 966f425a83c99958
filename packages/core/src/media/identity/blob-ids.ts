import { createHash } from 'node:crypto';
import { createSha256 } from '../../model/hash.ts';
import type { Identity } from '../../model/media/media.ts';
import type { FilePort } from '../../ports.ts';
import type { ByteSource } from '../byte-source.ts';

const READ_BYTES = 1_048_576;

/** The ids that git gives to a content of this length, with objects of either format. */
export function createBlobIds(bytes: number) {
  const hashes = ['sha1', 'sha256'].map((format) => createHash(format).update(`blob ${bytes}\0`));
  return {
    update(chunk: Uint8Array): void {
      for (const hash of hashes) hash.update(chunk);
    },
    ids: (): Identity[] => hashes.map((hash) => `git:${hash.digest('hex')}`),
  };
}

export async function blobIdsOf(source: ByteSource): Promise<Identity[]> {
  const blobs = createBlobIds(source.bytes);
  for (let at = 0; at < source.bytes; at += READ_BYTES)
    blobs.update(await source.read(at, READ_BYTES));
  return blobs.ids();
}

/**
 * Every identity of the file's bytes but the one that is known, in one pass. None when they are others than that one
 * names: a pointer of Git LFS in the file's place, or what git converts, or a file that somebody is writing.
 */
export async function readOtherIdentities(
  files: Pick<FilePort, 'stat' | 'stream'>,
  path: string,
  identity: Identity,
): Promise<Identity[]> {
  const stat = await files.stat(path);
  if (stat?.kind !== 'file') return [];
  const blobs = createBlobIds(stat.bytes);
  const content = createSha256();
  for await (const chunk of files.stream(path)) {
    blobs.update(chunk);
    content.update(chunk);
  }
  const all = [...blobs.ids(), `sha256:${content.hex()}`];
  return all.includes(identity) ? all.filter((other) => other !== identity) : [];
}
