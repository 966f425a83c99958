import { type Box, boundsOf, type Picture } from '../image/picture.ts';
import type { Scene } from '../plate/scene.ts';
import { createSegmentScratch, segmentFrame } from './segment.ts';

export interface SegmentTask {
  readonly scene: Scene;
  readonly pictures: readonly Picture[];
  /** Evidence of all frames, one after the other, shared memory; see `segmentFrame`. */
  readonly evidence: Int8Array;
}

/** Segments frame `frame` into its place in `evidence` and returns the subject's bounds. */
export function segmentFrames({
  scene,
  pictures,
  evidence,
}: SegmentTask): (frame: number) => Box | null {
  const { width, height } = scene;
  const size = width * height;
  const scratch = createSegmentScratch(width, height);
  return (frame) => {
    segmentFrame(
      scene,
      pictures[frame],
      scratch,
      evidence.subarray(frame * size, (frame + 1) * size),
    );
    return boundsOf(scratch.mask, width, height);
  };
}
