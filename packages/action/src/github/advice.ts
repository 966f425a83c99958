import { NeverSentError, NoAnswerError } from '@motion-transfer/core';
import { GitHubRefusalError } from './errors.ts';

/** A cause, and what cures it; `null` where the cause says so itself, or nothing here does. */
export interface Trouble {
  readonly problem: string;
  readonly advice: string | null;
}

export const FETCH_ADVICE =
  'fetch the history (actions/checkout with fetch-depth: 0), or give the action a github-token with `permissions: contents: read`';

/** What to do about a question to GitHub that was not answered. `permission`: what it needs. */
export function adviseOnGitHub(error: unknown, permission: string): string | null {
  if (error instanceof NeverSentError) return 'run again once the runner reaches GitHub';
  if (error instanceof NoAnswerError) return 'run again later';
  if (error instanceof GitHubRefusalError && [401, 403, 404].includes(error.status))
    return `give the job \`permissions: ${permission}\``;
  return null;
}

/** The cause with what cures it, as one sentence without its full stop. */
export function describeTrouble({ problem, advice }: Trouble): string {
  return advice == null ? problem : `${problem}; ${advice}`;
}
