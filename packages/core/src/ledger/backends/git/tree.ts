import { LedgerError } from '../../../model/errors.ts';
import {
  checkListing,
  decodeLedgerText,
  type ErrorFactory,
  foundIn,
  type ListedFile,
} from '../../files/file-rules.ts';
import type { Repository } from './repository.ts';

/** Listings of more than the files allowed, with the longest names allowed, do not fit. */
const MAX_LISTING_BYTES = 64 * 1_048_576;
/** So much is read by one git, so that memory holds the content not much more than once. */
const BATCH_BYTES = 16 * 1_048_576;

export interface TreeEntry extends ListedFile {
  readonly blob: string;
}

/** Text by blob id, which names its content for good: what was read once is not read again. */
export type BlobCache = Map<string, string>;

/**
 * The files of a commit. Names, kinds and sizes are looked at before anything is read.
 *
 * @throws LedgerError for what no ledger has.
 */
export async function readTree(
  repository: Repository,
  commit: string,
  cache: BlobCache,
): Promise<ReadonlyMap<string, string>> {
  const entries = await listTree(repository, commit);
  const missing = new Map(entries.map((entry) => [entry.blob, entry]));
  for (const blob of missing.keys()) if (cache.has(blob)) missing.delete(blob);
  const errorFor = foundIn(repository.label);
  await readBlobs(repository, [...missing.values()], ({ blob, path }, bytes) => {
    cache.set(blob, decodeLedgerText(bytes, path, errorFor));
  });
  const files = new Map<string, string>();
  const used: BlobCache = new Map();
  for (const { path, blob } of entries) {
    const text = cache.get(blob);
    if (text == null) throw damaged(repository.label);
    files.set(path, text);
    used.set(blob, text);
  }
  cache.clear();
  for (const [blob, text] of used) cache.set(blob, text);
  return files;
}

async function listTree(repository: Repository, commit: string): Promise<TreeEntry[]> {
  const args = ['ls-tree', '-r', '-l', '-z', '--full-tree', commit];
  const { end, output } = await repository.git(args, { maxOutputBytes: MAX_LISTING_BYTES });
  const errorFor = foundIn(repository.label);
  if (end === 'too-much-output') throw errorFor('far more files than expected');
  const entries = Buffer.from(output)
    // Not UTF-8, in which different names could look the same.
    .toString('latin1')
    .split('\0')
    .slice(0, -1)
    .map((line) => parseEntry(line, errorFor));
  checkListing(entries, errorFor);
  return entries;
}

/** `<mode> <type> <object> <size>\t<path>`, the size padded (git-ls-tree(1)). */
function parseEntry(line: string, errorFor: ErrorFactory): TreeEntry {
  const tab = line.indexOf('\t');
  const path = line.slice(tab + 1);
  const [mode, type, blob, size] = line.slice(0, tab).split(/ +/);
  if (mode !== '100644' || type !== 'blob' || blob == null) {
    throw errorFor(`${JSON.stringify(path)} with mode ${mode}: not a plain file`);
  }
  return { path, blob, bytes: Number(size) };
}

function batchesOf(entries: readonly TreeEntry[]): TreeEntry[][] {
  const batches: TreeEntry[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    if (bytes + entry.bytes > BATCH_BYTES) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(entry);
    bytes += entry.bytes;
  }
  return batches;
}

/** The content of each, by as few processes as memory allows. */
export async function readBlobs(
  repository: Repository,
  entries: readonly TreeEntry[],
  take: (entry: TreeEntry, content: Uint8Array) => void,
): Promise<void> {
  for (const batch of batchesOf(entries)) {
    const input = batch.map(({ blob }) => `${blob}\n`).join('');
    const { output } = await repository.git(['cat-file', '--batch'], { input });
    const bytes = Buffer.from(output.buffer, output.byteOffset, output.byteLength);
    let offset = 0;
    for (const entry of batch) {
      // `<object> blob <size>\n<content>\n` (git-cat-file(1)).
      const header = `${entry.blob} blob ${entry.bytes}\n`;
      const start = offset + header.length;
      const end = start + entry.bytes;
      if (bytes.toString('latin1', offset, start) !== header) throw damaged(repository.label);
      if (bytes[end] !== 0x0a) throw damaged(repository.label);
      take(entry, bytes.subarray(start, end));
      offset = end + 1;
    }
  }
}

/** The sizes of blobs, before anything of them is read. */
export async function listSizes(
  repository: Repository,
  blobs: readonly string[],
): Promise<{ readonly blob: string; readonly bytes: number }[]> {
  if (blobs.length === 0) return [];
  const input = blobs.map((blob) => `${blob}\n`).join('');
  const { output } = await repository.git(['cat-file', '--batch-check'], { input });
  return Buffer.from(output)
    .toString('latin1')
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [blob = '', type, size] = line.split(' ');
      if (type !== 'blob') throw damaged(repository.label);
      return { blob, bytes: Number(size) };
    });
}

function damaged(label: string): LedgerError {
  return new LedgerError(`${label} could not be read completely, so nothing is spent; run again`);
}
