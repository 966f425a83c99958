import { JOINT, placeJoints } from '../puppet/pose.js';
import { BORDER } from '../rig/fit-character.js';
/** Walking this far, in heights, is going somewhere; a dance stays in its place. */
const LEAST_WALK = 0.5;
/** Of the path, what ends in another place. */
const LEAST_PROGRESS = 0.6;
/** Of all bending, what goes to one side. Knees bend forwards: seen from the front they part, seen from the side they agree. */
const LEAST_AGREEMENT = 0.7;
/** Mean distance of a knee from the line between hip and ankle, in heights, below which a leg counts as straight. */
const LEAST_BEND = 0.012;
/** How far soles reach beyond their shins to one side, in heights: together, and each (the other foot may hide it). */
const LEAST_SOLES = 0.03;
const LEAST_SOLE = 0.008;
/**
 * Which way a performer faces: the way they walk, else the side to which both knees bend. A silhouette shows no face,
 * so standing straight in profile counts as `front`.
 */
export function facingOfPerformer(poses, shape) {
    return directionWalked(poses, shape.height) ?? sideOfKnees(poses, shape) ?? 'front';
}
function directionWalked(poses, height) {
    const share = Math.max(1, Math.floor(poses.length / 8));
    const mean = (some) => some.reduce((sum, { x }) => sum + x, 0) / some.length;
    const places = [];
    for (let start = 0; start + share <= poses.length; start += share) {
        places.push(mean(poses.slice(start, start + share)) / height);
    }
    const walked = places[places.length - 1] - places[0];
    const path = places.slice(1).reduce((sum, x, i) => sum + Math.abs(x - places[i]), 0);
    if (Math.abs(walked) < LEAST_WALK || Math.abs(walked) < LEAST_PROGRESS * path)
        return null;
    return walked < 0 ? 'left' : 'right';
}
function sideOfKnees(poses, shape) {
    let agreed = 0;
    let bent = 0;
    for (const pose of poses) {
        const joints = placeJoints(pose, shape);
        const [left, right] = [JOINT.leftHip, JOINT.rightHip].map((hip) => kneeOffset(joints, hip));
        bent += Math.abs(left) + Math.abs(right);
        if (left * right > 0)
            agreed += left + right;
    }
    const meanBend = bent / (2 * poses.length * shape.height);
    if (meanBend < LEAST_BEND || Math.abs(agreed) < LEAST_AGREEMENT * bent)
        return null;
    return agreed < 0 ? 'left' : 'right';
}
/** How far the knee is to the right of the line from hip to ankle, pixels. The leg's joints follow its hip. */
function kneeOffset(joints, hip) {
    const [hipX, hipY, kneeX, kneeY, ankleX, ankleY] = joints.subarray(2 * hip, 2 * hip + 6);
    const t = Math.max(0, Math.min(1, (kneeY - hipY) / (ankleY - hipY || 1e-6)));
    return kneeX - (hipX + t * (ankleX - hipX));
}
/** Which way a character is drawn: the side to which both soles reach beyond their shins. */
export function facingOfCharacter(fit) {
    const { joints, box, scale } = fit;
    const tall = fit.shape.height;
    const toFit = (joint) => [
        (joints[2 * joint] - box.left) * scale + BORDER,
        (joints[2 * joint + 1] - box.top) * scale + BORDER,
    ];
    const ankles = [JOINT.leftAnkle, JOINT.rightAnkle].map(toFit);
    const middle = (ankles[0][0] + ankles[1][0]) / 2;
    const bottom = (box.bottom - box.top + 1) * scale + BORDER;
    const reaches = ankles.map(([x], side) => {
        // Feet that touch each other are distinguished by the middle between the ankles.
        const from = side === 0 ? x - 0.15 * tall : Math.max(middle, x - 0.15 * tall);
        const to = side === 0 ? Math.min(middle, x + 0.15 * tall) : x + 0.15 * tall;
        const sole = meanColumn(fit, from, to, bottom - 0.035 * tall, bottom);
        const shin = meanColumn(fit, from, to, bottom - 0.14 * tall, bottom - 0.09 * tall);
        return sole == null || shin == null ? 0 : (sole - shin) / tall;
    });
    const together = reaches[0] + reaches[1];
    const agree = reaches.every((reach) => reach * Math.sign(together) > LEAST_SOLE);
    if (!agree || Math.abs(together) < LEAST_SOLES)
        return 'front';
    return together < 0 ? 'left' : 'right';
}
function meanColumn({ width, height, mask }, left, right, top, bottom) {
    let sum = 0;
    let count = 0;
    for (let y = Math.max(0, Math.round(top)); y < Math.min(height, Math.round(bottom)); y++) {
        for (let x = Math.max(0, Math.round(left)); x < Math.min(width, Math.round(right)); x++) {
            if (mask[y * width + x] === 0)
                continue;
            sum += x;
            count++;
        }
    }
    return count > 0 ? sum / count : null;
}
export function mirrorImage({ width, height, rgba }) {
    const from = new Uint32Array(rgba.buffer, rgba.byteOffset, width * height);
    const to = new Uint32Array(width * height);
    for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++)
            to[y * width + x] = from[y * width + width - 1 - x];
    }
    return { width, height, rgba: new Uint8Array(to.buffer) };
}
