import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, WebFileNotWrittenError } from './errors.js';
import { runIsolated } from './isolate/run-isolated.js';
/**
 * Makes a poster (JPEG of the first frame), an animated WebP, a WebM (VP9, Opus) or a GIF of a video, in a process of
 * its own. The same video makes the same bytes.
 *
 * Throws `MotionUnreadableError` for a video that cannot be read, `WebFileNotWrittenError`, `CodecMissingError`,
 * `DraftStoppedError` or another `DraftError`; the output path is then left as it was.
 */
export async function writeWebFile(options) {
    const { kind, videoPath, outputPath, signal } = options;
    // Written beside the target and renamed: nobody ever sees half a file.
    const partPath = `${outputPath}.${randomUUID()}.tmp`;
    try {
        await asNotWritten(outputPath, () => mkdir(dirname(outputPath), { recursive: true }));
        await runIsolated('webFile', { kind, videoPath, outputPath: partPath }, { signal });
        await asNotWritten(outputPath, () => rename(partPath, outputPath));
    }
    finally {
        await rm(partPath, { force: true }).catch(() => undefined);
    }
}
async function asNotWritten(path, work) {
    try {
        await work();
    }
    catch (cause) {
        throw new WebFileNotWrittenError(`${path} could not be written: ${messageOf(cause)}.`, {
            cause,
        });
    }
}
