import { runIsolated } from './isolate/run-isolated.js';
/**
 * Writes a small WebP that shows a character and clips side by side, moving when it has clips.
 * Throws `MotionUnreadableError`, `CharacterUnreadableError`, `CodecMissingError`, `DraftNotWrittenError`,
 * `DraftStoppedError` or another `DraftError`.
 */
export function drawStrip(request, signal) {
    return runIsolated('strip', request, { signal });
}
