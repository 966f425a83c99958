import { ConfigError } from '@motion-transfer/core';
import type { Checkout } from '../github/commit-standing.ts';
import type { GitHubContext } from '../github/context.ts';
import type { CommitMode, Inputs } from '../inputs.ts';
import type { Session } from '../session.ts';

/** Where the outputs of a run go: the branch that they are made for, or a branch of our own with a pull request into it. */
export type Destination =
  | { readonly kind: 'branch'; readonly branch: string }
  | { readonly kind: 'pull-request'; readonly branch: string; readonly base: string };

type Found = Destination | { readonly kind: 'refused'; readonly problem: string };

/** Below it are branches of our own; the rest of the name is the branch that they are to be merged into. */
const OWN_BRANCHES = 'motion-transfer/outputs-';

type Asking = Pick<Session, 'checkout'> & {
  readonly inputs: Pick<Inputs, 'commit' | 'githubToken'>;
  readonly github: Pick<
    GitHubContext,
    | 'remoteUrl'
    | 'isFork'
    | 'eventName'
    | 'ref'
    | 'sha'
    | 'defaultBranch'
    | 'headBranch'
    | 'pullRequest'
    | 'unclearPullRequest'
  >;
};

/** `null` where nothing is to be committed. */
export function findDestination({ inputs, github, checkout }: Asking): Found | null {
  const { commit, githubToken } = inputs;
  if (commit === 'none') return null;
  if (github.remoteUrl == null)
    return refused('there is no GitHub repository to commit to; leave `commit` out here');
  if (githubToken == null)
    return refused('it needs a github-token with `contents: write`; give the step one');
  if (github.isFork)
    return refused('the pull request comes from a fork, for which nothing is committed');
  const branch = branchOf(github);
  if (branch == null)
    return refused(
      `the event (${github.eventName}, ${github.ref ?? 'no ref'}) does not say which branch the outputs belong to; run on push, schedule or workflow_dispatch of a branch, or on pull_request`,
    );
  if (!isOfBranch(github, checkout))
    return refused(
      `commit ${checkout.sha?.slice(0, 12) ?? 'unknown'} is checked out, and not what the event is about (${branch}), so nobody knows which branch its outputs belong to; check out without \`ref\``,
    );
  return destinationOf(commit, branch);
}

function destinationOf(commit: CommitMode, branch: string): Destination {
  // A pull request into a branch of our own would be followed by one into its branch, and so on.
  if (commit === 'branch' || branch.startsWith(OWN_BRANCHES)) return { kind: 'branch', branch };
  return { kind: 'pull-request', branch: `${OWN_BRANCHES}${branch}`, base: branch };
}

function branchOf(github: Asking['github']): string | null {
  const { eventName, headBranch, pullRequest, unclearPullRequest, ref } = github;
  if (eventName === 'pull_request') return pullRequest == null ? null : headBranch;
  if (pullRequest != null || unclearPullRequest != null) return null;
  return /^refs\/heads\/(.+)$/.exec(ref ?? '')?.[1] ?? null;
}

function isOfBranch(
  { sha, ref, defaultBranch, pullRequest }: Asking['github'],
  { sha: checkedOut, standing }: Checkout,
): boolean {
  if (checkedOut != null && [sha, pullRequest?.headSha].includes(checkedOut)) return true;
  // A later commit of the default branch, or an earlier one.
  const isMerged = standing.kind === 'default-branch' || standing.kind === 'merged';
  return pullRequest == null && isMerged && ref === `refs/heads/${defaultBranch}`;
}

function refused(problem: string): Found {
  return { kind: 'refused', problem };
}

/** @throws ConfigError, before anything is bought, when there is no place for the outputs that are to be committed. */
export function requireDestination(session: Asking): Destination | null {
  const found = findDestination(session);
  if (found?.kind !== 'refused') return found;
  const message = `${session.inputs.commit}: ${found.problem}`;
  throw new ConfigError([{ severity: 'error', path: 'input commit', message }]);
}

/** What a plan says about it. */
export function notesOfDestination(session: Asking): string[] {
  const found = findDestination(session);
  switch (found?.kind) {
    case undefined:
      return [];
    case 'refused':
      return [
        `With commit: ${session.inputs.commit} a run would buy nothing here: ${found.problem}.`,
      ];
    case 'branch':
      return [`A run commits what it makes to branch ${found.branch}.`];
    case 'pull-request':
      return [
        `A run commits what it makes to branch ${found.branch}, in a pull request into ${found.base}.`,
      ];
  }
}
