import { uncoverRoots } from './covered-roots.js';
import { evenCuts } from './even-cuts.js';
import { BORDER } from './fit-character.js';
import { followColours } from './follow-colours.js';
import { LEFT_ARM, LEFT_LEG, NOBODY, RIGHT_ARM, RIGHT_LEG, TRUNK } from './owner.js';
import { BODY } from './parts.js';
import { findTrunkEnd } from './waist.js';
/** Which layer each fit pixel belongs to, see `NOBODY`. */
export function findFitOwners(fit, parts) {
    const costs = layerCosts(parts);
    const end = findTrunkEnd(fit, parts);
    return fit.mask.map((value, p) => value === 0
        ? NOBODY
        : ownerOf(costs.map((map) => map[p]), parts.layerCosts.map((map) => map[p]), Math.floor(p / fit.width), end));
}
/** Costs of left leg, right leg and trunk. */
function layerCosts({ boneCosts }) {
    const least = (a, b) => boneCosts[a].map((cost, p) => Math.min(cost, boneCosts[b][p]));
    return [least(6, 7), least(8, 9), least(0, 1)];
}
/** Below the waist, in girths of the legs: what is further away from them hangs from the trunk, like a tail or a coat. */
const LOOSE = 2.2;
function ownerOf(legsAndTrunk, bodyAndArms, row, end) {
    const layer = smallest(bodyAndArms);
    if (layer !== BODY)
        return layer === 1 ? LEFT_ARM : RIGHT_ARM;
    if (row < end.row)
        return TRUNK;
    const [left, right, trunk] = legsAndTrunk;
    if (end.kind === 'waist' && Math.min(left, right) > LOOSE && trunk < Math.min(left, right))
        return TRUNK;
    return left <= right ? LEFT_LEG : RIGHT_LEG;
}
function smallest(values) {
    let best = 0;
    values.forEach((value, i) => {
        if (value < values[best])
            best = i;
    });
    return best;
}
/** Which layer each texture pixel belongs to. `scale`: texture pixels per image pixel. */
export function findOwners(fit, parts, source, scale) {
    const { width, height } = source;
    const owner = new Uint8Array(width * height).fill(NOBODY);
    const legsAndTrunk = layerCosts(parts);
    const end = findTrunkEnd(fit, parts);
    for (let y = 0, p = 0; y < height; y++) {
        const row = ((y + 0.5) / scale - fit.box.top) * fit.scale + BORDER;
        for (let x = 0; x < width; x++, p++) {
            if (source.rgba[4 * p + 3] === 0)
                continue;
            const at = fitSampler(fit, (x + 0.5) / scale, (y + 0.5) / scale);
            owner[p] = ownerOf(legsAndTrunk.map(at), parts.layerCosts.map(at), row, end);
        }
    }
    const fitPixel = scale / fit.scale;
    followColours(owner, source, LEFT_ARM, fitPixel);
    followColours(owner, source, RIGHT_ARM, fitPixel);
    followColours(owner, source, LEFT_LEG, fitPixel);
    followColours(owner, source, RIGHT_LEG, fitPixel);
    uncoverRoots(owner, source, fit.joints.map((value) => value * scale));
    evenCuts(owner, width, height, fitPixel);
    return owner;
}
/** Bilinear reader of fit-size maps at one image point. */
function fitSampler(fit, imageX, imageY) {
    const u = (imageX - fit.box.left) * fit.scale + BORDER - 0.5;
    const v = (imageY - fit.box.top) * fit.scale + BORDER - 0.5;
    const column = Math.max(0, Math.min(fit.width - 2, Math.floor(u)));
    const row = Math.max(0, Math.min(fit.height - 2, Math.floor(v)));
    const fx = Math.max(0, Math.min(1, u - column));
    const fy = Math.max(0, Math.min(1, v - row));
    const p = row * fit.width + column;
    return (map) => {
        const capped = (q) => Math.min(map[q], 60);
        const upper = capped(p) * (1 - fx) + capped(p + 1) * fx;
        const lower = capped(p + fit.width) * (1 - fx) + capped(p + fit.width + 1) * fx;
        return upper * (1 - fy) + lower * fy;
    };
}
