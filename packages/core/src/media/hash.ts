import { createHash } from 'node:crypto';
import type { FilePort } from '../ports.ts';

/** Hex sha256 of a regular file; `null` when there is none. */
export async function sha256OfFile(
  files: Pick<FilePort, 'stat' | 'stream'>,
  path: string,
): Promise<string | null> {
  if ((await files.stat(path))?.kind !== 'file') return null;
  const hash = createHash('sha256');
  for await (const chunk of files.stream(path)) hash.update(chunk);
  return hash.digest('hex');
}
