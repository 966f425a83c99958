import { join } from 'node:path';
import { firstLine, type Repository } from '@motion-transfer/core/shell';

interface Entry {
  readonly mode: string;
  readonly blob: string;
}

/** By path. */
export type Files = ReadonlyMap<string, Entry>;

/** The tree of a commit that is changed without a checkout, in an index of its own. */
export interface TreeIndex {
  /** Runs git with this index. */
  readonly git: Repository['git'];
  /** As the commit has them. */
  readonly files: Files;
  /** Puts blobs at paths, keeping the mode of what was there; `null` removes the path. */
  update(changes: ReadonlyMap<string, string | null>): Promise<void>;
  /** Returns the id of the tree. */
  write(): Promise<string>;
}

const MAX_LISTING_BYTES = 256 * 1_048_576;

/** `null`: a tree without files. */
export async function openTreeIndex(
  repository: Repository,
  commit: string | null,
): Promise<TreeIndex> {
  const index = join(repository.directory, `index-${commit ?? 'empty'}`);
  const git: Repository['git'] = (args, options = {}) =>
    repository.git(args, { ...options, environment: { GIT_INDEX_FILE: index } });
  await git(['read-tree', commit ?? '--empty']);
  const files = commit == null ? new Map() : await listFiles(repository, commit);
  return {
    git,
    files,
    update: (changes) => updateIndex(git, files, changes),
    // What was not fetched is at the server.
    write: async () => firstLine(await git(['write-tree', '--missing-ok'])),
  };
}

async function listFiles({ git }: Repository, commit: string): Promise<Files> {
  const args = ['ls-tree', '-r', '-z', '--full-tree', commit];
  const { output } = await git(args, { maxOutputBytes: MAX_LISTING_BYTES });
  const lines = Buffer.from(output).toString('utf8').split('\0').slice(0, -1);
  return new Map(
    lines.map((line) => {
      const tab = line.indexOf('\t');
      const [mode = '', , blob = ''] = line.slice(0, tab).split(' ');
      return [line.slice(tab + 1), { mode, blob }];
    }),
  );
}

/** `<mode> <blob> TAB <path> NUL`; mode 0 removes (git-update-index(1), `--index-info`). */
async function updateIndex(
  git: Repository['git'],
  files: Files,
  changes: ReadonlyMap<string, string | null>,
): Promise<void> {
  const lines = [...changes].flatMap(([path, blob]) => {
    const before = files.get(path);
    if (blob != null) return [`${before?.mode ?? '100644'} ${blob}\t${path}\0`];
    return before == null ? [] : [`0 ${before.blob}\t${path}\0`];
  });
  if (lines.length > 0)
    await git(['update-index', '-z', '--index-info'], { input: lines.join('') });
}
