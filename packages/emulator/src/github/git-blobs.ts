import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MAX_BYTES = 512 * 1024 * 1024;

/** The blob at a path of a commit; `undefined` where there is none. */
export async function readBlob(
  directory: string,
  sha: string,
  path: string,
): Promise<Buffer | undefined> {
  if (!isCommitId(sha)) return undefined;
  try {
    const args = ['-C', directory, 'cat-file', 'blob', `${sha}:${path}`];
    const { stdout } = await run('git', args, { encoding: 'buffer', maxBuffer: MAX_BYTES });
    return stdout;
  } catch {
    return undefined;
  }
}

/** The commit that a branch, tag or commit names; `undefined` where there is none. */
export async function resolveCommit(directory: string, ref: string): Promise<string | undefined> {
  if (ref.startsWith('-')) return undefined;
  try {
    const args = ['-C', directory, 'rev-parse', '--verify', '--quiet', `${ref}^{commit}`];
    return (await run('git', args)).stdout.trim();
  } catch {
    return undefined;
  }
}

export function isCommitId(ref: string): boolean {
  return /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(ref);
}

/** Reads each blob once: what a commit holds does not change, and a file is asked for many times. */
export function rememberBlobs(): typeof readBlob {
  const found = new Map<string, Buffer>();
  return async (directory, sha, path) => {
    const key = JSON.stringify([directory, sha, path]);
    const blob = found.get(key) ?? (await readBlob(directory, sha, path));
    if (blob !== undefined) found.set(key, blob);
    return blob;
  };
}

/** The content behind an LFS pointer, from the repository's local store; `undefined` for neither. */
export async function readLfsObject(
  directory: string,
  pointer: Buffer,
): Promise<Buffer | undefined> {
  const oid = /^oid sha256:([0-9a-f]{64})$/m.exec(pointer.subarray(0, 1024).toString())?.[1];
  if (oid === undefined) return undefined;
  const { stdout } = await run('git', ['-C', directory, 'rev-parse', '--git-common-dir']);
  const objects = join(resolve(directory, stdout.trim()), 'lfs', 'objects');
  try {
    return await readFile(join(objects, oid.slice(0, 2), oid.slice(2, 4), oid));
  } catch {
    return undefined;
  }
}
