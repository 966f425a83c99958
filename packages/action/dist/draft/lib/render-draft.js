import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { DraftNotWrittenError, messageOf } from './errors.js';
import { runIsolated } from './isolate/run-isolated.js';
/**
 * Renders a draft: the character performs the motion. What cannot be articulated moves as a whole, and the report says
 * why. Everything happens in a process of its own, which no damaged file can make the caller pay for.
 *
 * Throws `MotionUnreadableError`, `CharacterUnreadableError`, `CodecMissingError`, `DraftOptionsError`,
 * `DraftNotWrittenError`, `DraftStoppedError`, or `DraftError` when that process is killed from outside; the output
 * path is then left as it was.
 */
export async function renderDraft(options) {
    const { signal, onProgress, ...request } = options;
    const { outputPath } = options;
    // Written beside the target and renamed: nobody ever sees half a draft.
    const partPath = `${outputPath}.${randomUUID()}.tmp`;
    const notWritten = (cause) => new DraftNotWrittenError(`The draft ${outputPath} could not be written: ${messageOf(cause)}.`, {
        cause,
    });
    try {
        const report = await runIsolated('draft', { ...request, partPath }, { signal, onProgress });
        await rename(partPath, outputPath).catch((cause) => {
            throw notWritten(cause);
        });
        return report;
    }
    finally {
        await rm(partPath, { force: true }).catch(() => undefined);
    }
}
