import { messageOf, type Plan, type Transfer } from '@motion-transfer/core';
import { buildConfig, loadLockfile, type MergeBase, providers } from '@motion-transfer/core/shell';
import type { GitHubAccess } from '../github/access.ts';
import { adviseOnGitHub, describeTrouble, FETCH_ADVICE } from '../github/advice.ts';
import { findConfig } from '../github/base-branch.ts';
import { type AskGit, askGit, defaultBranchOfClone } from '../github/commit-standing.ts';
import type { Session } from '../session.ts';
import { type CommitTree, openCommitTree } from './commit-tree.ts';

type Comparing = Pick<
  Session,
  'ports' | 'github' | 'access' | 'checkout' | 'pull' | 'merged' | 'base' | 'inputs'
>;

/**
 * What the pull request is compared with: the newest commit that it and the default branch have in common. Only that
 * branch decides what is due without the pull request, whatever branch it goes into. `null` where nothing is counted
 * for a pull request. Trouble is never a failure: then everything counts for the pull request, and the plan says why.
 */
export async function readMergeBase(session: Comparing): Promise<MergeBase | null> {
  const { pull, merged, base } = session;
  if (pull == null && merged == null) return null;
  // The plan says so already, and nothing may be bought.
  if (base?.kind === 'unreadable') return unknown('the base branch could not be read', null);
  try {
    const found = await findMergeBase(session);
    return typeof found === 'string' ? await readCommit(session, found) : found;
  } catch (error) {
    return unknown(messageOf(error), adviseOnGitHub(error, 'contents: read'));
  }
}

function unknown(problem: string, advice: string | null): MergeBase {
  return { kind: 'unknown', problem: describeTrouble({ problem, advice }) };
}

/** Commits of the base branch, and those that cannot be what the pull request began with: its own. */
interface Tips {
  readonly local: readonly string[];
  readonly remote: readonly string[];
  readonly own: readonly string[];
}

async function findMergeBase(session: Comparing): Promise<string | MergeBase> {
  const { ports, github, access, checkout } = session;
  const { sha, standing } = checkout;
  if (sha == null) return unknown('no commit is checked out', null);
  const ask = askGit(ports.git, github.workspace);
  const tips = await tipsOf(session, ask);
  if (tips.remote.length === 0)
    return unknown('no commit of the default branch from before the pull request is known', null);
  const found =
    (await findByGit(sha, tips, ask)) ??
    (access == null ? null : await findByGitHub(sha, tips, access));
  if (found != null)
    return (await isOnDefaultBranch(found, session, ask))
      ? found
      : unknown(
          `commit ${found.slice(0, 12)}, where the pull request began, is not known to be part of the default branch as it is now`,
          FETCH_ADVICE,
        );
  return standing.kind === 'default-branch' || standing.kind === 'merged'
    ? unknown('what is checked out is part of the default branch itself', null)
    : unknown(
        `the clone does not go back to where the pull request began, and ${access == null ? 'there is no github-token to ask GitHub with' : 'GitHub names no such commit'}`,
        FETCH_ADVICE,
      );
}

async function tipsOf(session: Comparing, ask: AskGit): Promise<Tips> {
  const { checkout, github, pull, merged } = session;
  const { sha, defaultBranch } = checkout;
  const about = pull ?? merged;
  if (sha == null || defaultBranch == null || about == null)
    return { local: [], remote: [], own: [] };
  const own = [sha, about.headSha];
  const isInto = about.baseRef === defaultBranch;
  // Another branch may have begun with commits that nobody has merged.
  const ofEvent = isInto ? [about.baseSha] : [];
  if (pull == null) {
    const before = merged == null ? [] : await firstParentOf(sha, merged, ask);
    const known = isInto ? [...before, ...ofEvent] : [];
    return { local: known, remote: known, own };
  }
  // A test merge is often with a newer commit of the branch than the one that the event names.
  const now = await defaultBranchOfClone(defaultBranch, github.remoteUrl, ask);
  return {
    local: [...ofEvent, ...(now == null ? [] : [now])],
    remote: [defaultBranch, ...ofEvent],
    own,
  };
}

