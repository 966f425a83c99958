import { ConfigError, MotionTransferError, messageOf, type Ports } from '@motion-transfer/core';
import { actionsLog } from '../environment.ts';
import type { GitHubAccess } from '../github/access.ts';
import { adviseOnGitHub, describeTrouble } from '../github/advice.ts';
import type { CommitPullRequest } from '../github/commit-api.ts';
import { askGit, type Checkout, inspectCheckout } from '../github/commit-standing.ts';
import type { GitHubContext, PullRequestContext } from '../github/context.ts';
import type { Command } from '../inputs.ts';
import type { Session } from '../session.ts';

/** Whose files are checked out, and on whose account they are bought. */
export interface Judgement {
  readonly checkout: Checkout;
  /** The pull request that the checkout is of, merged or not. */
  readonly pull: PullRequestContext | null;
  /** The pull request is named by the event alone: another commit is checked out, which nobody answers for. */
  readonly isOtherCommit: boolean;
  /** It is one, but nobody can say which, or what it is based on. */
  readonly isPullUnclear: boolean;
  /** The head of a fork's pull request is checked out, whatever the event is about. */
  readonly isFork: boolean;
}

/** The event names the pull request, or git knows what it was fetched as, or GitHub knows the commit. */
export async function judgeCheckout(
  ports: Pick<Ports, 'git'>,
  github: GitHubContext,
  access: GitHubAccess | null,
): Promise<Judgement> {
  const checkout = await inspectCheckout(ports, github, access);
  const isUnmerged = ['unmerged', 'unknown'].includes(checkout.standing.kind);
  const number =
    github.unclearPullRequest ?? (isUnmerged ? await fetchedAs(ports, github, checkout) : null);
  const named =
    github.pullRequest ?? (number == null ? null : await readPullRequest(number, access));
  const isExpected = named != null && [named.headSha, github.sha].includes(checkout.sha);
  const own = isUnmerged && !isExpected ? await findOpenPull(checkout, access) : null;
  return {
    checkout,
    pull: named ?? (number == null ? own : null),
    isOtherCommit: named != null && isUnmerged && !isExpected && own == null,
    isPullUnclear: named == null && number != null,
    isFork: github.isFork || named?.isFork === true || own?.isFork === true,
  };
}

/** Where actions/checkout keeps what it fetched of a pull request. */
const PULL_REFS = 'refs/remotes/pull/';

