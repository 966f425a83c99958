import { LedgerError, UnwritableError } from '../../model/errors.ts';

/**
 * What a ledger may hold: text files with plain names. Anything else in one is tampering or a mistake.
 *
 * Format 2 has 256 files a month, format 1 one for each purchase.
 */
export const MAX_LEDGER_FILES = 200_000;
/** A purchase takes 1 to 2 KB: room for some 300,000, in a process of which as much stays in memory. */
export const MAX_LEDGER_BYTES = 512 * 1_048_576;
/**
 * A file is written anew for each of its purchases. So much are 4,000 of them, where 256 files hold a month, or
 * the state with 30,000 that are open; GitHub takes 100 MB.
 */
export const MAX_FILE_BYTES = 8 * 1_048_576;
const MAX_EXCERPT = 80;

/** A file as it is listed, before anything of it is read. */
export interface ListedFile {
  readonly path: string;
  readonly bytes: number;
}

/** Makes the error for something that no ledger has. */
export type ErrorFactory = (what: string, options?: ErrorOptions) => LedgerError;

export function foundIn(label: string): ErrorFactory {
  return (what, options) =>
    new LedgerError(
      `${label} holds ${what}: no ledger has that, so nothing is spent; undo it there by a new commit, then run again`,
      options,
    );
}

function notWrittenTo(label: string): ErrorFactory {
  return (what, options) =>
    new UnwritableError(`${label} cannot hold ${what}: nothing was written`, options);
}

/** @throws LedgerError for a name, a size or a sum that no ledger has. */
export function checkListing(files: Iterable<ListedFile>, errorFor: ErrorFactory): void {
  let count = 0;
  let totalBytes = 0;
  for (const { path, bytes } of files) {
    if (!isLedgerPath(path)) throw errorFor(`a file named ${quote(path)}`);
    if (!(bytes <= MAX_FILE_BYTES)) {
      throw errorFor(`${path} with ${bytes} bytes, where at most ${MAX_FILE_BYTES} are expected`);
    }
    count += 1;
    totalBytes += bytes;
    if (count > MAX_LEDGER_FILES) throw errorFor(`more than ${MAX_LEDGER_FILES} files`);
    if (totalBytes > MAX_LEDGER_BYTES) throw errorFor(`more than ${MAX_LEDGER_BYTES} bytes`);
  }
}

/** @throws LedgerError unless the bytes are UTF-8 text. */
export function decodeLedgerText(bytes: Uint8Array, path: string, errorFor: ErrorFactory): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw errorFor(`${path}, which is not UTF-8 text`, { cause });
  }
  if (text.includes('\0')) throw errorFor(`${path}, which is not text`);
  return text;
}

/**
 * What the files are once the changes are made.
 *
 * @throws LedgerError when the result could not be read back.
 */
export function changeFiles(
  files: ReadonlyMap<string, string>,
  changes: ReadonlyMap<string, string | null>,
  label: string,
): ReadonlyMap<string, string> {
  const errorFor = notWrittenTo(label);
  const changed = new Map(files);
  for (const [path, text] of changes) {
    if (!isLedgerPath(path)) throw errorFor(`a file named ${quote(path)}`);
    if (text == null) changed.delete(path);
    else changed.set(path, checkText(text, path, errorFor));
  }
  checkListing(sizesOf(changed), errorFor);
  const directories = new Set([...changed.keys()].flatMap(parentsOf));
  for (const path of changes.keys()) {
    if (changed.has(path) && directories.has(path)) {
      throw errorFor(`${path} both as a file and as a directory`);
    }
    const parent = parentsOf(path).find((directory) => changed.has(directory));
    if (changed.has(path) && parent != null) {
      throw errorFor(`${parent} both as a file and as a directory`);
    }
  }
  return changed;
}

/** Letters of any file system, no way out of the directory, nothing that git takes for its own. */
function isLedgerPath(path: string): boolean {
  return (
    /^[A-Za-z0-9._/-]{1,200}$/.test(path) &&
    !path.includes('..') &&
    path.split('/').every((part) => part !== '' && part !== '.' && !/^\.git/i.test(part))
  );
}

function checkText(text: string, path: string, errorFor: ErrorFactory): string {
  if (!text.isWellFormed() || text.includes('\0')) {
    throw errorFor(`${quote(path)}, which is not text`);
  }
  return text;
}

function* sizesOf(files: ReadonlyMap<string, string>): Generator<ListedFile> {
  for (const [path, text] of files) yield { path, bytes: Buffer.byteLength(text, 'utf8') };
}

function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function quote(text: string): string {
  return JSON.stringify(text.length > MAX_EXCERPT ? `${text.slice(0, MAX_EXCERPT)}...` : text);
}
