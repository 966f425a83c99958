import { type LogPort, messageOf } from '@motion-transfer/core';
import type { GitHubAccess } from './access.ts';
import type { GitHubContext } from './context.ts';

/**
 * What the event leaves out about the repository (a `schedule` may name nothing but its cron line), as GitHub
 * tells it. Where it does not, the context stays as it is: then nothing is taken to be public.
 */
export async function completeRepository(
  github: GitHubContext,
  access: GitHubAccess | null,
  log: LogPort,
): Promise<GitHubContext> {
  const { visibility, defaultBranch } = github;
  if (access == null || (visibility !== 'unknown' && defaultBranch != null)) return github;
  try {
    const described = await access.repository();
    return {
      ...github,
      visibility: visibility === 'unknown' ? described.visibility : visibility,
      defaultBranch: defaultBranch ?? described.defaultBranch,
    };
  } catch (error) {
    log.warning(
      `the event says nothing about the repository, and GitHub could not be asked: ${messageOf(error)}`,
    );
    return github;
  }
}
