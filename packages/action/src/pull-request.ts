import { MotionTransferError, messageOf } from '@motion-transfer/core';
import { type BaseBranch, readBaseBranch } from './base-branch.ts';
import { actionsLog } from './environment.ts';
import type { GitHubAccess } from './github/access.ts';
import type { GitHubContext, PullRequestContext } from './github-context.ts';
import type { Command } from './inputs.ts';
import type { Session } from './session.ts';

/** The pull request of the event; where the event names only its number, GitHub is asked for the rest. */
export async function findPullRequest(
  { pullRequest, unclearPullRequest: number }: GitHubContext,
  access: GitHubAccess | null,
): Promise<PullRequestContext | null> {
  if (pullRequest != null || number == null || access == null) return pullRequest;
  try {
    const { headSha, baseSha } = await (await access.pullRequest(number)).current();
    return { number, headSha, baseSha };
  } catch (error) {
    actionsLog.warning(`pull request ${number}: ${messageOf(error)}`);
    return null;
  }
}

/** What this run spends counts for its pull request, also where the event alone does not name it. */
export function withPullRequest(
  github: GitHubContext,
  pull: PullRequestContext | null,
): GitHubContext {
  const pullRequest = pull?.number ?? github.identity.pullRequest;
  return { ...github, identity: { ...github.identity, pullRequest } };
}

/** What the base branch decides for a pull request; `null` when the event is about none. */
export async function readBase({
  inputs,
  github,
  ports,
  access,
  files,
  pull,
}: Pick<
  Session,
  'inputs' | 'github' | 'ports' | 'access' | 'files' | 'pull'
>): Promise<BaseBranch | null> {
  if (pull != null) {
    return readBaseBranch(ports, {
      workspace: github.workspace,
      pull,
      access,
      configPath: inputs.configPath,
      inputs: inputs.config,
      headFiles: files,
    });
  }
  if (github.unclearPullRequest == null) return null;
  return { kind: 'unreadable', problem: 'the event does not name the commits of its pull request' };
}

/** Without the base branch nobody knows what this pull request may spend. */
export function refuseUnreadableBase(command: Command, base: BaseBranch | null): void {
  if (base?.kind !== 'unreadable') return;
  const message = `the limits of the base branch could not be read (${base.problem})`;
  if (command === 'run')
    throw new MotionTransferError(
      `Nothing was bought: ${message}. Fetch it (actions/checkout with fetch-depth: 0), or give the job \`permissions: contents: read\``,
    );
  actionsLog.warning(`${message}; this plan shows the pull request's own`);
}

export function notesOfBase({ base }: Session): string[] {
  return base?.kind === 'unreadable'
    ? [`The base branch could not be read, so a run would buy nothing: ${base.problem}`]
    : [];
}
