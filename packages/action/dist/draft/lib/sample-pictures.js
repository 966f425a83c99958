import { runIsolated } from './isolate/run-isolated.js';
/** Enough to tell a film from a picture of it. */
const COUNT = 6;
/** Fine enough that an arm changes a cell, coarse enough that noise does not. */
const CELLS_PER_SIDE = 32;
/**
 * The brightness of some pictures spread over a video, each as 32 x 32 cells in rows, 0 to 255 by their area.
 * Throws `MotionUnreadableError`, `CodecMissingError`, `DraftStoppedError` or another `DraftError`.
 */
export function samplePictures(path, signal) {
    return runIsolated('samples', { path, count: COUNT, cellsPerSide: CELLS_PER_SIDE }, { signal });
}
