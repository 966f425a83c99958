import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { createSha256 } from '../../model/hash.ts';
import type { Identity } from '../../model/media/media.ts';
import type { FilePort, Ports } from '../../ports.ts';
import { MAX_LFS_POINTER_BYTES, readLfsPointer } from '../content.ts';
import { followLinks, resolveInside } from '../paths.ts';
import { createPieces, type Pieces } from '../pieces.ts';
import { type GitIndex, readGitIndex } from './git-index.ts';
import { isGitRepository } from './repository.ts';

const HASHED_AT_ONCE = 4;

/** Files whose content is read later too: what is hashed of them, and not asked of git, is noted in pieces. */
export interface PieceRequest {
  readonly paths: ReadonlySet<string>;
  readonly found: Map<string, Pieces>;
}

/** What git knows of files where there is no git. */
const NO_INDEX: GitIndex = { objectFormat: 'sha1', files: new Map(), lfsPaths: new Set() };

/**
 * Identity of each repository-relative path, `null` when nothing is there. Files that are in git and
 * unchanged cost no read: a handful of git processes answers for all of them. Others are hashed as
 * git would store them, files of Git LFS as their pointers would name them. A link is the file it leads to.
 * Throws `UnsafeError` for a path that leads out of the workspace.
 */
export async function identifyFiles(
  ports: Pick<Ports, 'files' | 'git'>,
  workspace: string,
  paths: readonly string[],
  piecewise?: PieceRequest,
): Promise<Map<string, Identity | null>> {
  const wanted = [...new Set(paths)];
  const readIndex = async (of: readonly string[]) =>
    (await isGitRepository(ports.files, workspace))
      ? readGitIndex(ports.git, workspace, of)
      : NO_INDEX;
  const limit = pLimit(HASHED_AT_ONCE);
  const known = await readIndex(wanted);
  // What git knows as an unchanged file is no link, and costs no look at the disk.
  const targets = new Map(
    await Promise.all(
      wanted
        .filter((path) => known.files.get(path)?.isUnchanged !== true)
        .map((path) =>
          limit(async () => [path, await followLinks(ports, workspace, path)] as const),
        ),
    ),
  );
  const elsewhere = [...targets].flatMap(([path, target]) => (path === target ? [] : [target]));
  const index = elsewhere.length === 0 ? known : await readIndex([...wanted, ...elsewhere]);
  const identities = await Promise.all(
    wanted.map(async (path): Promise<readonly [string, Identity | null]> => {
      const target = targets.get(path) ?? path;
      const file = index.files.get(target);
      if (file?.isUnchanged === true)
        return [path, file.lfsObject == null ? `git:${file.blobId}` : `sha256:${file.lfsObject}`];
      return [
        path,
        await limit(() => hashFile(ports.files, workspace, { path, target }, { index, piecewise })),
      ];
    }),
  );
  return new Map(identities);
}

interface Hashing {
  readonly index: GitIndex;
  readonly piecewise: PieceRequest | undefined;
}

async function hashFile(
  files: FilePort,
  workspace: string,
  { path, target }: { readonly path: string; readonly target: string },
  { index, piecewise }: Hashing,
): Promise<Identity | null> {
  const real = await resolveInside({ files }, workspace, target);
  const stat = await files.stat(real);
  if (stat == null) return null;
  const asBlob = createHash(index.objectFormat).update(`blob ${stat.bytes}\0`);
  const asContent = createSha256();
  const isLfs = index.lfsPaths.has(target);
  const pieces = piecewise?.paths.has(path) === true ? createPieces() : null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of files.stream(real)) {
    asBlob.update(chunk);
    pieces?.add(chunk);
    if (!isLfs) continue;
    asContent.update(chunk);
    if (stat.bytes < MAX_LFS_POINTER_BYTES) chunks.push(chunk);
  }
  const hashed = pieces?.finish();
  // The length stands in front of what git hashes: else this is the id of nothing, and the next look will tell.
  if (hashed?.bytes === stat.bytes) piecewise?.found.set(path, hashed);
  const blobId = asBlob.digest('hex');
  if (!isLfs) return `git:${blobId}`;
  // Checked out without `lfs: true`, the pointer stands in the file's place.
  const pointed = readLfsPointer(Buffer.concat(chunks));
  if (pointed != null) return `sha256:${pointed}`;
  // Committed past LFS, the file is known by its blob until it changes.
  const isCommitted = index.files.get(target)?.blobId === blobId;
  return isCommitted ? `git:${blobId}` : `sha256:${asContent.hex()}`;
}
