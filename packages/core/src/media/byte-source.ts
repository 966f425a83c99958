import { MediaError } from '../model/errors.ts';
import type { FilePort } from '../ports.ts';

/** Bytes that can be read in any order: a file, or something behind range requests. */
export interface ByteSource {
  /** How messages call it: a path, or a URL without its query. */
  readonly name: string;
  readonly bytes: number;
  /** Fewer bytes than asked for only at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

export interface OpenByteSource extends ByteSource {
  close(): Promise<void>;
}

/** Far above every provider's limit (100 MB); keeps offsets and tables harmless. */
const MAX_SOURCE_BYTES = 4 * 1024 ** 3;
/** One read covers the head of most files, or a whole `moov` of some seconds. */
const READ_AHEAD_BYTES = 16 * 1024;

/** Opens a file for range reads. Throws `MediaError` above 4 GiB, `UnsafeError` for what is no regular file. */
export async function openFileSource(
  files: Pick<FilePort, 'open'>,
  path: string,
  name: string,
): Promise<OpenByteSource> {
  const file = await files.open(path);
  if (file.bytes > MAX_SOURCE_BYTES) {
    await file.close();
    throw new MediaError(`${name} has ${file.bytes} bytes: no image or clip is above 4 GiB`);
  }
  const source = withReadAhead({ name, bytes: file.bytes, read: file.read });
  return { ...source, close: () => file.close() };
}

/** Answers small neighbouring reads from one larger read. */
export function withReadAhead(source: ByteSource, aheadBytes = READ_AHEAD_BYTES): ByteSource {
  let start = 0;
  let window: Uint8Array = new Uint8Array();
  return {
    name: source.name,
    bytes: source.bytes,
    async read(offset, length) {
      const wanted = Math.max(0, Math.min(length, source.bytes - offset));
      if (offset < start || offset + wanted > start + window.length) {
        const most = Math.min(Math.max(wanted, aheadBytes), source.bytes - offset);
        window = wanted === 0 ? new Uint8Array() : await source.read(offset, most);
        start = offset;
      }
      return window.subarray(offset - start, offset - start + wanted);
    },
  };
}

export function damaged(source: ByteSource, reason: string): MediaError {
  return new MediaError(`${source.name} is damaged: ${reason}; export or download it again`);
}
