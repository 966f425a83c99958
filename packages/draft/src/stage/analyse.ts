import type { Footage } from '../decode/read-motion.ts';
import type { MotionSigns } from '../gate/gate.ts';
import { measureCameraDrift, measureSubject } from '../gate/signs.ts';
import type { Box } from '../image/picture.ts';
import { learnScene, type Scene } from '../plate/scene.ts';
import { segmentFrames } from '../segment/segment-frames.ts';
import { fillGrid } from '../track/fill-grid.ts';
import { createTrackGrid, type TrackGrid } from '../track/grid.ts';
import type { Phase } from '../types.ts';
import type { Pool } from '../workers/task.ts';

/** What is seen of the performer before anything is tracked. */
export interface Analysis {
  readonly scene: Scene;
  /** One segmented analysis picture per tracked frame, shared memory; see `segmentFrame`. */
  readonly evidence: Int8Array;
  readonly boxes: readonly (Box | null)[];
  readonly grid: TrackGrid;
  /** Tracked frames per second. */
  readonly trackedFps: number;
  readonly signs: MotionSigns;
}

/** Learns the background, segments every tracked frame and prepares the tracking grid. */
export async function analyse(
  footage: Footage,
  pool: Pool,
  finished: (phase: Phase) => void = () => undefined,
): Promise<Analysis> {
  const { pictures } = footage;
  const { width, height } = pictures[0];
  const scene = learnScene(pictures);
  finished('plate');
  const evidence = new Int8Array(new SharedArrayBuffer(width * height * pictures.length));
  const frames = pictures.map((_, f) => f);
  const boxes = await pool.run(segmentFrames, { scene, pictures, evidence }, frames);
  const grid = createTrackGrid(boxes, width, height);
  const fill = { grid, pictures, evidence, captionRows: scene.captionRows };
  const filling = pool.run(fillGrid, fill, frames);
  filling.catch(() => undefined);
  const signs = {
    ...measureSubject(evidence, width, height, pictures.length, scene.captionRows),
    cameraDrift: measureCameraDrift(pictures, boxes),
    movingShare: scene.movingShare,
    besideShare: scene.besideShare,
  };
  await filling;
  finished('segment');
  const trackedFps = footage.fps / Math.max(1, (footage.tracked[1] ?? 1) - footage.tracked[0]);
  return { scene, evidence, boxes, grid, trackedFps, signs };
}
