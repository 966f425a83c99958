import type { Ports } from '@motion-transfer/core';
import type { BaseCommit } from '@motion-transfer/core/shell';
import type { GitHubAccess } from '../github/access.ts';
import type { TreeEntry } from '../github/commit-api.ts';
import { askGit } from '../github/commit-standing.ts';

/** The files of one commit by path from the workspace, and their content where it is asked for. */
export interface CommitTree {
  readonly files: BaseCommit['files'];
  /** `null` when the commit has no such file. */
  read(path: string): Promise<string | null>;
}

interface TreeRequest {
  readonly workspace: string;
  readonly commit: string;
  readonly access: GitHubAccess | null;
}

const LINK = '120000';
const MAX_FILE_BYTES = 16 * 1_048_576;
/** A lockfile in hundreds of parts, all of them others than those at the head, is not asked of GitHub one by one. */
const MAX_READS_AT_GITHUB = 20;

/** Lists a commit's files, by git where the clone holds it, else by GitHub; `null` when neither can. */
export async function openCommitTree(
  { git }: Pick<Ports, 'git'>,
  { workspace, commit, access }: TreeRequest,
): Promise<CommitTree | null> {
  const ask = askGit(git, workspace);
  const prefix = await git
    .run(workspace, ['rev-parse', '--show-prefix'])
    .then((text) => text.replace(/\r?\n$/, ''));
  const listing = await git
    .run(workspace, ['ls-tree', '-r', '-z', '--full-tree', commit])
    .catch(() => null);
  const entries = listing == null ? await access?.filesAt(commit) : parseListing(listing);
  if (entries == null) return null;
  const files = new Map(
    entries
      .filter(({ path }) => path.startsWith(prefix))
      .map(({ path, mode, blobId }) => [
        path.slice(prefix.length),
        { blobId, isLink: mode === LINK },
      ]),
  );
  let reads = 0;
  return {
    files,
    async read(path) {
      const file = files.get(path);
      if (file == null) return null;
      // What the commit and the checkout have in common is here, also after a shallow checkout.
      const bytes = await ask('cat-file', '-s', file.blobId);
      if (bytes != null) {
        if (!(Number(bytes) <= MAX_FILE_BYTES)) throw new Error(`${path} has ${bytes} bytes`);
        return git.run(workspace, ['cat-file', 'blob', file.blobId]);
      }
      reads += 1;
      if (access == null || reads > MAX_READS_AT_GITHUB)
        throw new Error(`${path} is not in the clone`);
      return access.readFileAt(`${prefix}${path}`, commit);
    },
  };
}

/** `<mode> SP <type> SP <object> TAB <path>`; submodules are no files. */
function parseListing(listing: string): TreeEntry[] {
  return listing.split('\0').flatMap((row) => {
    const tab = row.indexOf('\t');
    const [mode = '', type, blobId = ''] = row.slice(0, tab).split(' ');
    return tab < 0 || type !== 'blob' ? [] : [{ path: row.slice(tab + 1), mode, blobId }];
  });
}
