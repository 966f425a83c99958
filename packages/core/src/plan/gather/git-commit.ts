import type { Identity } from '../../model/media/media.ts';
import type { Ports } from '../../ports.ts';
import type { Commit } from '../planning-input.ts';
import type { CommittedAs } from '../staging.ts';

const LINK = '120000';
const SUBMODULE = '160000';

/** The commit that is checked out and what it holds at some paths; `null` outside git or before a first commit. */
export async function readCommit(
  ports: Ports,
  workspace: string,
  paths: readonly string[],
): Promise<Commit | null> {
  const sha = await ports.git.run(workspace, ['rev-parse', '--verify', '--quiet', 'HEAD']).then(
    (text) => text.trim(),
    () => null,
  );
  if (sha == null || sha === '') return null;
  const wanted = new Set(paths);
  const prefix = (await ports.git.run(workspace, ['rev-parse', '--show-prefix'])).replace(
    /\r?\n$/,
    '',
  );
  // Paths relative to the workspace, like those of the config and the index.
  const listing = await ports.git.run(workspace, ['ls-tree', '-r', '-z', 'HEAD']);
  const blobs = new Map<string, string>();
  const links = new Set<string>();
  const submodules: string[] = [];
  for (const row of listing.split('\0')) {
    // <mode> SP <type> SP <object> TAB <path>
    const [meta = '', path = ''] = splitOnce(row, '\t');
    const [mode, , object = ''] = meta.split(' ');
    if (mode === SUBMODULE) submodules.push(path);
    if (!wanted.has(path)) continue;
    blobs.set(path, object);
    if (mode === LINK) links.add(path);
  }
  return { sha, prefix, blobs, links, submodules };
}

/** The submodule that a path lies in; `null` for the repository's own. */
export function submoduleOf({ submodules }: Commit, path: string): string | null {
  return submodules.find((submodule) => path.startsWith(`${submodule}/`)) ?? null;
}

/** Whether the commit holds exactly these bytes at the path, and as a blob or as an LFS pointer. */
export async function committedAs(
  ports: Ports,
  workspace: string,
  commit: Commit | null,
  path: string,
  identity: Identity,
): Promise<CommittedAs> {
  if (commit != null && submoduleOf(commit, path) != null) return 'in-submodule';
  const blob = commit?.blobs.get(path);
  if (blob == null) return 'not-committed';
  if (identity === `git:${blob}`) return 'blob';
  if (!identity.startsWith('sha256:')) return 'not-committed';
  const pointer = await ports.git.run(workspace, ['cat-file', 'blob', blob]);
  return pointer.includes(`oid ${identity}\n`) ? 'lfs' : 'not-committed';
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
