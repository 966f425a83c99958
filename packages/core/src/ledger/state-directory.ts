import { isAbsolute, join } from 'node:path';
import { RecordError } from '../model/errors.ts';
import { sha256 } from '../model/hash.ts';
import type { Ports } from '../ports.ts';

/**
 * Where this checkout's journal lives: inside `.git`, so that no commit takes it along or brings it. Files
 * without a repository have no such place of their own, so it goes to the runner's directory for this job.
 *
 * @throws RecordError where there is neither: what lies among the files could be committed, or forged.
 */
export async function findStateDirectory(
  ports: Pick<Ports, 'git'>,
  workspace: string,
  runnerTemporaryDirectory: string | null,
): Promise<string> {
  const inGit = await ports.git.run(workspace, ['rev-parse', '--git-path', 'motion-transfer']).then(
    (text) => text.replace(/\r?\n$/, ''),
    () => null,
  );
  if (inGit != null && inGit !== '') return isAbsolute(inGit) ? inGit : join(workspace, inGit);
  if (runnerTemporaryDirectory != null) {
    const name = sha256(workspace).slice(0, 16);
    return join(runnerTemporaryDirectory, 'motion-transfer-state', name);
  }
  throw new RecordError(
    `${workspace} is no git repository, and RUNNER_TEMP names no directory, so there is no place for the journal of purchases that a commit could not reach; nothing was bought. Check the repository out with git, or set RUNNER_TEMP`,
  );
}
