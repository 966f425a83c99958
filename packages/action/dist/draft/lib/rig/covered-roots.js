import { BONES, JOINT } from '../puppet/pose.js';
import { LEFT_ARM, RIGHT_ARM, TRUNK } from './owner.js';
/** Past this share of the upper arm everything shown is the arm. */
const ARM_PROPER = 0.6;
/** Colours are compared in this many steps per channel. */
const STEPS = 12;
/** A colour that covers this share of the arm is one of its colours. */
const OWN_SHARE = 0.01;
/** Sum of RGB differences within one material. */
const SAME_MATERIAL = 55;
/** On a shoulder, what has the head's colours and none of the arm's is hair, which stays. Changes `owner`. */
export function uncoverRoots(owner, source, joints) {
    const neck = joints[2 * JOINT.neck + 1];
    const head = coloursOf(source, (p) => owner[p] === TRUNK && Math.floor(p / source.width) < neck);
    const isAmong = (colours, p) => colours.some((colour) => difference(colour, source.rgba, p) < SAME_MATERIAL);
    for (const [arm, bone] of [
        [LEFT_ARM, 2],
        [RIGHT_ARM, 4],
    ]) {
        const along = alongBone(bone, joints, source.width);
        const colours = coloursOf(source, (p) => owner[p] === arm && along(p) > ARM_PROPER);
        if (colours.length === 0)
            continue;
        for (let p = 0; p < owner.length; p++) {
            if (owner[p] !== arm || along(p) > ARM_PROPER)
                continue;
            if (!isAmong(colours, p) && isAmong(head, p))
                owner[p] = TRUNK;
        }
    }
}
/** Place along a bone, 0 at its root and 1 at its tip. */
function alongBone(bone, joints, width) {
    const [from, to] = BONES[bone];
    const x = joints[2 * from];
    const y = joints[2 * from + 1];
    const dx = joints[2 * to] - x;
    const dy = joints[2 * to + 1] - y;
    const square = dx * dx + dy * dy || 1e-6;
    return (p) => (((p % width) - x) * dx + (Math.floor(p / width) - y) * dy) / square;
}
function coloursOf({ rgba }, isIncluded) {
    const bins = new Map();
    let total = 0;
    for (let p = 0; 4 * p < rgba.length; p++) {
        if (!isIncluded(p))
            continue;
        total++;
        const step = (c) => Math.floor((rgba[4 * p + c] * STEPS) / 256);
        const key = (step(0) * STEPS + step(1)) * STEPS + step(2);
        const bin = bins.get(key) ?? [0, 0, 0, 0];
        for (let c = 0; c < 3; c++)
            bin[c] += rgba[4 * p + c];
        bin[3]++;
        bins.set(key, bin);
    }
    return [...bins.values()]
        .filter(([, , , count]) => count > OWN_SHARE * total)
        .map(([red, green, blue, count]) => [red / count, green / count, blue / count]);
}
function difference([red, green, blue], rgba, p) {
    return (Math.abs(red - rgba[4 * p]) +
        Math.abs(green - rgba[4 * p + 1]) +
        Math.abs(blue - rgba[4 * p + 2]));
}
