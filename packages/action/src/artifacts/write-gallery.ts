import type { FilePort } from '@motion-transfer/core';
import type { GalleryPart } from '@motion-transfer/core/shell';
import { redactor } from '../secrets.ts';

/** A multiple of three, so that the base64 of the pieces is the base64 of the whole. */
const CHUNK_BYTES = 3 * 256 * 1024;

/**
 * Writes the page anew, piece by piece, clips straight from their files: none is ever in memory as a whole.
 * `paths` by the key of a clip.
 */
export async function writePage(
  files: FilePort,
  target: string,
  { parts, paths }: { readonly parts: readonly GalleryPart[]; readonly paths: ClipPaths },
): Promise<void> {
  await files.remove(target);
  const writer = await files.create(target);
  try {
    for (const part of parts) {
      if (typeof part === 'string') await writer.write(Buffer.from(redactor.redact(part)));
      else
        for await (const base64 of readBase64(files, paths.get(part.key)))
          await writer.write(Buffer.from(base64, 'latin1'));
    }
    await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

export type ClipPaths = ReadonlyMap<string, string>;

async function* readBase64(files: FilePort, path: string | undefined): AsyncIterable<string> {
  if (path == null) throw new TypeError('a clip of the page has no file');
  const file = await files.open(path);
  try {
    for (let offset = 0; ; offset += CHUNK_BYTES) {
      const bytes = await file.read(offset, CHUNK_BYTES);
      if (bytes.length > 0) yield Buffer.from(bytes).toString('base64');
      if (bytes.length < CHUNK_BYTES) return;
    }
  } finally {
    await file.close();
  }
}
