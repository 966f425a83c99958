import { binOf, COLOUR_BINS, logRatio, normalise, smoothHistogram } from '../image/colour-bins.js';
import { spread } from '../plate/median.js';
import { HEAD_CAPSULE, TORSO_HEAD_LEGS } from '../puppet/coverage.js';
import { JOINT, JOINT_COUNT, placeJoints } from '../puppet/pose.js';
import { leaveOver, markParts } from '../puppet/residual.js';
import { forEachTorsoPoint, TORSO_POINTS, } from '../puppet/torso.js';
import { evidenceOf, pictureOf } from './grid.js';
/** Frames from which colours are learned. */
const COLOUR_FRAMES = 64;
/** Median colour at each torso sample point over the clip. */
export function learnTorsoColours(grid, torsos, shape) {
    const seen = Array.from({ length: TORSO_POINTS }, () => [
        [],
        [],
        [],
    ]);
    for (const f of spread(grid.count, COLOUR_FRAMES)) {
        const { data } = evidenceOf(grid, f);
        const picture = pictureOf(grid, f);
        forEachTorsoPoint(torsos[f], shape, (i, x, y) => {
            const column = Math.floor(x);
            const row = Math.floor(y);
            if (column < 0 || row < 0 || column >= grid.width || row >= grid.height)
                return;
            const p = row * grid.width + column;
            if (data[p] < 0)
                return;
            seen[i][0].push(picture.y[p]);
            seen[i][1].push(picture.u[p]);
            seen[i][2].push(picture.v[p]);
        });
    }
    return seen.map(([y, u, v]) => (y.length < 4 ? null : [medianOf(y), medianOf(u), medianOf(v)]));
}
function medianOf(values) {
    values.sort((a, b) => a - b);
    return values[values.length >> 1];
}
const NO_ARM_COLOURS = {
    upper: new Int8Array(COLOUR_BINS),
    lower: new Int8Array(COLOUR_BINS),
};
/** Arm pixels seen beside the body are needed before their colour is trusted. */
const LEAST_PIXELS = 150;
/** log-odds that count as certain, and how much of that colour alone may claim. */
const CERTAIN_ODDS = 2.5;
const COLOUR_TRUST = 0.75;
/** Hands have the colour of the face: its lower half counts as this many forearm pixels per frame. */
const FACE_PIXELS = 12;
const FACE_RADIUS = 0.55;
const UPPER_ARMS = 0b00000010100;
const FOREARMS = 0b00000101000;
/** Learns arm colours where the arms of a first pass are seen beside the body. */
export function learnArmColours(grid, poses, shape) {
    const body = new Float32Array(COLOUR_BINS);
    const upper = new Float32Array(COLOUR_BINS);
    const lower = new Float32Array(COLOUR_BINS);
    const size = grid.width * grid.height;
    const isBody = new Uint8Array(size);
    const isUpper = new Uint8Array(size);
    const isLower = new Uint8Array(size);
    let upperCount = 0;
    let lowerCount = 0;
    for (const f of spread(grid.count, COLOUR_FRAMES)) {
        const { data } = evidenceOf(grid, f);
        const picture = pictureOf(grid, f);
        isBody.fill(0);
        isUpper.fill(0);
        isLower.fill(0);
        markParts(isBody, grid.width, grid.height, poses[f], shape, TORSO_HEAD_LEGS & ~HEAD_CAPSULE, 1);
        lowerCount += addFace(lower, picture, data, poses[f], shape);
        markParts(isUpper, grid.width, grid.height, poses[f], shape, UPPER_ARMS, 1);
        markParts(isLower, grid.width, grid.height, poses[f], shape, FOREARMS, 1);
        for (let p = 0; p < size; p++) {
            if (data[p] < 40)
                continue;
            const bin = binOf(picture, p);
            if (isBody[p] !== 0) {
                if (isUpper[p] === 0 && isLower[p] === 0)
                    body[bin]++;
            }
            else if (isLower[p] !== 0) {
                lower[bin]++;
                lowerCount++;
            }
            else if (isUpper[p] !== 0) {
                upper[bin]++;
                upperCount++;
            }
        }
    }
    normalise(body);
    const bodySmooth = normalise(smoothHistogram(body));
    const evidence = (histogram, count) => count < LEAST_PIXELS
        ? NO_ARM_COLOURS.upper
        : Int8Array.from(logRatio(normalise(smoothHistogram(histogram)), bodySmooth, CERTAIN_ODDS), (odds) => Math.round((odds / CERTAIN_ODDS) * COLOUR_TRUST * 127));
    return { upper: evidence(upper, upperCount), lower: evidence(lower, lowerCount) };
}
const faceJoints = new Float64Array(2 * JOINT_COUNT);
/** Adds the colours of the lower face to a histogram; returns how many pixels they count for. */
function addFace(histogram, picture, data, pose, shape) {
    placeJoints(pose, shape, faceJoints);
    const radius = shape.headRadius * shape.height * FACE_RADIUS;
    const downX = faceJoints[2 * JOINT.neck] - faceJoints[2 * JOINT.headCentre];
    const downY = faceJoints[2 * JOINT.neck + 1] - faceJoints[2 * JOINT.headCentre + 1];
    const length = Math.hypot(downX, downY) || 1;
    const x = faceJoints[2 * JOINT.headCentre] + (downX / length) * radius * 0.5;
    const y = faceJoints[2 * JOINT.headCentre + 1] + (downY / length) * radius * 0.5;
    const seen = [];
    for (let row = Math.max(0, Math.ceil(y - radius)); row <= Math.min(picture.height - 1, y + radius); row++) {
        for (let column = Math.max(0, Math.ceil(x - radius)); column <= Math.min(picture.width - 1, x + radius); column++) {
            const p = row * picture.width + column;
            if (data[p] > 40 && Math.hypot(column - x, row - y) <= radius)
                seen.push(binOf(picture, p));
        }
    }
    for (const bin of seen)
        histogram[bin] += FACE_PIXELS / seen.length;
    return seen.length > 0 ? FACE_PIXELS : 0;
}
/** Values of the map that tells arms what is explained: by torso or legs, or by the head. */
const EXPLAINED_BY_BODY = 1;
const EXPLAINED_BY_HEAD = 2;
/** Marks what torso, legs and head explain, grown by `growth`. */
export function markBody(out, width, height, pose, shape, growth) {
    const head = new Uint8Array(out.length);
    markParts(out, width, height, pose, shape, TORSO_HEAD_LEGS & ~HEAD_CAPSULE, growth);
    markParts(head, width, height, pose, shape, HEAD_CAPSULE, growth);
    for (let p = 0; p < out.length; p++)
        if (head[p] !== 0)
            out[p] = EXPLAINED_BY_HEAD;
}
/**
 * The evidence for one kind of arm bone: the silhouette beside the body, colour in front of it. In front of the head
 * nothing is known: faces and hands look alike. `explained` as from `markBody`.
 */
export function armEvidence(whole, explained, picture, colours) {
    const rest = leaveOver(whole, explained);
    for (let p = 0; p < rest.data.length; p++) {
        if (explained[p] === EXPLAINED_BY_BODY && whole.data[p] > 0)
            rest.data[p] = colours[binOf(picture, p)];
    }
    return rest;
}
