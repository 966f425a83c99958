import { messageOf, type Ports, type RemovedOutput } from '@motion-transfer/core';
import {
  type BaseConfig,
  CONFIG_PATHS,
  type ConfigInputs,
  emptyLockfile,
  findRemoved,
  LOCKFILE_PATH,
  loadLockfile,
  providers,
  readBaseConfig,
} from '@motion-transfer/core/shell';
import type { GitHubAccess } from './access.ts';
import { adviseOnGitHub, FETCH_ADVICE, type Trouble } from './advice.ts';

/** What a branch says that decides for this checkout. Unreadable: the plan warns, and nothing may be bought. */
export type BaseBranch =
  | {
      readonly kind: 'read';
      readonly config: BaseConfig;
      removed(headOutputs: readonly string[]): readonly RemovedOutput[];
    }
  | ({ readonly kind: 'unreadable' } & Trouble);

/** A commit of a branch, as the clone knows it (`null`: not at all) and as GitHub does. */
export interface BranchCommit {
  /** For messages. */
  readonly label: 'the base branch' | 'the default branch';
  readonly local: string | null;
  readonly remote: string;
}

export interface BaseRequest {
  readonly workspace: string;
  readonly commit: BranchCommit;
  readonly access: GitHubAccess | null;
  readonly configPath: string | null;
  readonly inputs: ConfigInputs;
  /** The files of the checkout, for globs where the branch's cannot be listed. */
  readonly headFiles: readonly string[];
}

/** One commit's files, from the clone or from GitHub. */
interface CommitFiles {
  read(path: string): Promise<string | null>;
  readonly files: readonly string[] | null;
}

/** Reads a branch at a commit: from git where it is there, else from GitHub. */
export async function readBaseBranch(
  ports: Pick<Ports, 'git'>,
  request: BaseRequest,
): Promise<BaseBranch> {
  const { commit, access, configPath, inputs, headFiles } = request;
  const unreadable = (problem: string, advice: string | null): BaseBranch => ({
    kind: 'unreadable',
    problem: `commit ${commit.local ?? commit.remote}: ${problem}`,
    advice,
  });
  try {
    const local = await openLocally(ports, request);
    const content = local ?? (access == null ? null : await openAtGitHub(ports, request, access));
    if (content == null)
      return unreadable(
        'the clone does not hold it, and there is no github-token to ask GitHub with',
        FETCH_ADVICE,
      );
    const file = await findConfig(content, configPath);
    const files = content.files ?? headFiles;
    const config = readBaseConfig(file, { inputs, providers, files, origin: commit.label });
    if ('problem' in config)
      return {
        kind: 'unreadable',
        problem: config.problem,
        advice: `correct it on ${commit.label}`,
      };
    // Only for the list of what is removed: what is bought is decided by the checkout's own.
    const lockfile = await loadLockfile((path) => readLockfilePart(content, path)).then(
      (stored) => stored.lockfile,
      () => emptyLockfile,
    );
    return {
      kind: 'read',
      config,
      removed: (headOutputs) =>
        findRemoved({
          baseOutputs: config.outputs ?? [],
          baseLockfile: lockfile,
          headOutputs,
          headFiles: content.files == null && file != null ? new Set(headFiles) : null,
        }),
    };
  } catch (error) {
    return unreadable(messageOf(error), adviseOnGitHub(error, 'contents: read'));
  }
}

/** Hundreds of shards are not asked of GitHub one by one. */
async function readLockfilePart(commit: CommitFiles, path: string): Promise<string | null> {
  return commit.files == null && path !== LOCKFILE_PATH ? null : commit.read(path);
}

/**
 * The config of a commit, `null` for none. One that only the checkout names does not do away with the one that counts
 * here.
 *
 * @throws Error when there are two.
 */
export async function findConfig(commit: Pick<CommitFiles, 'read'>, configPath: string | null) {
  return (
    (configPath == null ? null : await findOneOf(commit, [configPath])) ??
    (await findOneOf(commit, CONFIG_PATHS))
  );
}

async function findOneOf(commit: Pick<CommitFiles, 'read'>, paths: readonly string[]) {
  const present: { path: string; text: string }[] = [];
  for (const path of paths) {
    const text = await commit.read(path);
    if (text != null) present.push({ path, text });
  }
  if (present.length > 1)
    throw new Error(`${present.map(({ path }) => path).join(' and ')} are both there; keep one`);
  return present[0] ?? null;
}

const MAX_FILE_BYTES = 16 * 1_048_576;

/** `null` when the clone does not hold the commit, as after a shallow checkout. */
async function openLocally(
  { git }: Pick<Ports, 'git'>,
  { workspace, commit: { local } }: BaseRequest,
): Promise<CommitFiles | null> {
  if (local == null) return null;
  try {
    await git.run(workspace, ['cat-file', '-e', `${local}^{commit}`]);
    const listing = await git.run(workspace, ['ls-tree', '-r', '-z', '--name-only', local]);
    const files = listing.split('\0').filter((path) => path !== '');
    const known = new Set(files);
    return {
      files,
      async read(path) {
        if (!known.has(path)) return null;
        // Relative to the workspace, like the listing.
        const object = `${local}:./${path}`;
        const bytes = Number(await git.run(workspace, ['cat-file', '-s', object]));
        if (!(bytes <= MAX_FILE_BYTES)) throw new Error(`${path} has ${bytes} bytes`);
        return git.run(workspace, ['cat-file', 'blob', object]);
      },
    };
  } catch {
    return null;
  }
}

async function openAtGitHub(
  { git }: Pick<Ports, 'git'>,
  { workspace, commit: { remote } }: BaseRequest,
  access: GitHubAccess,
): Promise<CommitFiles> {
  const prefix = await git
    .run(workspace, ['rev-parse', '--show-prefix'])
    .then((text) => text.replace(/\r?\n$/, ''));
  return { files: null, read: (path) => access.readFileAt(`${prefix}${path}`, remote) };
}
