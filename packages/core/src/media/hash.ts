import { sha256OfChunks } from '../model/hash.ts';
import type { FilePort } from '../ports.ts';

/** Hex sha256 of a regular file; `null` when there is none. */
export async function sha256OfFile(
  files: Pick<FilePort, 'stat' | 'stream'>,
  path: string,
): Promise<string | null> {
  if ((await files.stat(path))?.kind !== 'file') return null;
  return sha256OfChunks(files.stream(path));
}