/**
 * What the branch was at before a merge commit. GitHub's page does not say whether the base of a merged pull request
 * is that commit or an older one (assumption: it is from before the merge); an older one only leaves more to the pull
 * request. The commit before a squash or a rebase may be of the pull request itself, and does not count.
 */
async function firstParentOf(
  sha: string,
  { mergeCommitSha, headSha }: NonNullable<Session['merged']>,
  ask: AskGit,
): Promise<string[]> {
  const commit = (await ask('cat-file', 'commit', sha)) ?? '';
  const [header = ''] = commit.split('\n\n');
  const parents = [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, parent = '']) => parent);
  const [first, second, ...others] = parents;
  const isMerge = mergeCommitSha === sha && second === headSha && others.length === 0;
  return isMerge && first != null ? [first] : [];
}

/** `null` where the clone cannot tell: a shallow one may lack the commit that matters. */
async function findByGit(sha: string, { local, own }: Tips, ask: AskGit): Promise<string | null> {
  if ((await ask('rev-parse', '--is-shallow-repository')) !== 'false') return null;
  const here: string[] = [];
  for (const tip of local)
    if ((await ask('cat-file', '-e', `${tip}^{commit}`)) != null) here.push(tip);
  if (here.length === 0) return null;
  const found = (await ask('merge-base', '--all', sha, ...here)) ?? '';
  return found.split('\n').find((commit) => commit !== '' && !own.includes(commit)) ?? null;
}

async function findByGitHub(
  sha: string,
  { remote, own }: Tips,
  access: GitHubAccess,
): Promise<string | null> {
  for (const tip of remote) {
    const found = await access.mergeBaseOf(tip, sha);
    // Merged in the meantime, the branch holds the pull request itself: what it was at before is asked for next.
    if (found != null && !own.includes(found)) return found;
  }
  return null;
}

/** The base that an event names may have been taken off the branch since: then it decides nothing. */
async function isOnDefaultBranch(
  commit: string,
  { github, access, checkout: { defaultBranch } }: Comparing,
  ask: AskGit,
): Promise<boolean> {
  if (defaultBranch == null) return false;
  const now = await defaultBranchOfClone(defaultBranch, github.remoteUrl, ask);
  if (now === commit) return true;
  const isHere = now != null && (await ask('merge-base', '--is-ancestor', commit, now)) != null;
  if (isHere) return true;
  return access != null && (await access.mergeBaseOf(defaultBranch, commit)) === commit;
}

async function readCommit(session: Comparing, commit: string): Promise<MergeBase> {
  const { ports, github, access, inputs } = session;
  const { workspace } = github;
  const tree = await openCommitTree(ports, { workspace, commit, access });
  const short = commit.slice(0, 12);
  if (tree == null)
    return unknown(
      `commit ${short}, where the pull request began, is not in the clone, and ${access == null ? 'there is no github-token to ask GitHub with' : 'GitHub does not list all of its files'}`,
      FETCH_ADVICE,
    );
  const lockfile = await loadLockfile((path) => tree.read(path));
  const transfers = await readTransfers(tree, inputs).catch((error: unknown) => messageOf(error));
  return typeof transfers === 'string'
    ? unknown(`the config of commit ${short}, where the pull request began: ${transfers}`, null)
    : { kind: 'read', commit, transfers, lockfile: lockfile.lockfile, files: tree.files };
}

/** With the inputs of the workflow, whose word counts as it does for the head. */
async function readTransfers(
  tree: CommitTree,
  { configPath, config }: Session['inputs'],
): Promise<readonly Transfer[]> {
  const file = await findConfig(tree, configPath);
  // Without a config nothing was made there, unless the inputs name it.
  if (file == null && config.output == null) return [];
  const inputs = { ...config, only: undefined };
  const files = [...tree.files.keys()].sort();
  return buildConfig(file, { inputs, providers, files }).config.transfers;
}

/** Only where it matters: a plan that makes nothing new is of no interest to an account. */
export function notesOfMergeBase({ mergeBase, totals }: Plan): string[] {
  if (mergeBase?.problem == null || totals.generateCount + totals.blockedCount === 0) return [];
  return [
    `What the base branch owes could not be told apart, so everything counts for the pull request: ${mergeBase.problem}`,
  ];
}
