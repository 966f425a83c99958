import type { GitPort } from '../../ports.ts';
import { MAX_LFS_POINTER_BYTES, readLfsPointer } from '../content.ts';

/** A file that git has in its index. */
export interface IndexedFile {
  readonly blobId: string;
  /** Whether the file on disk still is what the index says. */
  readonly isUnchanged: boolean;
  /** The sha256 that the blob points at, when the blob is a Git LFS pointer. */
  readonly lfsObject: string | null;
}

export interface GitIndex {
  /** Hash that names the repository's objects. */
  readonly objectFormat: 'sha1' | 'sha256';
  readonly files: ReadonlyMap<string, IndexedFile>;
  /** Paths that Git LFS keeps, by the attributes of the work tree. */
  readonly lfsPaths: ReadonlySet<string>;
}

interface Entry {
  readonly path: string;
  readonly blobId: string;
  /** An ordinary entry: a file, merged, and checked out. */
  readonly isPlain: boolean;
}

/** What git knows of some paths: at most six processes, however many paths there are. */
export async function readGitIndex(
  git: GitPort,
  workspace: string,
  paths: readonly string[],
): Promise<GitIndex> {
  if (paths.length === 0) return { objectFormat: 'sha1', files: new Map(), lfsPaths: new Set() };
  const wanted = new Set(paths);
  const [format, listed, changed, attributes] = await Promise.all([
    git.run(workspace, ['rev-parse', '--show-object-format']),
    // -v marks what diff-files does not compare: skipped (sparse) and assumed unchanged.
    git.run(workspace, ['ls-files', '-s', '-v', '-z']),
    git.run(workspace, ['diff-files', '--name-only', '-z', '--relative', '--ignore-submodules']),
    git.run(workspace, ['check-attr', '-z', '--stdin', 'filter'], paths.join('\0')),
  ]);
  const entries = splitNul(listed)
    .map(parseEntry)
    .filter((entry) => entry != null && wanted.has(entry.path))
    .filter((entry) => entry != null);
  const changedPaths = new Set(splitNul(changed));
  const lfsPaths = parseLfsPaths(attributes);
  const lfsBlobs = entries.filter(({ path }) => lfsPaths.has(path)).map(({ blobId }) => blobId);
  const pointers = await readPointers(git, workspace, [...new Set(lfsBlobs)]);
  return {
    objectFormat: format.trim() === 'sha256' ? 'sha256' : 'sha1',
    files: new Map(
      entries.map(({ path, blobId, isPlain }) => [
        path,
        {
          blobId,
          isUnchanged: isPlain && !changedPaths.has(path),
          lfsObject: lfsPaths.has(path) ? (pointers.get(blobId) ?? null) : null,
        },
      ]),
    ),
    lfsPaths,
  };
}

/** `H 100644 <blob id> 0<tab>path` */
function parseEntry(line: string): Entry | null {
  const tab = line.indexOf('\t');
  const [tag, mode = '', blobId = '', stage] = line.slice(0, tab).split(' ');
  if (tab === -1 || blobId === '') return null;
  const isPlain = tag === 'H' && stage === '0' && mode.startsWith('100');
  return { path: line.slice(tab + 1), blobId, isPlain };
}

/** Triples of path, attribute and value. */
function parseLfsPaths(attributes: string): ReadonlySet<string> {
  const fields = splitNul(attributes);
  return new Set(fields.filter((_, index) => index % 3 === 0 && fields[index + 2] === 'lfs'));
}

async function readPointers(
  git: GitPort,
  workspace: string,
  blobIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const pointers = new Map<string, string>();
  if (blobIds.length === 0) return pointers;
  const sizes = await git.run(
    workspace,
    ['cat-file', '--batch-check=%(objectname) %(objecttype) %(objectsize)'],
    `${blobIds.join('\n')}\n`,
  );
  const small = sizes.split('\n').flatMap((line) => {
    const [blobId, type, size] = line.split(' ');
    const isSmall = type === 'blob' && Number(size) < MAX_LFS_POINTER_BYTES;
    return isSmall && blobId != null ? [{ blobId, bytes: Number(size) }] : [];
  });
  if (small.length === 0) return pointers;
  const batch = small.map(({ blobId }) => `${blobId}\n`).join('');
  const contents = await git.run(workspace, ['cat-file', '--batch'], batch);
  let cursor = 0;
  for (const { blobId, bytes } of small) {
    const header = `${blobId} blob ${bytes}\n`;
    const start = contents.indexOf(header, cursor);
    if (start === -1) break;
    cursor = start + header.length;
    // Pointers are ASCII, so their characters are their bytes; other small blobs just do not match.
    const pointed = readLfsPointer(Buffer.from(contents.slice(cursor, cursor + bytes)));
    if (pointed != null) pointers.set(blobId, pointed);
  }
  return pointers;
}

function splitNul(text: string): string[] {
  return text.split('\0').filter((part) => part !== '');
}
