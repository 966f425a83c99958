import { isAboutCharacter } from '../gate/gate.js';
import { positivePixels } from '../image/picture.js';
import { dilate } from '../image/regions.js';
import { resizePlane } from '../image/resize.js';
import { paintBackdrop } from '../plate/backdrop.js';
import { ALL_CAPSULES } from '../puppet/coverage.js';
import { clonePose, JOINT, placeJoints } from '../puppet/pose.js';
import { markParts } from '../puppet/residual.js';
import { gridToAnalysis, outputToAnalysis } from './views.js';
/** The subject's blurred edge, analysis pixels. */
const EDGE = 2;
/** What never moves looks like background to the segmentation; the puppet knows where it is. */
const PUPPET_GROWTH = 1.25;
/** Shoes reach this far around and below the ankles, as shares of the height. */
const SHOE = { below: 0.08, across: 0.15, down: 0.12 };
/** Where the subject hides the background in one tracked frame, see `BackdropSample`. */
export function coverSubject({ views, tracked }) {
    const { width, height } = views.scene;
    const area = width * height;
    const places = placesInFrame(views);
    return (frame) => {
        const mask = positivePixels(views.evidence.subarray(frame * area, (frame + 1) * area));
        if (tracked != null)
            markPuppet(views, mask, tracked, frame);
        const inClip = dilate(mask, width, height, EDGE);
        const covered = new Uint8Array(area);
        for (let p = 0; p < area; p++)
            covered[p] = inClip[places[p]];
        return covered;
    };
}
/** Paints the plate, out of focus or not. */
export function paintPlate({ samples, maskWidth, maskHeight, }) {
    return (look) => {
        const plate = paintBackdrop(samples, maskWidth, maskHeight);
        if (look === 'blurred')
            blur(plate);
        return plate;
    };
}
/** The clean plate at output size, without the subject. */
export async function paintStage(views, tracked, misfits, pool) {
    const { footage, scene, size, shown, grid, evidence } = views;
    // Without tracking, what of the subject never moved stays in the plate.
    const isBlurred = misfits.some((misfit) => !isAboutCharacter(misfit));
    const masks = await pool.runBeside(coverSubject, { views: { scene, size, shown, grid, evidence }, tracked }, footage.backdrops.map(({ tracked: frame }) => frame));
    const samples = footage.backdrops.map(({ picture }, i) => ({ picture, covered: masks[i] }));
    const task = { samples, maskWidth: scene.width, maskHeight: scene.height };
    const [plate] = await pool.runBeside(paintPlate, task, [isBlurred ? 'blurred' : 'sharp']);
    return plate;
}
function markPuppet(views, mask, tracked, frame) {
    const { width, height, region } = views.scene;
    const toAnalysis = gridToAnalysis(views);
    const [x, y] = toAnalysis(tracked.poses[frame].x, tracked.poses[frame].y);
    const pose = { ...clonePose(tracked.poses[frame]), x, y };
    const scale = toAnalysis(0, 1)[1] - toAnalysis(0, 0)[1];
    const shape = { ...tracked.shape, height: tracked.shape.height * scale };
    const puppet = new Uint8Array(mask.length);
    markParts(puppet, width, height, pose, shape, ALL_CAPSULES, PUPPET_GROWTH);
    for (let p = 0; p < mask.length; p++)
        if (puppet[p] !== 0 && region[p] === 0)
            mask[p] = 1;
    const joints = placeJoints(pose, shape);
    for (const ankle of [JOINT.leftAnkle, JOINT.rightAnkle]) {
        markShoe(mask, views.scene, joints[2 * ankle], joints[2 * ankle + 1], shape.height);
    }
}
function markShoe(mask, { width, height }, x, y, tall) {
    const centre = y + SHOE.below * tall;
    const across = SHOE.across * tall;
    const down = SHOE.down * tall;
    const left = Math.max(0, Math.ceil(x - across));
    const right = Math.min(width - 1, Math.floor(x + across));
    const bottom = Math.min(height - 1, Math.floor(centre + down));
    for (let row = Math.max(0, Math.ceil(centre - down)); row <= bottom; row++) {
        for (let column = left; column <= right; column++) {
            if (((column - x) / across) ** 2 + ((row - centre) / down) ** 2 <= 1)
                mask[row * width + column] = 1;
        }
    }
}
/**
 * Output frames may be cropped: for each pixel of a mask over the output frame, which keeps the analysis' size, the
 * analysis pixel that it shows.
 */
function placesInFrame(views) {
    const { scene, size } = views;
    const back = outputToAnalysis(views);
    return Int32Array.from({ length: scene.width * scene.height }, (_, p) => {
        const [x, y] = back((((p % scene.width) + 0.5) * size.width) / scene.width, ((Math.floor(p / scene.width) + 0.5) * size.height) / scene.height);
        const column = Math.max(0, Math.min(scene.width - 1, Math.floor(x)));
        const row = Math.max(0, Math.min(scene.height - 1, Math.floor(y)));
        return row * scene.width + column;
    });
}
/** A backdrop that never stood still is shown out of focus rather than as a jumble of frames. */
function blur({ width, height, data }) {
    const luma = width * height;
    const small = 12;
    for (const [start, w, h] of [
        [0, width, height],
        [luma, width / 2, height / 2],
        [luma + luma / 4, width / 2, height / 2],
    ]) {
        const plane = data.subarray(start, start + w * h);
        const rows = Math.max(2, Math.min(h, Math.round((small * h) / w)));
        const columns = Math.max(2, Math.min(w, small));
        const coarse = resizePlane(plane, w, h, w, columns, rows);
        for (let y = 0, p = 0; y < h; y++) {
            const sy = Math.max(0, Math.min(rows - 1, ((y + 0.5) * rows) / h - 0.5));
            const top = Math.min(rows - 2, Math.floor(sy));
            for (let x = 0; x < w; x++, p++) {
                const sx = Math.max(0, Math.min(columns - 1, ((x + 0.5) * columns) / w - 0.5));
                const left = Math.min(columns - 2, Math.floor(sx));
                const q = top * columns + left;
                const fx = sx - left;
                const upper = coarse[q] * (1 - fx) + coarse[q + 1] * fx;
                const lower = coarse[q + columns] * (1 - fx) + coarse[q + columns + 1] * fx;
                plane[p] = upper + (lower - upper) * (sy - top) + 0.5;
            }
        }
    }
}
