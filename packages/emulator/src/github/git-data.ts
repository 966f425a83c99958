import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MAX_BYTES = 512 * 1024 * 1024;

export interface NewFile {
  readonly path: string;
  readonly content: Uint8Array;
}

export interface NewTree {
  /** The commit whose files are kept; none for a tree of its own. */
  readonly base?: string;
  readonly additions: readonly NewFile[];
  readonly deletions?: readonly string[];
}

export interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: { readonly login: string; readonly id: number };
  readonly atMs: number;
  readonly isSigned: boolean;
}

/** Writes blobs and a tree into a bare repository, by an index of its own. */
export async function writeTree(
  directory: string,
  { base, additions, deletions = [] }: NewTree,
): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), 'emulated-index-'));
  const environment = { GIT_INDEX_FILE: join(scratch, 'index') };
  const git = (args: readonly string[], input?: Uint8Array) =>
    runGit(directory, args, { environment, ...(input === undefined ? {} : { input }) });
  try {
    if (base !== undefined) await git(['read-tree', base]);
    for (const { path, content } of additions) {
      const blob = await git(['hash-object', '-w', '--stdin'], content);
      await git(['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`]);
    }
    // Mode 0 takes a path out, without a work tree (git-update-index(1)).
    const removed = deletions.map((path) => `0 ${'0'.repeat(40)}\t${path}\n`).join('');
    if (removed !== '') await git(['update-index', '--index-info'], Buffer.from(removed));
    return await git(['write-tree']);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A commit as GitHub makes it: committed by GitHub, and signed with a signature that only looks like one. */
export function writeCommit(directory: string, commit: NewCommit): Promise<string> {
  const { login, id } = commit.author;
  const at = `${Math.floor(commit.atMs / 1000)} +0000`;
  const signature = [
    'gpgsig -----BEGIN PGP SIGNATURE-----',
    ' ',
    ' emulated',
    ' -----END PGP SIGNATURE-----',
  ];
  const text = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${login} <${id}+${login}@users.noreply.github.com> ${at}`,
    `committer GitHub <noreply@github.com> ${at}`,
    ...(commit.isSigned ? signature : []),
    '',
    commit.message,
  ].join('\n');
  const args = ['hash-object', '-t', 'commit', '-w', '--stdin'];
  return runGit(directory, args, { input: Buffer.from(text) });
}

/** Moves a branch, only from `expected` (forty zeros: it must not be there). */
export async function moveBranch(
  directory: string,
  branch: string,
  { to, expected }: { readonly to: string; readonly expected: string },
): Promise<'moved' | 'elsewhere'> {
  const args = ['update-ref', `refs/heads/${branch}`, to, expected];
  return runGit(directory, args).then(
    () => 'moved',
    () => 'elsewhere',
  );
}

export async function isSigned(directory: string, commit: string): Promise<boolean> {
  const { stdout } = await run('git', ['-C', directory, 'cat-file', 'commit', commit]);
  return /^gpgsig /m.test(stdout.split('\n\n')[0] ?? '');
}

export async function branchTip(directory: string, branch: string): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}^{commit}`];
  return runGit(directory, args).catch(() => undefined);
}

async function runGit(
  directory: string,
  args: readonly string[],
  more: { readonly environment?: NodeJS.ProcessEnv; readonly input?: Uint8Array } = {},
): Promise<string> {
  const child = spawn('git', ['-C', directory, ...args], {
    env: { ...process.env, ...more.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  child.stdin.on('error', () => undefined);
  child.stdin.end(more.input);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`git ${args[0]}: ${Buffer.concat(errors)}`);
  return Buffer.concat(output).subarray(0, MAX_BYTES).toString('utf8').trim();
}
