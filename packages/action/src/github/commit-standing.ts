import { messageOf, type Ports } from '@motion-transfer/core';
import type { GitHubAccess } from './access.ts';
import { adviseOnGitHub, FETCH_ADVICE, type Trouble } from './advice.ts';
import type { GitHubContext } from './context.ts';

/** How what is checked out stands to the default branch: whose limits count, and who answers for its files. */
export type CommitStanding =
  /** The default branch itself, as the event is about it and as it is now; or no runner is around. Its own config decides. */
  | { readonly kind: 'default-branch' }
  /** Merged into it, but not what it is at now. */
  | { readonly kind: 'merged' }
  /** `isOurs`: the event is about a branch of this repository, and this is its commit. */
  | { readonly kind: 'unmerged'; readonly isOurs: boolean }
  | ({ readonly kind: 'unknown' } & Trouble);

export interface Checkout {
  /** What is checked out; the event's own commit where there is no repository. */
  readonly sha: string | null;
  readonly standing: CommitStanding;
  /** Its name; `null` where nobody could be asked. */
  readonly defaultBranch: string | null;
}

type GitHub = Pick<
  GitHubContext,
  'workspace' | 'sha' | 'ref' | 'defaultBranch' | 'isDesk' | 'remoteUrl' | 'identity'
>;

/**
 * "Unmerged" is no list of events: it is a commit that is neither the tip of the default branch nor merged
 * into it. Git is asked, as far as the clone goes back; else GitHub. Without an answer it is unknown.
 */
export async function inspectCheckout(
  { git }: Pick<Ports, 'git'>,
  github: GitHub,
  access: GitHubAccess | null,
): Promise<Checkout> {
  const ask = askGit(git, github.workspace);
  const head = (await ask('rev-parse', '--verify', '--quiet', 'HEAD')) || null;
  const sha = head ?? github.sha;
  let { defaultBranch } = github;
  if (github.isDesk) return { sha, standing: { kind: 'default-branch' }, defaultBranch };
  // Files without a repository may be of any commit: what the default branch allows is all they may spend.
  if (head == null && access != null && defaultBranch != null)
    return { sha, standing: { kind: 'merged' }, defaultBranch };
  try {
    defaultBranch ??= (await access?.repository())?.defaultBranch ?? null;
    const standing = await judge(sha, { ...github, defaultBranch }, { ask, access });
    return { sha, standing, defaultBranch };
  } catch (error) {
    const advice = adviseOnGitHub(error, 'contents: read');
    return { sha, standing: { kind: 'unknown', problem: messageOf(error), advice }, defaultBranch };
  }
}

/** What git prints about a repository; `null` when it refuses. */
export type AskGit = (...args: string[]) => Promise<string | null>;

export function askGit(git: Ports['git'], directory: string): AskGit {
  return (...args) =>
    git.run(directory, args).then(
      (text) => text.trim(),
      () => null,
    );
}

async function judge(
  sha: string | null,
  github: GitHub,
  { ask, access }: { readonly ask: AskGit; readonly access: GitHubAccess | null },
): Promise<CommitStanding> {
  const { defaultBranch } = github;
  const unknown = (problem: string, advice: string) =>
    ({ kind: 'unknown', problem, advice }) as const;
  if (sha == null)
    return unknown('no commit is checked out', 'let actions/checkout come before this step');
  if (defaultBranch == null)
    return unknown(
      'the event does not name the default branch, and there is no github-token to ask GitHub with',
      'give the action a github-token with `permissions: contents: read`',
    );
  const isEventsOwn = sha === github.sha;
  if (isEventsOwn && github.ref === `refs/heads/${defaultBranch}`)
    return { kind: (await isNewest(sha, github, access)) ? 'default-branch' : 'merged' };
  const isMerged =
    (await isMergedByGit(sha, defaultBranch, github, ask)) ??
    (await isMergedByGitHub(sha, defaultBranch, access));
  if (isMerged == null)
    return unknown(
      `the clone does not go back far enough to say whether ${sha.slice(0, 12)} is merged into ${defaultBranch}, and ${access == null ? 'without a github-token GitHub cannot be asked' : 'GitHub does not know that commit'}`,
      FETCH_ADVICE,
    );
  if (isMerged) return { kind: 'merged' };
  const isOurs = isEventsOwn && github.ref?.startsWith('refs/heads/') === true;
  return { kind: 'unmerged', isOurs };
}

/**
 * Whether the default branch is still at the commit of a push to it. A run that is repeated, or that waited for its
 * turn, is of another day, and so is its config. Without GitHub a first attempt is taken to be in time: an assumption.
 */
async function isNewest(
  sha: string,
  { identity, defaultBranch }: GitHub,
  access: GitHubAccess | null,
): Promise<boolean> {
  if (access == null || defaultBranch == null) return identity.attempt === 1;
  const comparison = await access.compareWith(sha, defaultBranch).catch(() => null);
  return comparison === 'identical';
}

async function isMergedByGitHub(
  sha: string,
  defaultBranch: string,
  access: GitHubAccess | null,
): Promise<boolean | null> {
  const comparison = (await access?.compareWith(sha, defaultBranch)) ?? null;
  return comparison == null ? null : comparison === 'behind' || comparison === 'identical';
}

/** `null` when this clone cannot tell: it is shallow, or a clone of another repository. */
async function isMergedByGit(
  sha: string,
  defaultBranch: string,
  { remoteUrl }: GitHub,
  ask: AskGit,
): Promise<boolean | null> {
  const tip = await defaultBranchOfClone(defaultBranch, remoteUrl, ask);
  if (tip == null) return null;
  const beyond = await ask('rev-list', '--max-count=1', sha, `^${tip}`, '--');
  if (beyond == null) return null;
  if (beyond === '') return true;
  return (await ask('rev-parse', '--is-shallow-repository')) === 'false' ? false : null;
}

/** The clone's own record of the default branch, only where it is a clone of this repository. */
export async function defaultBranchOfClone(
  defaultBranch: string,
  remoteUrl: string | null,
  ask: AskGit,
): Promise<string | null> {
  const origin = await ask('config', '--get', 'remote.origin.url');
  if (origin == null || remoteUrl == null || !isSameRepository(origin, remoteUrl)) return null;
  const ref = `refs/remotes/origin/${defaultBranch}`;
  return ask('rev-parse', '--verify', '--quiet', `${ref}^{commit}`);
}

/** Whether two addresses for git are of one repository. */
export function isSameRepository(left: string, right: string): boolean {
  return addressOf(left) === addressOf(right);
}

/** `github.com/octo/animations` of https and ssh addresses alike. */
function addressOf(url: string): string {
  return url
    .trim()
    .replace(/^[a-z+]+:\/\//i, '')
    .replace(/^[^/@]*@/, '')
    .replace(/^([^/:]+):(?!\d+\/)/, '$1/')
    .replace(/(\.git)?\/*$/, '')
    .toLowerCase();
}
