import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MotionTransferError, messageOf } from '@motion-transfer/core';
import { type Entry, openPromise, type ZipFile } from 'yauzl';

export interface UnzipLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** An archive that is not a plain set of files is refused whole: it was not made by this action. */
class ArchiveError extends MotionTransferError {
  override readonly name = 'ArchiveError';
}

/** POSIX file type in the upper half of a zip entry's external attributes (APPNOTE 4.4.15). */
const FILE_TYPE_MASK = 0o170000;
const REGULAR = 0o100000;
const DIRECTORY = 0o040000;
const ENCRYPTED = 0x1;

/**
 * Unpacks an archive of others as data, below an empty directory of ours. Names are checked (yauzl
 * refuses absolute ones, `..` and backslashes), sizes are counted while they come and not believed
 * before, links and devices are refused, and a name that is there already is not written over.
 *
 * @throws MotionTransferError; what was unpacked until then stays in the directory.
 */
export async function unzipInto(
  archive: string,
  directory: string,
  limits: UnzipLimits,
): Promise<void> {
  let zip: ZipFile | null = null;
  try {
    zip = await openPromise(archive, {
      lazyEntries: true,
      autoClose: false,
      strictFileNames: true,
      validateEntrySizes: true,
    });
    if (zip.entryCount > limits.maxEntries)
      throw new ArchiveError(`it has ${zip.entryCount} entries, more than ${limits.maxEntries}`);
    let bytes = 0;
    let entries = 0;
    for await (const entry of zip.eachEntry()) {
      entries += 1;
      if (entries > limits.maxEntries)
        throw new ArchiveError(`it has more than ${limits.maxEntries} entries`);
      if (isDirectory(entry)) continue;
      refuseOdd(entry);
      bytes = await writeEntry(zip, entry, join(directory, entry.fileName), bytes, limits.maxBytes);
    }
  } catch (cause) {
    throw new ArchiveError(`the artifact was not unpacked: ${messageOf(cause)}`, { cause });
  } finally {
    zip?.close();
  }
}

function modeOf(entry: Entry): number {
  return (entry.externalFileAttributes >>> 16) & FILE_TYPE_MASK;
}

function isDirectory(entry: Entry): boolean {
  return entry.fileName.endsWith('/') && (modeOf(entry) === 0 || modeOf(entry) === DIRECTORY);
}

function refuseOdd(entry: Entry): void {
  const { fileName } = entry;
  if (modeOf(entry) !== 0 && modeOf(entry) !== REGULAR)
    throw new ArchiveError(`${JSON.stringify(fileName)} is not a regular file`);
  if ((entry.generalPurposeBitFlag & ENCRYPTED) !== 0)
    throw new ArchiveError(`${JSON.stringify(fileName)} is encrypted`);
  const names = fileName.split('/');
  if (fileName.includes('\0') || names.some((name) => name === '' || name === '.' || name === '..'))
    throw new ArchiveError(`${JSON.stringify(fileName)} is no plain path`);
}

async function writeEntry(
  zip: ZipFile,
  entry: Entry,
  target: string,
  bytesBefore: number,
  maxBytes: number,
): Promise<number> {
  await mkdir(dirname(target), { recursive: true });
  let bytes = bytesBefore;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(new ArchiveError(`it unpacks to more than ${maxBytes} bytes`));
      else done(null, chunk);
    },
  });
  // wx: a name twice in the archive ends it, and no link is followed.
  await pipeline(
    await zip.openReadStreamPromise(entry),
    counter,
    createWriteStream(target, { flags: 'wx' }),
  );
  return bytes;
}
