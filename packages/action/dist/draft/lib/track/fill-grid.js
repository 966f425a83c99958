import { fillTrackGrid } from './grid.js';
/** Fills one frame of the grid from its segmented picture. */
export function fillGrid({ grid, pictures, evidence, captionRows, }) {
    return (frame) => {
        const size = pictures[frame].width * pictures[frame].height;
        const part = evidence.subarray(frame * size, (frame + 1) * size);
        fillTrackGrid(grid, frame, part, pictures[frame], captionRows);
        return null;
    };
}
