import { MotionTransferError, StoppedError } from '@motion-transfer/core';
import {
  Again,
  describeExit,
  type Repository,
  readFetchOutcome,
} from '@motion-transfer/core/shell';

/**
 * Brings the newest commit of a branch of the server; `null` when it has no such branch.
 *
 * @throws MotionTransferError when it may not be read, with the next step; StoppedError.
 */
export async function fetchTip(
  repository: Repository,
  branch: string,
  signal: AbortSignal,
): Promise<string | null | Again> {
  const ended = await repository.fetch(['--depth=1'], signal, branch);
  if (ended.exitCode === 0) return repository.tip();
  if (ended.end === 'abort') throw new StoppedError('the run was stopped');
  const said = describeExit(ended);
  switch (readFetchOutcome(ended)) {
    case 'branch-missing':
      return null;
    case 'passing':
      return new Again(`it could not be read (${said})`);
    case 'refused':
      throw new MotionTransferError(
        `branch ${branch} cannot be read (${said}); give the job \`permissions: contents: write\``,
      );
  }
}
