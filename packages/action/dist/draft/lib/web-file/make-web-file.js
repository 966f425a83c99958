import { basename } from 'node:path';
import { openMotion } from '../decode/open-motion.js';
import { DraftError, messageOf, WebFileNotWrittenError } from '../errors.js';
import { encodeWebFile } from './encode.js';
/** Reads what the filter needs to know about the video, then encodes it. */
export async function makeWebFile({ kind, videoPath, outputPath }, { enter, alive }) {
    enter({ kind: 'motion', path: videoPath });
    const motion = await openMotion(videoPath, 'video');
    const { width, height, rotation, fps, coding } = motion;
    const hasAudio = motion.audio != null;
    motion.close();
    enter({ kind: 'web file', path: outputPath });
    const source = { path: videoPath, width, height, rotation, fps, coding, hasAudio };
    try {
        await encodeWebFile(kind, source, outputPath, alive);
    }
    catch (cause) {
        if (cause instanceof DraftError)
            throw cause;
        throw new WebFileNotWrittenError(`The ${kind} of ${basename(videoPath)} could not be made: ${messageOf(cause)}. Check that the video plays, or leave ${kind} out.`, { cause });
    }
    return null;
}
