import { isGitRepository } from '../media/identity/repository.ts';
import { MotionTransferError } from '../model/errors.ts';
import type { FilePort, GitPort, Ports } from '../ports.ts';

/** Outside git nothing says what to ignore, so the walk is bounded. */
const MAX_WALKED_FILES = 100_000;
const MAX_WALKED_DEPTH = 32;
const SKIPPED_DIRECTORIES = new Set(['.git', 'node_modules']);

/**
 * Repository-relative paths that globs may match, sorted by code unit: files in git, and new ones that
 * are not ignored. Outside git, every file except those of `node_modules`.
 */
export async function listRepositoryFiles(
  ports: Pick<Ports, 'files' | 'git'>,
  workspace: string,
): Promise<string[]> {
  const paths = (await isGitRepository(ports.files, workspace))
    ? await listWithGit(ports.git, workspace)
    : await walk(ports.files, workspace);
  return [...new Set(paths)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

async function listWithGit(git: GitPort, workspace: string): Promise<string[]> {
  const listed = await git.run(workspace, ['ls-files', '-z', '-co', '--exclude-standard']);
  return listed.split('\0').filter((path) => path !== '');
}

async function walk(files: FilePort, workspace: string): Promise<string[]> {
  const found: string[] = [];
  const waiting = [{ path: '', depth: 0 }];
  for (let next = waiting.pop(); next != null; next = waiting.pop()) {
    for (const { name, kind } of await files.listDirectory(`${workspace}/${next.path}`)) {
      const path = `${next.path}${name}`;
      if (kind === 'file') found.push(path);
      if (found.length > MAX_WALKED_FILES) throw tooMany(workspace);
      if (kind !== 'directory' || SKIPPED_DIRECTORIES.has(name)) continue;
      if (next.depth < MAX_WALKED_DEPTH) waiting.push({ path: `${path}/`, depth: next.depth + 1 });
    }
  }
  return found;
}

function tooMany(workspace: string): MotionTransferError {
  return new MotionTransferError(
    `${workspace} holds more than ${MAX_WALKED_FILES} files and is not a git repository: run inside the repository, or name files without globs`,
  );
}
