import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, WebFileNotWrittenError } from './errors.ts';
import { runIsolated } from './isolate/run-isolated.ts';
import type { WebFileKind } from './web-file/formats.ts';

export interface WebFileOptions {
  readonly kind: WebFileKind;
  /** MP4 or MOV to make it from; left as it is. */
  readonly videoPath: string;
  /** The file to write; folders are made. */
  readonly outputPath: string;
  readonly signal?: AbortSignal;
}

/**
 * Makes a poster (JPEG of the first frame), an animated WebP, a WebM (VP9, Opus) or a GIF of a video, in a process of
 * its own. The same video makes the same bytes.
 *
 * Throws `MotionUnreadableError` for a video that cannot be read, `WebFileNotWrittenError`, `CodecMissingError`,
 * `DraftStoppedError` or another `DraftError`; the output path is then left as it was.
 */
export async function writeWebFile(options: WebFileOptions): Promise<void> {
  const { kind, videoPath, outputPath, signal } = options;
  // Written beside the target and renamed: nobody ever sees half a file.
  const partPath = `${outputPath}.${randomUUID()}.tmp`;
  try {
    await asNotWritten(outputPath, () => mkdir(dirname(outputPath), { recursive: true }));
    await runIsolated('webFile', { kind, videoPath, outputPath: partPath }, { signal });
    await asNotWritten(outputPath, () => rename(partPath, outputPath));
  } finally {
    await rm(partPath, { force: true }).catch(() => undefined);
  }
}

async function asNotWritten(path: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw new WebFileNotWrittenError(`${path} could not be written: ${messageOf(cause)}.`, {
      cause,
    });
  }
}
