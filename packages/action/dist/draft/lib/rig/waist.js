import { BONES, JOINT } from '../puppet/pose.js';
import { BORDER } from './fit-character.js';
import { boneRadii } from './parts.js';
export function findTrunkEnd(fit, parts) {
    const hem = findHem(fit, parts);
    return hem != null ? { kind: 'hem', row: hem } : { kind: 'waist', row: findWaist(fit, parts) };
}
/** A skirt is at least this much wider than the legs that come out below it. */
const HEM_RATIO = 1.35;
/** Where the outline's width falls most between hips and ankles, if cloth fills the space between the thighs above it. */
function findHem(fit, parts) {
    const { joints, box, scale, width } = fit;
    const mask = withoutArms(fit, parts);
    const rowOf = (joint) => Math.round((joints[2 * joint + 1] - box.top) * scale + BORDER);
    const hips = Math.min(rowOf(JOINT.leftHip), rowOf(JOINT.rightHip));
    const ankles = Math.max(rowOf(JOINT.leftAnkle), rowOf(JOINT.rightAnkle));
    const count = (row) => mask.subarray(row * width, (row + 1) * width).reduce((sum, v) => sum + v, 0);
    let hem = null;
    let sharpest = HEM_RATIO;
    for (let row = hips + 3; row < ankles - 3; row++) {
        const drop = count(row - 2) / Math.max(1, count(row + 2));
        if (drop > sharpest) {
            sharpest = drop;
            hem = row;
        }
    }
    if (hem == null)
        return null;
    const middle = (joints[2 * JOINT.leftKnee] + joints[2 * JOINT.rightKnee]) / 2;
    const column = Math.round((middle - box.left) * scale + BORDER);
    let filled = 0;
    for (let row = hips; row < hem - 1; row++)
        filled += mask[row * width + column];
    return filled >= 0.85 * (hem - 1 - hips) ? hem : null;
}
/** The colour of the trousers is taken this far down the thighs, and followed upwards to this far above the hips. */
const SURE_THIGH = 0.6;
const HIGHEST_WAIST = 0.5;
/** Sum of RGB differences within one material. */
const SAME_CLOTH = 70;
/** So many rows of another colour are a shirt, not a fold. */
const SHIRT_ROWS = 3;
/** The row at which the colour of the thighs ends; the hips when it goes on, as in overalls. */
function findWaist(fit, parts) {
    const { joints, box, scale, width, height } = fit;
    const mask = withoutArms(fit, parts);
    const radii = boneRadii(fit.shape);
    const toFit = (value, from) => (value - from) * scale + BORDER;
    let hips = 0;
    let start = 0;
    let highest = 0;
    const seen = [[], [], []];
    for (const bone of [6, 8]) {
        const [from, to] = BONES[bone];
        const x0 = toFit(joints[2 * from], box.left);
        const y0 = toFit(joints[2 * from + 1], box.top);
        const dx = toFit(joints[2 * to], box.left) - x0;
        const dy = toFit(joints[2 * to + 1], box.top) - y0;
        const x = x0 + SURE_THIGH * dx;
        const y = y0 + SURE_THIGH * dy;
        hips += y0 / 2;
        start += y / 2;
        highest += (y0 - HIGHEST_WAIST * dy) / 2;
        for (let p = 0; p < mask.length; p++) {
            const away = Math.hypot((p % width) - x, Math.floor(p / width) - y);
            if (mask[p] === 0 || away > 0.7 * radii[bone])
                continue;
            for (let c = 0; c < 3; c++)
                seen[c].push(parts.colours[3 * p + c]);
        }
    }
    if (seen[0].length === 0)
        return Math.round(hips);
    const cloth = seen.map((values) => values.sort((a, b) => a - b)[values.length >> 1]);
    const isCloth = (row) => {
        let same = 0;
        let total = 0;
        for (let p = row * width; p < (row + 1) * width; p++) {
            if (mask[p] === 0)
                continue;
            total++;
            let difference = 0;
            for (let c = 0; c < 3; c++)
                difference += Math.abs(parts.colours[3 * p + c] - cloth[c]);
            if (difference < SAME_CLOTH)
                same++;
        }
        return same >= 0.4 * total;
    };
    let other = 0;
    for (let row = Math.min(height - 1, Math.round(start)); row > Math.max(0, highest); row--) {
        other = isCloth(row) ? 0 : other + 1;
        if (other === SHIRT_ROWS)
            return row + SHIRT_ROWS;
    }
    return Math.round(hips);
}
function withoutArms(fit, { layerCosts: [body, ...arms] }) {
    return fit.mask.map((value, p) => value !== 0 && arms.every((arm) => body[p] <= arm[p]) ? 1 : 0);
}
