import { positivePixels } from '../image/picture.js';
import { findRegions, largestRegion } from '../image/regions.js';
import { spread } from '../plate/median.js';
import { JOINT, placeJoints } from '../puppet/pose.js';
/** Frames looked at for the signs below. */
const FRAMES = 24;
const LARGEST_SHIFT = 5;
/** Slow drifts are measured over this many tracked frames. */
const LONG_STEP = 4;
/** Luma step to a neighbour from which a pixel tells where the background is. */
const STRUCTURE = 9;
/** Mean luma change of structured pixels below which two frames show the same background: codec noise. */
const STILL = 2.2;
/** Where the subject may be in sight, a camera's shift must explain all but this share of the difference. */
const EXPLAINED = 0.5;
/** Pixels that must be compared before a shift means anything. */
const LEAST_PIXELS = 60;
/**
 * How far the background moves between neighbouring tracked frames, in pixels: the median over the clip of the shift
 * that best explains the changes outside the subject's boxes. A fixed camera gives 0. The picture's sides are measured
 * apart, since a zoom shifts them against each other.
 */
export function measureCameraDrift(pictures, boxes) {
    return Math.max(driftOver(1, pictures, boxes), driftOver(LONG_STEP, pictures, boxes));
}
function driftOver(step, pictures, boxes) {
    if (pictures.length <= step)
        return 0;
    const { width, height } = pictures[0];
    const halves = [
        { left: 0, top: 0, right: width >> 1, bottom: height - 1 },
        { left: width >> 1, top: 0, right: width - 1, bottom: height - 1 },
        { left: 0, top: 0, right: width - 1, bottom: height >> 1 },
        { left: 0, top: height >> 1, right: width - 1, bottom: height - 1 },
    ];
    const column = Math.round(width / 6);
    const sides = [
        { left: 0, top: 0, right: column, bottom: height - 1 },
        { left: width - 1 - column, top: 0, right: width - 1, bottom: height - 1 },
        { left: 0, top: 0, right: width - 1, bottom: Math.round(height / 6) },
    ];
    const drifts = spread(pictures.length - step, FRAMES).map((f) => {
        const shiftsOf = (areas, hidden, most = 1) => areas
            .map((area) => bestShift(pictures[f], pictures[f + step], hidden, area, most))
            .filter((shift) => shift != null)
            .sort((a, b) => a - b);
        const beside = shiftsOf(halves, [boxes[f], boxes[f + step]]);
        // Where everything moves, the subject seems to fill the picture; along its sides there is mostly room.
        const shifts = beside.length > 0 ? beside : agreeing(shiftsOf(sides, [], EXPLAINED));
        // One half may hold a screen or a curtain; a camera moves at least three of the four.
        return shifts.length === 0 ? 0 : shifts[Math.floor((shifts.length - 1) / 2)] / step;
    });
    drifts.sort((a, b) => a - b);
    return drifts[drifts.length >> 1];
}
/** One side may show an arm; a camera moves two. */
function agreeing(shifts) {
    return shifts.length > 1 ? shifts : [];
}
/**
 * Length of the whole-pixel shift with the smallest mean difference, refined by a parabola along each axis; null when
 * the area shows nothing that could tell, or when more than the share `mostLeft` of the difference is left.
 */
function bestShift(from, to, hidden, area, mostLeft) {
    const { width } = from;
    const pixels = [];
    const lastX = Math.min(area.right, width - LARGEST_SHIFT - 2);
    const lastY = Math.min(area.bottom, from.height - LARGEST_SHIFT - 2);
    for (let y = Math.max(area.top, LARGEST_SHIFT); y <= lastY; y += 2) {
        for (let x = Math.max(area.left, LARGEST_SHIFT); x <= lastX; x += 2) {
            const p = y * width + x;
            const structure = Math.max(Math.abs(to.y[p] - to.y[p + 2]), Math.abs(to.y[p] - to.y[p + 2 * width]));
            if (structure >= STRUCTURE && !hidden.some((box) => within(box, x, y)))
                pixels.push(p);
        }
    }
    if (pixels.length < LEAST_PIXELS)
        return null;
    const cost = (dx, dy) => {
        let sum = 0;
        for (const p of pixels)
            sum += Math.abs(to.y[p] - from.y[p + dy * width + dx]);
        return sum / pixels.length;
    };
    let best = { dx: 0, dy: 0, cost: cost(0, 0) };
    if (best.cost < STILL)
        return 0;
    for (let step = 2; step >= 1; step--) {
        for (let moved = true; moved;) {
            moved = false;
            for (const [sx, sy] of [
                [step, 0],
                [-step, 0],
                [0, step],
                [0, -step],
            ]) {
                const dx = best.dx + sx;
                const dy = best.dy + sy;
                if (Math.max(Math.abs(dx), Math.abs(dy)) > LARGEST_SHIFT)
                    continue;
                const value = cost(dx, dy);
                if (value < 0.97 * best.cost) {
                    best = { dx, dy, cost: value };
                    moved = true;
                }
            }
        }
    }
    if (best.cost > mostLeft * cost(0, 0))
        return null;
    const fraction = (low, high) => {
        const curve = low + high - 2 * best.cost;
        return curve > 1e-3 ? Math.max(-0.5, Math.min(0.5, (low - high) / (2 * curve))) : 0;
    };
    const edge = Math.max(Math.abs(best.dx), Math.abs(best.dy)) >= LARGEST_SHIFT;
    const fx = edge ? 0 : fraction(cost(best.dx - 1, best.dy), cost(best.dx + 1, best.dy));
    const fy = edge ? 0 : fraction(cost(best.dx, best.dy - 1), cost(best.dx, best.dy + 1));
    return Math.hypot(best.dx + fx, best.dy + fy);
}
function within(box, x, y) {
    return (box != null &&
        x >= box.left - 4 &&
        x <= box.right + 4 &&
        y >= box.top - 4 &&
        y <= box.bottom + 4);
}
/** A subject smaller than this share of the picture is noise: somebody a seventh as tall as the picture is 0.0015. */
const SMALLEST_SUBJECT = 0.001;
const SECOND_SIZE = 0.4;
/**
 * A body that goes on below the lower edge is at least this wide there, as a share of the height seen: two knees measure
 * about 0.18, thighs and waists more. Soles, their shadows and mirror images on a polished floor, and shins cut below the
 * knee measure 0.05 to 0.15, and a puppet stands well on those. Thin legs cut higher up are noticed by their reach.
 */
