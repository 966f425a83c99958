import type { Ports } from '@motion-transfer/core';
import { firstLine, type Repository } from '@motion-transfer/core/shell';
import { AUTHOR } from './texts.ts';

export interface NewCommit {
  readonly tree: string;
  /** `null`: the first commit of a branch. */
  readonly parent: string | null;
  readonly message: string;
}

/** Returns its id. */
export async function makeCommit(
  { clock }: Pick<Ports, 'clock'>,
  repository: Repository,
  { tree, parent, message }: NewCommit,
): Promise<string> {
  const date = `${Math.floor(clock.nowMs() / 1_000)} +0000`;
  const environment = {
    GIT_AUTHOR_NAME: AUTHOR.name,
    GIT_AUTHOR_EMAIL: AUTHOR.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: AUTHOR.name,
    GIT_COMMITTER_EMAIL: AUTHOR.email,
    GIT_COMMITTER_DATE: date,
  };
  const args = ['commit-tree', tree, ...(parent == null ? [] : ['-p', parent])];
  return firstLine(await repository.git(args, { input: message, environment }));
}
