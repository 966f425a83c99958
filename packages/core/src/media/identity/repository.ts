import { dirname } from 'node:path';
import type { FilePort } from '../../ports.ts';

/**
 * Whether a directory belongs to a git work tree. Decided by `.git` alone: where it is present, a git
 * that refuses to answer is an error and never "not a repository".
 */
export async function isGitRepository(
  files: Pick<FilePort, 'stat'>,
  directory: string,
): Promise<boolean> {
  for (let at = directory; ; at = dirname(at)) {
    if ((await files.stat(`${at}/.git`)) != null) return true;
    if (dirname(at) === at) return false;
  }
}