/** The number of the pull request that git fetched the checkout as; 0 when it was fetched as several. */
async function fetchedAs(
  { git }: Pick<Ports, 'git'>,
  { workspace }: GitHubContext,
  { sha }: Checkout,
): Promise<number | null> {
  const ask = askGit(git, workspace);
  const refs = await ask('for-each-ref', `--points-at=${sha}`, '--format=%(refname)', PULL_REFS);
  const numbers = new Set(
    [...(refs ?? '').matchAll(/^refs\/remotes\/pull\/(\d{1,9})\//gm)].map(([, n]) => n),
  );
  if (numbers.size === 0) return null;
  return numbers.size === 1 ? Number([...numbers][0]) : 0;
}

async function readPullRequest(
  number: number,
  access: GitHubAccess | null,
): Promise<PullRequestContext | null> {
  if (access == null) return null;
  try {
    const { headSha, baseSha, baseRef, isFork } = await (
      await access.pullRequest(number)
    ).current();
    return { number, headSha, baseSha, baseRef, isFork };
  } catch (error) {
    const advice = adviseOnGitHub(error, 'pull-requests: read');
    actionsLog.warning(
      describeTrouble({ problem: `pull request ${number}: ${messageOf(error)}`, advice }),
    );
    return null;
  }
}

/** The open pull request whose head this is; of several the oldest answers for it. */
async function findOpenPull(
  { sha }: Checkout,
  access: GitHubAccess | null,
): Promise<PullRequestContext | null> {
  if (access == null || sha == null) return null;
  try {
    const pulls = await access.pullRequestsOf(sha);
    const [pull] = pulls
      .filter(({ isOpen, headSha }) => isOpen && headSha === sha)
      .sort((left, right) => left.number - right.number);
    if (pull == null) return null;
    const { number, headSha, baseSha, baseRef, isFork } = pull;
    return { number, headSha, baseSha, baseRef, isFork };
  } catch (error) {
    const problem = `GitHub did not say which pull request commit ${sha.slice(0, 12)} belongs to: ${messageOf(error)}`;
    const advice = adviseOnGitHub(error, 'pull-requests: read');
    actionsLog.warning(describeTrouble({ problem, advice }));
    return null;
  }
}

/** What is not merged is planned unless a command is given, whatever the event. */
export function defaultCommand({ eventName }: GitHubContext, judgement: Judgement): Command {
  return mayBeUnmerged(judgement) || eventName.startsWith('pull_request') ? 'plan' : 'run';
}

/** Anybody may have written a fork's files: no event buys with them, whichever of them are checked out. */
export function refuseFork(
  command: Command,
  { eventName }: GitHubContext,
  { pull, isFork }: Judgement,
): void {
  if (command !== 'run' || !isFork) return;
  const name = pull?.isFork === true ? `pull request ${pull.number}` : 'what is checked out';
  throw refusal(
    `${name} comes from a fork, whose files anybody may have written, so run buys nothing for it (event ${eventName}); use command: plan here, and run after the merge or for a branch of this repository`,
  );
}

/** What is bought must be merged, or on a branch or in a pull request of this repository. */
export function refuseStranger(command: Command, judgement: Judgement): void {
  const { checkout, pull, isPullUnclear, isOtherCommit } = judgement;
  const { standing, sha } = checkout;
  // Of a pull request its base branch decides, which is refused by itself where it cannot be read.
  if (!['run', 'probe'].includes(command)) return;
  if (pull != null && isOtherCommit)
    throw refusal(
      `commit ${sha?.slice(0, 12)} is not the head of pull request ${pull.number}, not merged, and no open pull request that GitHub names is its own, so anybody may have written its files and run buys nothing; check out the head of the pull request, or use command: plan here`,
    );
  if (pull != null || isPullUnclear) return;
  if (standing.kind === 'unknown')
    throw refusal(
      `whether the commit that is checked out is merged could not be found out (${describeTrouble(standing)}), so run buys nothing; command: plan works all the same`,
    );
  if (standing.kind === 'unmerged' && !standing.isOurs)
    throw refusal(
      `commit ${sha?.slice(0, 12)} is not merged, and neither the event nor GitHub names a branch or an open pull request of this repository that it is the head of, so anybody may have written its files and run buys nothing; use command: plan here, and run after the merge`,
    );
}

/** A probe is somebody's own decision: nothing that a pull request brings along starts one. */
export function refuseProbe(
  command: Command,
  { eventName }: GitHubContext,
  { pull, isPullUnclear, isFork }: Judgement,
): void {
  const isAboutPull =
    pull != null || isPullUnclear || isFork || eventName.startsWith('pull_request');
  if (command !== 'probe' || !isAboutPull) return;
  throw refusal(
    `probe buys nothing where a pull request is concerned (event ${eventName}); start it by workflow_dispatch on a branch of this repository`,
  );
}

function refusal(message: string): ConfigError {
  return new ConfigError([{ severity: 'error', path: 'command', message }]);
}

/** What this run spends counts for its pull request, also where the event alone does not name it. */
export function withPullRequest(github: GitHubContext, judgement: Judgement): GitHubContext {
  const pullRequest = judgement.pull?.number ?? github.identity.pullRequest;
  return {
    ...github,
    identity: { ...github.identity, pullRequest },
    isUnmerged: github.isUnmerged || mayBeUnmerged(judgement),
  };
}

function mayBeUnmerged({ checkout, pull, isPullUnclear }: Judgement): boolean {
  return pull != null || isPullUnclear || ['unmerged', 'unknown'].includes(checkout.standing.kind);
}

/**
 * Merging a pull request is no way around its limit: what is bought for the commit that merged it counts for it.
 *
 * @throws MotionTransferError when GitHub does not answer: then nobody knows which limit applies.
 */
export async function findMergedPull(
  { sha, standing }: Checkout,
  access: GitHubAccess | null,
): Promise<CommitPullRequest | null> {
  if (sha == null || !isMerged(standing)) return null;
  const refused = (why: string, advice: string | null, cause?: unknown) => {
    const problem = `per-pull-request is written, but which pull request commit ${sha.slice(0, 12)} merges could not be asked (${why})`;
    return new MotionTransferError(describeTrouble({ problem, advice }), { cause });
  };
  if (access == null)
    throw refused(
      'there is no github-token',
      'give the action one with `permissions: pull-requests: read`',
    );
  try {
    return await readMergedPull(sha, access);
  } catch (cause) {
    throw refused(messageOf(cause), adviseOnGitHub(cause, 'pull-requests: read'), cause);
  }
}

/** @throws GitHubRefusalError, NoAnswerError */
async function readMergedPull(
  sha: string,
  access: GitHubAccess,
): Promise<CommitPullRequest | null> {
  const merged = (await access.pullRequestsOf(sha)).filter((pull) => pull.isMerged);
  // The commit of the merge names it; GitHub lists every pull request that brought the commit along.
  const own = merged.find(({ mergeCommitSha }) => mergeCommitSha === sha);
  return own ?? merged.sort((left, right) => right.number - left.number)[0] ?? null;
}

function isMerged({ kind }: Checkout['standing']): boolean {
  return kind === 'default-branch' || kind === 'merged';
}

/**
 * The pull request that a run bought for: the one that is checked out, or the one that the commit merged.
 *
 * @throws GitHubRefusalError, NoAnswerError
 */
export async function findPullOfRun(
  { github, pull, checkout }: Pick<Session, 'github' | 'pull' | 'checkout'>,
  access: GitHubAccess,
): Promise<number | null> {
  const known = pull?.number ?? github.identity.pullRequest;
  if (known != null) return known;
  const { sha, standing } = checkout;
  if (sha == null || !isMerged(standing)) return null;
  return (await readMergedPull(sha, access))?.number ?? null;
}
