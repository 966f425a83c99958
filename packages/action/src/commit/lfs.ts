import { MotionTransferError } from '@motion-transfer/core';
import { describeExit, type Repository } from '@motion-transfer/core/shell';

const VERSION_TIMEOUT_MS = 30_000;
/** One that hangs is ended by git-lfs itself (`lfs.activitytimeout`, 30 s). */
const UPLOAD_TIMEOUT_MS = 20 * 60_000;
/** Ids as arguments of one git. */
const OBJECTS_AT_ONCE = 200;

const SETTINGS = [
  // Locks of others are about files that people edit.
  'lfs.locksverify=false',
  // The basic transfer alone starts no other program.
  'lfs.basictransfersonly=true',
].flatMap((setting) => ['-c', setting]);

/** Why files of Git LFS cannot be committed; `null` when they can. `lfsConfig`: the repository's `.lfsconfig`. */
export async function whyNoLfs(
  repository: Repository,
  lfsConfig: string | null,
): Promise<string | null> {
  // The token is for GitHub, and not for whatever server a file of the repository names.
  if (/^\s*(?:\[[^\]]*\]\s*)?(?:push)?url\s*=/im.test(lfsConfig ?? ''))
    return '.lfsconfig keeps the objects of Git LFS on another server, for which this action has no credentials: commit it with git in a later step';
  const args = ['lfs', 'version'];
  const ended = await repository.askRemote(args, { timeoutMs: VERSION_TIMEOUT_MS });
  if (ended.exitCode === 0) return null;
  return '.gitattributes sends it through Git LFS, and git-lfs is not installed here: install it in a step before (`sudo apt-get install git-lfs`)';
}

/** Uploads objects that lie in the repository's own store; nobody can fetch a pointer before its object is there. */
export async function uploadObjects(
  repository: Repository,
  remoteUrl: string,
  objects: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (let first = 0; first < objects.length; first += OBJECTS_AT_ONCE) {
    const batch = objects.slice(first, first + OBJECTS_AT_ONCE);
    const ended = await repository.askRemote(
      [...SETTINGS, 'lfs', 'push', '--object-id', remoteUrl, ...batch],
      { timeoutMs: UPLOAD_TIMEOUT_MS, signal },
    );
    if (ended.exitCode === 0) continue;
    throw new MotionTransferError(
      `Git LFS did not take the videos (${describeExit(ended)}), so nothing was pushed; check \`permissions: contents: write\` and the storage that Git LFS has left`,
    );
  }
}
