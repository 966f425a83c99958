import { JOINT, JOINT_COUNT, placeJoints } from '../puppet/pose.js';
import { gaussianSmooth } from '../track/series.js';
import { findStands } from '../track/standing.js';
/** Over this time a foot goes over from where it was put to where its bones would have it. */
const BLEND_SECONDS = 0.2;
/** The body follows what its feet need this slowly: what shakes in the tracking of a leg must not shake the body. */
const BODY_SECONDS = 0.08;
/** A leg may be drawn longer than it is by this factor before the body sinks to let it reach. */
const LONGEST_LEG = 1.03;
const HIPS = [JOINT.leftHip, JOINT.rightHip];
/**
 * Changes the character's `joints` in place so that a foot that stands on the performer stands on the character, whose
 * legs are longer or shorter: bone angles alone would let it slide. The body takes the mean of what both feet need, and
 * each leg turns and stretches about its hip for the rest, its knee bent as before.
 */
export function plantFeet(joints, task) {
    const { poses, performer, character, times } = task;
    const performed = poses.map((pose) => placeJoints(pose, performer));
    const track = (hip, axis) => Float64Array.from(performed, (frame) => frame[2 * (hip + 2) + axis] / performer.height);
    const feet = HIPS.map((hip) => ({ x: track(hip, 0), y: track(hip, 1) }));
    const lowest = feet[0].y.map((y, f) => Math.max(y, feet[1].y[f]));
    const moves = HIPS.map((hip, side) => {
        const stands = findStands(feet[side].x, feet[side].y, lowest, times);
        return [0, 1].map((axis) => {
            const free = Float64Array.from(joints, (frame) => frame[2 * (hip + 2) + axis]);
            return movesToStand(free, stands, times);
        });
    });
    const frameSeconds = (times[times.length - 1] - times[0]) / Math.max(1, times.length - 1);
    const body = [0, 1].map((axis) => gaussianSmooth(moves[0][axis].map((move, f) => (move + moves[1][axis][f]) / 2), BODY_SECONDS / (frameSeconds || 1)));
    const reach = LONGEST_LEG * (character.thighLength + character.shinLength) * character.height;
    joints.forEach((frame, f) => {
        const ankles = HIPS.map((hip, side) => [0, 1].map((axis) => frame[2 * (hip + 2) + axis] + moves[side][axis][f]));
        const [x, y] = body.map((axis) => axis[f]);
        const sink = Math.max(...HIPS.map((hip, side) => missing(frame, hip, x, y, ankles[side], reach)));
        for (let j = 0; j < JOINT_COUNT; j++) {
            frame[2 * j] += x;
            frame[2 * j + 1] += y + sink;
        }
        HIPS.forEach((hip, side) => {
            turnLeg(frame, hip, ankles[side][0], ankles[side][1]);
        });
    });
}
/** How far each frame of one coordinate must move so that the foot stands still, without a jump in between. */
export function movesToStand(free, stands, times) {
    const moves = new Float64Array(free.length);
    const pins = stands.map(({ first, last }) => mean(free.subarray(first, last + 1)));
    stands.forEach(({ first, last }, i) => {
        for (let f = first; f <= last; f++)
            moves[f] = pins[i] - free[f];
    });
    // Before the first stand, between stands and after the last one.
    for (let i = 0; i <= stands.length; i++) {
        const [before, after] = [stands[i - 1], stands[i]];
        const from = before != null ? times[before.last] : Number.NEGATIVE_INFINITY;
        const to = after != null ? times[after.first] : Number.POSITIVE_INFINITY;
        if (to - from <= BLEND_SECONDS) {
            // A foot that creeps stands here, then there.
            const start = (from + to - BLEND_SECONDS) / 2;
            for (let f = before.first; f <= after.last; f++) {
                const share = (times[f] - start) / BLEND_SECONDS;
                if (share > 0 && share < 1)
                    moves[f] = pins[i - 1] + (pins[i] - pins[i - 1]) * ease(share) - free[f];
            }
            continue;
        }
        const fade = Math.min(BLEND_SECONDS, (to - from) / 2);
        const left = before != null ? moves[before.last] : 0;
        const right = after != null ? moves[after.first] : 0;
        for (let f = (before?.last ?? -1) + 1; f < (after?.first ?? free.length); f++) {
            moves[f] =
                left * ease(1 - (times[f] - from) / fade) + right * ease(1 - (to - times[f]) / fade);
        }
    }
    return moves;
}
function mean(values) {
    return values.reduce((sum, value) => sum + value, 0) / values.length;
}
/** 0 to 1 without a kink at either end. */
function ease(share) {
    const t = Math.max(0, Math.min(1, share));
    return t * t * (3 - 2 * t);
}
/** How far the body, moved by x, y, must still sink so that the leg from `hip` reaches its ankle. */
function missing(frame, hip, x, y, [ankleX, ankleY], reach) {
    const across = ankleX - frame[2 * hip] - x;
    const down = ankleY - frame[2 * hip + 1] - y;
    if (Math.abs(across) >= reach)
        return 0;
    return Math.max(0, down - Math.sqrt(reach * reach - across * across));
}
/** Turns and stretches the leg about its hip until its ankle is at x, y. */
function turnLeg(frame, hip, x, y) {
    const [hipX, hipY, kneeX, kneeY, ankleX, ankleY] = frame.subarray(2 * hip, 2 * hip + 6);
    const fromX = ankleX - hipX;
    const fromY = ankleY - hipY;
    const toX = x - hipX;
    const toY = y - hipY;
    const square = fromX * fromX + fromY * fromY || 1e-6;
    // The quotient of the two directions as complex numbers: a turn and a stretch.
    const real = (toX * fromX + toY * fromY) / square;
    const imaginary = (toY * fromX - toX * fromY) / square;
    const thighX = kneeX - hipX;
    const thighY = kneeY - hipY;
    frame[2 * hip + 2] = hipX + real * thighX - imaginary * thighY;
    frame[2 * hip + 3] = hipY + imaginary * thighX + real * thighY;
    frame[2 * hip + 4] = x;
    frame[2 * hip + 5] = y;
}
