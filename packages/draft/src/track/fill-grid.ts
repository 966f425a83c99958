import type { Picture } from '../image/picture.ts';
import { fillTrackGrid, type TrackGrid } from './grid.ts';

export interface FillTask {
  readonly grid: TrackGrid;
  readonly pictures: readonly Picture[];
  readonly evidence: Int8Array;
  readonly captionRows: readonly number[];
}

/** Fills one frame of the grid from its segmented picture. */
export function fillGrid({
  grid,
  pictures,
  evidence,
  captionRows,
}: FillTask): (frame: number) => null {
  return (frame) => {
    const size = pictures[frame].width * pictures[frame].height;
    const part = evidence.subarray(frame * size, (frame + 1) * size);
    fillTrackGrid(grid, frame, part, pictures[frame], captionRows);
    return null;
  };
}
