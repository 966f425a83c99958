import { MotionTransferError, messageOf } from '@motion-transfer/core';
import { createRepository, openRemote, type Repository } from '@motion-transfer/core/shell';
import type { Session } from '../session.ts';

export interface BranchUse {
  readonly branch: string;
  /** Of the directory. */
  readonly name: string;
  readonly pushTimeoutMs: number;
  /** What a failure means, at the end of a message. */
  readonly consequence: string;
}

type Asking = Pick<Session, 'ports' | 'github' | 'inputs'>;

/**
 * Works on a branch of the server in a repository of its own, which is removed afterwards.
 *
 * @throws MotionTransferError when it cannot be made, and what `work` throws.
 */
export async function withBranch<Value>(
  { ports, github, inputs }: Asking,
  { branch, name, pushTimeoutMs, consequence }: BranchUse,
  work: (repository: Repository, remoteUrl: string) => Promise<Value>,
): Promise<Value> {
  const remoteUrl = github.remoteUrl ?? '';
  const remote = openRemote(
    remoteUrl,
    inputs.githubToken,
    (why) => new MotionTransferError(`the repository's address cannot be used: ${why}`),
  );
  const repository = await createRepository(ports, {
    label: `branch ${branch}`,
    branch,
    remote,
    temporaryDirectory: github.temporaryDirectory,
    // What others put there is not needed for a tree that has it.
    filter: 'blob:none',
    purpose: {
      name,
      pushTimeoutMs,
      checksObjects: false,
      errorFor: (message) => new MotionTransferError(message),
      consequence,
    },
  });
  try {
    return await work(repository, remoteUrl);
  } finally {
    await repository.remove().catch((error: unknown) => {
      ports.log.warning(`${repository.directory} could not be removed: ${messageOf(error)}`);
    });
  }
}
