import { boundsOf } from '../image/picture.js';
import { createSegmentScratch, segmentFrame } from './segment.js';
/** Segments frame `frame` into its place in `evidence` and returns the subject's bounds. */
export function segmentFrames({ scene, pictures, evidence, }) {
    const { width, height } = scene;
    const size = width * height;
    const scratch = createSegmentScratch(width, height);
    return (frame) => {
        segmentFrame(scene, pictures[frame], scratch, evidence.subarray(frame * size, (frame + 1) * size));
        return boundsOf(scratch.mask, width, height);
    };
}
