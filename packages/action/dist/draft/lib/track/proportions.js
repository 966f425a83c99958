import { spread } from '../plate/median.js';
import { climb } from '../puppet/climb.js';
import { createCanvas, scorePose, totalFor } from '../puppet/coverage.js';
import { averageProportions, JOINT, placeJoints, restPose, } from '../puppet/pose.js';
import { fitHeight } from './find-torsos.js';
import { measureGirth } from './girth.js';
import { evidenceOf, subjectBox } from './grid.js';
/** Standing height over the height of the silhouette: less than 1 with raised arms, more when crouching. */
const HEIGHT_RATIOS = [0.8, 0.92, 1.06, 1.22];
/** Girth of the limbs against the average: everyday clothes, and bare sticks, which look like a smaller body otherwise. */
const LIMB_GIRTHS = [1, 0.55];
/** Girths of torso and head against the average: clothes of all kinds, and the heads of children and costumes. */
const BUILDS = [
    { torso: 0.85, head: 1 },
    { torso: 1.05, head: 1 },
    { torso: 1.3, head: 1 },
    { torso: 1.1, head: 1.6 },
    { torso: 0.9, head: 2 },
];
const HEIGHT_FRAMES = 8;
const SHAPE_FRAMES = 4;
const SHAPE_ITERATIONS = 1100;
/** Against a silhouette fit of 1: a bone 20 % off the average must explain 0.2 % more of the outline. */
const SHAPE_COST = 0.06;
function bodyOf(height, limbs, torso, head) {
    const body = averageProportions(height);
    return {
        ...body,
        headRadius: body.headRadius * head,
        chestRadius: body.chestRadius * torso,
        bellyRadius: body.bellyRadius * torso,
        upperArmRadius: body.upperArmRadius * limbs,
        forearmRadius: body.forearmRadius * limbs,
        thighRadius: body.thighRadius * limbs,
        shinRadius: body.shinRadius * limbs,
    };
}
/** From the soles, which are round, to the top of the head, in heights. */
function standingShare(shape) {
    const legs = shape.thighLength + shape.shinLength + 0.8 * shape.shinRadius;
    const head = 2 * shape.headRadius * shape.headAspect;
    return legs + shape.torsoLength + shape.neckLength + head;
}
/** Of the frames looked at, one in four may be mistaken upwards. */
const STANDING_QUANTILE = 0.75;
/** A head is looked for this far above the middle of an average one, in heights. */
const TALLEST_HEAD = 0.16;
/**
 * How tall the performer stands, in pixels: the head is found whatever the body's size, and who stands reaches from its
 * top to the ground. The score alone would take a large body for a wide one.
 */
function measureStanding(grid, frames, rough) {
    const heights = rough.fits.flatMap((fit, i) => {
        if (fit == null)
            return [];
        const { data } = evidenceOf(grid, frames[i]);
        const joints = placeJoints(fit.pose, rough.shape);
        const x = Math.floor(joints[2 * JOINT.headCentre]);
        const middle = Math.floor(joints[2 * JOINT.headCentre + 1]);
        if (x < 0 || x >= grid.width)
            return [];
        let top = middle;
        const highest = Math.max(0, middle - TALLEST_HEAD * rough.shape.height);
        while (top > highest && data[(top - 1) * grid.width + x] > 0)
            top--;
        return [subjectBox(grid, frames[i]).bottom + 1 - top];
    });
    heights.sort((a, b) => a - b);
    const seen = heights[Math.floor(STANDING_QUANTILE * (heights.length - 1))];
    return seen != null && seen > 0 ? seen : rough.shape.height * standingShare(rough.shape);
}
/** Measures the performer's body on a few frames in which it is seen best. */
export async function fitProportions(grid, pool) {
    const frames = spread(grid.count, HEIGHT_FRAMES);
    const heights = frames
        .map((frame) => subjectBox(grid, frame))
        .map((box) => box.bottom - box.top + 1)
        .sort((a, b) => a - b);
    const silhouette = heights[heights.length >> 1];
    const fits = await pool.run(fitHeight, { grid, frames }, HEIGHT_RATIOS.flatMap((ratio) => LIMB_GIRTHS.map((limbs) => bodyOf(ratio * silhouette, limbs, 1, 1))));
    const rough = fits.reduce((a, b) => (b.score > a.score ? b : a));
    const standing = measureStanding(grid, frames, rough);
    const limbs = rough.shape.shinRadius / averageProportions(1).shinRadius;
    const bodies = await pool.run(fitHeight, { grid, frames }, BUILDS.map(({ torso, head }) => {
        const build = bodyOf(1, limbs, torso, head);
        return { ...build, height: standing / standingShare(build) };
    }));
    const best = bodies.reduce((a, b) => (b.score > a.score ? b : a));
    const clearest = best.fits
        .map((fit, i) => ({ fit, frame: frames[i] }))
        .filter((item) => item.fit != null)
        .sort((a, b) => (b.fit?.score ?? 0) - (a.fit?.score ?? 0))
        .slice(0, SHAPE_FRAMES);
    if (clearest.length === 0)
        return best.shape;
    const shapes = await pool.run(fitShape, { grid, shape: best.shape }, clearest.map(({ fit, frame }, i) => ({
        frame,
        pose: fit?.pose ?? restPose(0, 0),
        seed: 11 + i,
    })));
    const views = clearest.map(({ frame }, i) => ({
        map: evidenceOf(grid, frame),
        pose: shapes[i].pose,
    }));
    return measureGirth(views, medianShape(shapes.map((climbed) => climbed.shape)));
}
/** Climbs pose and proportions together on one frame. */
export function fitShape({ grid, shape: start }) {
    const canvas = createCanvas(grid.width, grid.height);
    return ({ frame, pose, seed }) => {
        const { data } = evidenceOf(grid, frame);
        const total = totalFor(data);
        const climbed = climb(pose, start, { iterations: SHAPE_ITERATIONS, seed, reach: 1, shapeCost: SHAPE_COST }, (candidate, shape) => scorePose(canvas, data, total, candidate, shape));
        return climbed;
    };
}
function medianShape(shapes) {
    const out = { ...shapes[0] };
    for (const key of Object.keys(out)) {
        const values = shapes.map((shape) => shape[key]).sort((a, b) => a - b);
        out[key] = (values[(values.length - 1) >> 1] + values[values.length >> 1]) / 2;
    }
    return out;
}