const CUT_WIDTH = 0.16;
/** Segmentation rounds off what touches the edge. */
const EDGE_ROWS = 4;
/** The first row of captions that hide the picture down to its lower edge; they cut a body as the edge does. */
function lowerEdge(captionRows, height) {
    const hidden = new Set(captionRows);
    let edge = height;
    while (edge > EDGE_ROWS && hidden.has(edge - 1))
        edge--;
    return edge;
}
/** Looks at the masks: whether a subject is seen, whole, and alone. Evidence as in `segmentFrame`. */
export function measureSubject(evidence, width, height, count, captionRows = []) {
    const size = width * height;
    let seen = 0;
    let cut = 0;
    let second = 0;
    const edge = lowerEdge(captionRows, height);
    const frames = spread(count, FRAMES);
    for (const f of frames) {
        const mask = positivePixels(evidence.subarray(f * size, (f + 1) * size));
        const regions = findRegions(mask, width, height);
        const main = largestRegion(regions);
        if (main === 0 || regions.sizes[main] < SMALLEST_SUBJECT * size)
            continue;
        seen++;
        const box = regions.boxes[main];
        let touching = 0;
        for (let p = (edge - EDGE_ROWS) * width; p < edge * width; p++)
            if (regions.labels[p] === main)
                touching++;
        if (touching > CUT_WIDTH * EDGE_ROWS * (box.bottom - box.top + 1))
            cut++;
        if (regions.sizes.some((area, label) => label !== 0 && label !== main && area > SECOND_SIZE * regions.sizes[main])) {
            second++;
        }
    }
    return {
        seenShare: seen / frames.length,
        cutShare: cut / Math.max(1, seen),
        secondShare: second / Math.max(1, seen),
    };
}
/** `fit`: the median silhouette fit. */
export function signsOfTrack({ poses, shape }, fit, fps) {
    return {
        fit,
        legReach: measureLegReach(poses, shape),
        glideShare: measureGlide(poses, shape, fps),
    };
}
/** How far the lower foot is below the hips, share of the height: the upper quartile, when the performer stands. */
function measureLegReach(poses, shape) {
    const reaches = poses.map((pose) => {
        const joints = placeJoints(pose, shape);
        const foot = Math.max(joints[2 * JOINT.leftAnkle + 1], joints[2 * JOINT.rightAnkle + 1]);
        return (foot - joints[2 * JOINT.pelvis + 1]) / shape.height;
    });
    reaches.sort((a, b) => a - b);
    return reaches[Math.floor(0.75 * (reaches.length - 1))];
}
/** Over this time a step is seen as one: a foot stands while the body passes it. */
const GLIDE_SECONDS = 0.4;
/** A body that goes less far in that time, in heights, stands. */
const LEAST_GLIDE = 0.03;
/** Of the body's way, what a standing foot may seem to go. */
const STANDING_FOOT = 0.7;
/**
 * Share of the clip in which the whole figure moves to one side and neither foot stands still, less the share to the
 * other side: nobody glides on and on, so the camera pans. Seen where the background is too plain to show it. Who
 * sways or steps to and fro comes back.
 */
function measureGlide(poses, shape, fps) {
    const step = Math.max(1, Math.round(GLIDE_SECONDS * fps));
    const joints = poses.map((pose) => placeJoints(pose, shape));
    const starts = joints.slice(0, -step).keys();
    let gliding = 0;
    let count = 0;
    for (const f of starts) {
        const way = (joint) => joints[f + step][2 * joint] - joints[f][2 * joint];
        const body = way(JOINT.pelvis);
        const slowest = Math.min(...[JOINT.leftAnkle, JOINT.rightAnkle].map((ankle) => way(ankle) * Math.sign(body)));
        count++;
        const isGliding = slowest > STANDING_FOOT * Math.abs(body);
        if (isGliding && Math.abs(body) > LEAST_GLIDE * shape.height)
            gliding += Math.sign(body);
    }
    return count > 0 ? Math.abs(gliding) / count : 0;
}
