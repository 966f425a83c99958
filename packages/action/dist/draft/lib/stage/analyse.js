import { measureCameraDrift, measureSubject } from '../gate/signs.js';
import { learnScene } from '../plate/scene.js';
import { segmentFrames } from '../segment/segment-frames.js';
import { fillGrid } from '../track/fill-grid.js';
import { createTrackGrid } from '../track/grid.js';
/** Learns the background, segments every tracked frame and prepares the tracking grid. */
export async function analyse(footage, pool, finished = () => undefined) {
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
