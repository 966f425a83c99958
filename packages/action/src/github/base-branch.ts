import { messageOf, type Ports, type RemovedOutput } from '@motion-transfer/core';
import {
  type BaseConfig,
  CONFIG_PATHS,
  type ConfigInputs,
  emptyLockfile,
  findRemoved,
  LOCKFILE_PATH,
  parseLockfile,
  providers,
  readBaseConfig,
} from '@motion-transfer/core/shell';
import type { GitHubAccess } from './access.ts';
import type { PullRequestContext } from './context.ts';

/** What the base branch of a pull request says. Unreadable: the plan warns, and nothing may be bought. */
export type BaseBranch =
  | {
      readonly kind: 'read';
      readonly config: BaseConfig;
      removed(headOutputs: readonly string[]): readonly RemovedOutput[];
    }
  | { readonly kind: 'unreadable'; readonly problem: string };

interface BaseRequest {
  readonly workspace: string;
  readonly pull: PullRequestContext;
  readonly access: GitHubAccess | null;
  readonly configPath: string | null;
  readonly inputs: ConfigInputs;
  /** The pull request's own files, for globs where the base branch's cannot be listed. */
  readonly headFiles: readonly string[];
}

/** One commit's files, from the clone or from GitHub. */
interface CommitFiles {
  read(path: string): Promise<string | null>;
  readonly files: readonly string[] | null;
}

/** Reads the base branch at the commit that the event names: from git where it is there, else from GitHub. */
export async function readBaseBranch(
  ports: Pick<Ports, 'git'>,
  request: BaseRequest,
): Promise<BaseBranch> {
  const { pull, configPath, inputs, headFiles } = request;
  try {
    const commit = (await openLocally(ports, request)) ?? (await openAtGitHub(ports, request));
    const file = await findConfig(commit, configPath == null ? CONFIG_PATHS : [configPath]);
    const files = commit.files ?? headFiles;
    const config = readBaseConfig(file, { inputs, providers, files });
    if ('problem' in config) return { kind: 'unreadable', problem: config.problem };
    const lockfile = await commit
      .read(LOCKFILE_PATH)
      .then(parseLockfile)
      // Only for the list of what is removed: what is bought is decided by the checkout's own.
      .catch(() => emptyLockfile);
    return {
      kind: 'read',
      config,
      removed: (headOutputs) =>
        findRemoved({
          baseOutputs: config.outputs ?? [],
          baseLockfile: lockfile,
          headOutputs,
          headFiles: commit.files == null && file != null ? new Set(headFiles) : null,
        }),
    };
  } catch (error) {
    return { kind: 'unreadable', problem: `commit ${pull.baseSha}: ${messageOf(error)}` };
  }
}

async function findConfig(commit: CommitFiles, paths: readonly string[]) {
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
  { workspace, pull: { baseSha } }: BaseRequest,
): Promise<CommitFiles | null> {
  try {
    await git.run(workspace, ['cat-file', '-e', `${baseSha}^{commit}`]);
    const listing = await git.run(workspace, ['ls-tree', '-r', '-z', '--name-only', baseSha]);
    const files = listing.split('\0').filter((path) => path !== '');
    const known = new Set(files);
    return {
      files,
      async read(path) {
        if (!known.has(path)) return null;
        // Relative to the workspace, like the listing.
        const object = `${baseSha}:./${path}`;
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
  { workspace, access, pull: { baseSha } }: BaseRequest,
): Promise<CommitFiles> {
  if (access == null)
    throw new Error('the clone does not hold it, and there is no github-token to ask GitHub with');
  const prefix = await git
    .run(workspace, ['rev-parse', '--show-prefix'])
    .then((text) => text.replace(/\r?\n$/, ''));
  return { files: null, read: (path) => access.readFileAt(`${prefix}${path}`, baseSha) };
}
