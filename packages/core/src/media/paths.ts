import { isAbsolute, join, relative, sep } from 'node:path';
import { messageOf, UnsafeError } from '../model/errors.ts';
import type { Ports } from '../ports.ts';
import { isGitDirectory } from './path-rules.ts';

/**
 * Absolute path of a repository-relative one, with every symbolic link resolved; the file itself need
 * not exist. Throws `UnsafeError` when it leads out of the workspace or into `.git`, or when
 * something other than a regular file is there.
 */
export async function resolveInside(
  ports: Pick<Ports, 'files'>,
  workspace: string,
  path: string,
): Promise<string> {
  const refuse = (reason: string, cause?: unknown): UnsafeError =>
    new UnsafeError(
      `${JSON.stringify(path)} ${reason}: name a file of the repository instead`,
      cause == null ? undefined : { cause },
    );

  if (path === '' || path.includes('\0')) throw refuse('is not a path');
  if (isAbsolute(path) || path.includes('\\') || /^[A-Za-z]:/.test(path)) {
    throw refuse('is not relative to the repository');
  }
  if (path.split('/').includes('..')) throw refuse('leaves the repository');

  const root = await ports.files.realPath(workspace);
  const real = await ports.files.realPath(join(root, path)).catch((cause: unknown) => {
    // A link that leads to itself, a directory that may not be entered.
    throw refuse(`cannot be followed (${messageOf(cause)})`, cause);
  });
  const inside = relative(root, real);
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw refuse('leads out of the repository');
  }
  if (inside.split(sep).some(isGitDirectory)) {
    throw refuse('leads into .git');
  }
  const stat = await ports.files.stat(real);
  if (stat?.kind === 'directory') throw refuse('is not a regular file but a directory');
  // Whatever has a name and no target is still a link after all links were resolved.
  if (stat?.kind === 'other')
    throw refuse('is not a regular file, or a link to a file that does not exist');
  return real;
}

/**
 * Where the file that a path leads to lies, relative to the workspace: git knows a link by its own text alone, and
 * knows no path that goes through one. Throws like `resolveInside`.
 */
export async function followLinks(
  ports: Pick<Ports, 'files'>,
  workspace: string,
  path: string,
): Promise<string> {
  const real = await resolveInside(ports, workspace, path);
  const root = await ports.files.realPath(workspace);
  return relative(root, real).split(sep).join('/');
}
