import { ConfigError, MotionTransferError, messageOf, type Ports } from '@motion-transfer/core';
import { actionsLog } from '../environment.ts';
import type { GitHubAccess } from '../github/access.ts';
import { type BaseBranch, readBaseBranch } from '../github/base-branch.ts';
import type { GitHubContext, PullRequestContext } from '../github/context.ts';
import type { Command } from '../inputs.ts';
import type { Session } from '../session.ts';

/**
 * A workflow that names no pull request may have checked one out: where the checkout is not the event's own
 * commit, git still knows which pull request it was fetched as.
 */
export async function noteCheckedOutPull(
  { git }: Pick<Ports, 'git'>,
  github: GitHubContext,
): Promise<GitHubContext> {
  if (github.pullRequest != null || github.unclearPullRequest != null) return github;
  const ask = (...args: string[]) => git.run(github.workspace, args).catch(() => '');
  const head = (await ask('rev-parse', '--verify', '--quiet', 'HEAD')).trim();
  if (head === '' || head === github.sha) return github;
  const refs = await ask('for-each-ref', `--points-at=${head}`, '--format=%(refname)', PULL_REFS);
  const numbers = new Set(
    [...refs.matchAll(/^refs\/remotes\/pull\/(\d{1,9})\//gm)].map(([, n]) => n),
  );
  if (numbers.size === 0) return github;
  return { ...github, unclearPullRequest: numbers.size === 1 ? Number([...numbers][0]) : 0 };
}

/** Where actions/checkout keeps what it fetched of a pull request. */
const PULL_REFS = 'refs/remotes/pull/';

/** What concerns a pull request is planned unless a command is given: its files are not merged yet. */
export function defaultCommand(github: GitHubContext): Command {
  const { eventName, pullRequest, unclearPullRequest } = github;
  const isAboutPull = pullRequest != null || unclearPullRequest != null;
  return isAboutPull || eventName.startsWith('pull_request') ? 'plan' : 'run';
}

/** Anybody may have written a fork's files: no event buys with them, whichever of them are checked out. */
export function refuseFork(
  command: Command,
  { eventName, isForkPullRequest }: GitHubContext,
  pull: PullRequestContext | null,
): void {
  if (command !== 'run' || !(isForkPullRequest || pull?.isFork === true)) return;
  const name = pull == null ? 'the pull request' : `pull request ${pull.number}`;
  throw new ConfigError([
    {
      severity: 'error',
      path: 'command',
      message: `${name} comes from a fork, whose files anybody may have written, so run buys nothing for it (event ${eventName}); use command: plan here, and run after the merge or for a branch of this repository`,
    },
  ]);
}

/** A probe is somebody's own decision: nothing that a pull request brings along starts one. */
export function refuseProbe(
  command: Command,
  { eventName, isForkPullRequest, identity, unclearPullRequest }: GitHubContext,
  pull: PullRequestContext | null,
): void {
  if (command !== 'probe') return;
  const isAboutPull =
    isForkPullRequest ||
    [pull, identity.pullRequest, unclearPullRequest].some((one) => one != null);
  if (!isAboutPull && !eventName.startsWith('pull_request')) return;
  throw new ConfigError([
    {
      severity: 'error',
      path: 'command',
      message: `probe buys nothing where a pull request is concerned (event ${eventName}); start it by workflow_dispatch on a branch of this repository`,
    },
  ]);
}

/** The pull request of the event; where the event names only its number, GitHub is asked for the rest. */
export async function findPullRequest(
  { pullRequest, unclearPullRequest: number }: GitHubContext,
  access: GitHubAccess | null,
): Promise<PullRequestContext | null> {
  if (pullRequest != null || number == null || access == null) return pullRequest;
  try {
    const { headSha, baseSha, isFork } = await (await access.pullRequest(number)).current();
    return { number, headSha, baseSha, isFork };
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
