import { dirname, join } from 'node:path';
import { messageOf, type Ports } from '@motion-transfer/core';
import {
  firstLine,
  type Repository,
  resolveInside,
  sha256OfFile,
} from '@motion-transfer/core/shell';
import type { ChosenOutput } from './choose-outputs.ts';

/** docs: About large files on GitHub: what is larger is refused outside of Git LFS. */
const MAX_BLOB_BYTES = 100 * 1_048_576;

/** A file of the workspace, and the bytes that are on record for it. */
export type StoredFile = Pick<ChosenOutput, 'output' | 'sha256'>;

export type Content =
  | { readonly kind: 'stored'; readonly blob: string }
  | { readonly kind: 'left-out'; readonly why: string };

/** The bytes of outputs as objects of a repository: themselves, or for Git LFS a pointer. */
export interface Contents {
  store(output: StoredFile, isLfs: boolean): Promise<Content>;
}

/** Only the bytes on record are stored: a copy is compared, and the copy is what git reads. */
export function createContents(
  { files }: Pick<Ports, 'files'>,
  workspace: string,
  { directory, git }: Repository,
): Contents {
  const known = new Map<string, Content>();
  const writePointer = async (sha256: string, bytes: number) => {
    const input = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${bytes}\n`;
    return firstLine(await git(['hash-object', '-w', '--stdin', '--no-filters'], { input }));
  };
  const read = async ({ output, sha256 }: StoredFile, isLfs: boolean): Promise<Content> => {
    // Where git-lfs looks for an object that it uploads.
    const copy = join(directory, 'lfs/objects', sha256.slice(0, 2), sha256.slice(2, 4), sha256);
    const why = await copyProved(files, { workspace, output, sha256 }, copy);
    if (why != null) return { kind: 'left-out', why };
    const bytes = (await files.stat(copy))?.bytes ?? 0;
    if (isLfs) return { kind: 'stored', blob: await writePointer(sha256, bytes) };
    if (bytes > MAX_BLOB_BYTES)
      return {
        kind: 'left-out',
        why: 'it is larger than 100 MB, which GitHub refuses outside of Git LFS: track it (`git lfs track`)',
      };
    const args = ['hash-object', '-w', '--no-filters', '--', copy];
    return { kind: 'stored', blob: firstLine(await git(args)) };
  };
  return {
    async store(output, isLfs) {
      const key = `${isLfs} ${output.output}`;
      const content = known.get(key) ?? (await read(output, isLfs));
      known.set(key, content);
      return content;
    },
  };
}

/** Why there is no copy; `null` when there is. */
async function copyProved(
  files: Ports['files'],
  { workspace, output, sha256 }: { workspace: string; output: string; sha256: string },
  copy: string,
): Promise<string | null> {
  try {
    const path = await resolveInside({ files }, workspace, output);
    if ((await files.stat(path)) == null) return 'the file is gone';
    // Of two outputs with the same bytes one copy is enough.
    const isCopied = (await files.stat(copy)) != null;
    if (!isCopied) {
      await files.makeDirectory(dirname(copy));
      await files.copy(path, copy);
    }
    if ((await sha256OfFile(files, isCopied ? path : copy)) === sha256) return null;
    if (!isCopied) await files.remove(copy);
    return 'the file was changed after it was made';
  } catch (error) {
    return `the file could not be read (${messageOf(error)})`;
  }
}
