import { constants } from 'node:fs';
import {
  access,
  type FileHandle,
  lstat,
  mkdir,
  open as openHandle,
  readdir,
  realpath,
  rename,
  rm,
  stat as statOf,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { randomId } from '../ids.ts';
import { MotionTransferError, messageOf, UnsafeError } from '../model/errors.ts';
import type { DirectoryEntry, FilePort, FileStat, FileWriter, RandomAccessFile } from '../ports.ts';
import { lockFile } from './lock-file.ts';

/** Windows has no O_NOFOLLOW and no O_NONBLOCK. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
/** Keeps the opening of a named pipe from waiting for its other end. */
const NO_WAIT = constants.O_NONBLOCK ?? 0;
const READ = constants.O_RDONLY | NO_FOLLOW | NO_WAIT;
const APPEND = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | NO_FOLLOW | NO_WAIT;
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW;

const CHUNK_BYTES = 256 * 1024;

/**
 * The disk. Every file is opened once, without following a final symbolic link, and checked by the open
 * handle, so that nothing can be swapped in between the check and the use.
 */
export function createNodeFiles(): FilePort {
  return {
    stat,
    realPath,
    readText,
    open,
    stream: (path) => Readable.from(readChunks(path), { objectMode: false }),
    writeAtomic: (path, content) =>
      replaceAtomically(path, (handle) => handle.writeFile(content, 'utf8')),
    appendDurably,
    create,
    sync: syncFile,
    rename: async (from, to) => {
      await rename(from, to);
      await syncDirectory(dirname(to));
    },
    copy: (from, to) =>
      replaceAtomically(to, async (handle) => {
        for await (const chunk of readChunks(from)) await writeFully(handle, chunk);
      }),
    remove: (path) => rm(path, { force: true }),
    removeDirectory: (path) => rm(path, { force: true, recursive: true, maxRetries: 5 }),
    makeDirectory: async (path) => {
      const first = await mkdir(path, { recursive: true });
      // A directory that a crash can take back would take the files in it along.
      if (first != null) await syncDirectory(dirname(first));
    },
    whyNotWritable,
    lock: lockFile,
    listDirectory,
  };
}

async function stat(path: string): Promise<FileStat | null> {
  try {
    const found = await lstat(path);
    const kind = found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other';
    return { kind, bytes: found.size };
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** What does not exist keeps its name below the real path of the nearest parent that does. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const parent = dirname(path);
    if (!isAbsent(error) || parent === path) throw error;
    return join(await realPath(parent), basename(path));
  }
}

async function readText(path: string, maxBytes: number): Promise<string | null> {
  let file: OpenFile;
  try {
    file = await openRegular(path);
  } catch (error) {
    if (error instanceof Error && isAbsent(error.cause)) return null;
    throw error;
  }
  try {
    if (file.bytes > maxBytes) {
      throw new MotionTransferError(
        `${path} has ${file.bytes} bytes; at most ${maxBytes} are read`,
      );
    }
    const content = await readRange(file.handle, 0, file.bytes);
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new MotionTransferError(`${path} is not UTF-8 text: save it as UTF-8`, { cause });
  } finally {
    await file.handle.close();
  }
}

async function open(path: string): Promise<RandomAccessFile> {
  const { handle, bytes } = await openRegular(path);
  return {
    bytes,
    read: (offset, length) => readRange(handle, offset, Math.min(length, bytes - offset)),
    close: () => handle.close(),
  };
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly bytes: number;
}

async function openRegular(path: string, flags = READ): Promise<OpenFile> {
  let handle: FileHandle;
  try {
    handle = await openHandle(path, flags);
  } catch (cause) {
    // ELOOP: the last part is a symbolic link. ENXIO: a socket, or a pipe nobody reads.
    if (hasCode(cause, 'ELOOP') || hasCode(cause, 'ENXIO')) throw notRegular(path, cause);
    throw new MotionTransferError(`${path} cannot be opened: ${messageOf(cause)}`, { cause });
  }
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw notRegular(path);
    return { handle, bytes: found.size };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function notRegular(path: string, cause?: unknown): UnsafeError {
  const message = `${path} is not a regular file: links, directories and devices are refused`;
  return new UnsafeError(message, cause == null ? undefined : { cause });
}

/** Fewer bytes than asked for only when the file ends before. */
async function readRange(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(Math.max(0, length));
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(
      buffer,
      filled,
      buffer.length - filled,
      offset + filled,
    );
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

async function* readChunks(path: string): AsyncGenerator<Uint8Array> {
  const { handle } = await openRegular(path);
  try {
    for (let offset = 0; ; ) {
      const chunk = await readRange(handle, offset, CHUNK_BYTES);
      if (chunk.length === 0) return;
      offset += chunk.length;
      yield chunk;
    }
  } finally {
    await handle.close();
  }
}

async function replaceAtomically(
  path: string,
  write: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  const temporary = join(dirname(path), `.motion-transfer-${randomId(Math.random, 16)}.tmp`);
  const handle = await openHandle(temporary, CREATE);
  try {
    try {
      await write(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}

async function appendDurably(path: string, line: string): Promise<void> {
  const { handle, bytes } = await openRegular(path, APPEND);
  try {
    // A crash may have left half a line; the new one must not be joined to it.
    const last = bytes === 0 ? null : (await readRange(handle, bytes - 1, 1))[0];
    const start = last == null || last === 0x0a ? '' : '\n';
    await handle.appendFile(`${start}${line}\n`, 'utf8');
    await handle.sync();
  } catch (error) {
    // A full disk may have taken half a line: it goes, or the next one would make the file unreadable.
    await handle.truncate(bytes).catch(() => {});
    throw error;
  } finally {
    await handle.close();
  }
  if (bytes === 0) await syncDirectory(dirname(path));
}

async function create(path: string): Promise<FileWriter> {
  const handle = await openHandle(path, CREATE);
  return {
    write: (chunk) => writeFully(handle, chunk),
    finish: async () => {
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
      await syncDirectory(dirname(path));
    },
    abandon: async () => {
      await handle.close();
      await rm(path, { force: true });
    },
  };
}

async function writeFully(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, written);
    written += bytesWritten;
  }
}

/** Makes a new name in a directory survive a crash; systems that cannot sync directories have no need to. */
async function syncFile(path: string): Promise<void> {
  const { handle } = await openRegular(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncDirectory(dirname(path));
}

async function syncDirectory(path: string): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await openHandle(path, constants.O_RDONLY);
  } catch {
    return;
  }
  try {
    await handle.sync();
  } catch (error) {
    if (!hasCode(error, 'EPERM') && !hasCode(error, 'EINVAL')) throw error;
  } finally {
    await handle.close();
  }
}

async function whyNotWritable(directory: string): Promise<string | null> {
  try {
    if (!(await statOf(directory)).isDirectory()) return `${directory} is not a directory`;
    await access(directory, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    const parent = dirname(directory);
    if (hasCode(error, 'ENOENT') && parent !== directory) return whyNotWritable(parent);
    return `${directory} cannot be written (${messageOf(error)})`;
  }
}

async function listDirectory(path: string): Promise<readonly DirectoryEntry[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries.map((entry) => ({
    name: entry.name,
    kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'directory' : 'other',
  }));
}

function isAbsent(error: unknown): boolean {
  return hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR');
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
