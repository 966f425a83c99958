import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Objects lie where git-lfs keeps those of a repository, so that the media host finds them too. */
export async function storeObject(
  directory: string,
  oid: string,
  bytes: Uint8Array,
): Promise<void> {
  const path = pathOf(directory, oid);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, bytes);
  await rename(`${path}.new`, path);
}

export function readObject(directory: string, oid: string): Promise<Buffer | undefined> {
  return readFile(pathOf(directory, oid)).catch(() => undefined);
}

function pathOf(directory: string, oid: string): string {
  return join(directory, 'lfs/objects', oid.slice(0, 2), oid.slice(2, 4), oid);
}
