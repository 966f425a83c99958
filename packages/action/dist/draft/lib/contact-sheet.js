import { runIsolated } from './isolate/run-isolated.js';
/**
 * Writes a PNG with frames of each clip, one clip per row, the same moments below each other.
 * Throws `MotionUnreadableError`, `CodecMissingError` or another `DraftError`.
 */
export async function writeContactSheet(clips, output, columns = 8, cellHeight = 260) {
    await runIsolated('contactSheet', { clips, output, columns, cellHeight }, {});
}
