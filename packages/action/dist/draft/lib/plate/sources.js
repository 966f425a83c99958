import { boxReach } from '../image/distance.js';
import { CHROMA_WEIGHT } from '../image/picture.js';
import { createRandom } from '../image/random.js';
import { pushPull } from './push-pull.js';
/** Patches of 7x7 pixels are compared: wide enough to hold a floor's edge and the shapes beside it. */
const RADIUS = 3;
const PATCH = (2 * RADIUS + 1) ** 2;
/** A hole is first filled where it is about this deep, so that structure from all sides meets. */
const COARSEST_DEPTH = 4;
const LEAST_SIDE = 4 * RADIUS;
const ROUNDS = 4;
/** Finer levels only refine what the coarser one found, within this many pixels. */
const REFINING_REACH = 8;
/**
 * Rooms continue sideways: floors, skirting boards, light from above. Squared levels per pixel of shift down, across;
 * enough to win over a camera's noise, far too little to win over a wrong colour.
 */
const DOWN_COST = 5;
const ACROSS_COST = 2;
/** What was filled counts less than what was seen, the less the deeper it lies. */
const TRUST_DEPTH = 3;
const SEED = 7;
/**
 * For each pixel of `hidden` the seen pixel whose surroundings continue the picture best; -1 for seen pixels, and
 * everywhere when nothing is seen that could be copied. Coarse to fine, each level by PatchMatch (Barnes et al. 2009).
 * The planes are not changed.
 */
export function findSources(planes, hidden, width, height) {
    const random = createRandom(SEED);
    const levels = [{ width, height, planes: copyPlanes(planes), hidden }];
    for (let level = levels[0]; deepest(level) > COARSEST_DEPTH; level = levels[levels.length - 1]) {
        if (Math.min(level.width, level.height) < 2 * LEAST_SIDE)
            break;
        levels.push(halve(level));
    }
    let coarser = null;
    for (const level of levels.toReversed()) {
        const sources = fillLevel(level, coarser, random);
        if (sources == null)
            continue;
        coarser = { level, sources };
    }
    return coarser?.level === levels[0] ? coarser.sources : new Int32Array(width * height).fill(-1);
}
function copyPlanes({ y, u, v }) {
    return { y: y.slice(), u: u.slice(), v: v.slice() };
}
function deepest({ hidden, width, height }) {
    return boxReach(hidden, width, height).reduce((most, depth) => Math.max(most, depth), 0);
}
function halve({ planes, hidden, width, height }) {
    const w = (width + 1) >> 1;
    const h = (height + 1) >> 1;
    const count = new Float32Array(w * h);
    const all = new Float32Array(w * h);
    const half = {
        y: new Float32Array(w * h),
        u: new Float32Array(w * h),
        v: new Float32Array(w * h),
    };
    for (let y = 0, p = 0; y < height; y++) {
        for (let x = 0; x < width; x++, p++) {
            const q = (y >> 1) * w + (x >> 1);
            all[q]++;
            if (hidden[p] !== 0)
                continue;
            count[q]++;
            half.y[q] += planes.y[p];
            half.u[q] += planes.u[p];
            half.v[q] += planes.v[p];
        }
    }
    const coarse = new Uint8Array(w * h);
    for (let q = 0; q < w * h; q++) {
        coarse[q] = 2 * count[q] < all[q] ? 1 : 0;
        if (count[q] === 0)
            continue;
        half.y[q] /= count[q];
        half.u[q] /= count[q];
        half.v[q] /= count[q];
    }
    return { planes: half, hidden: coarse, width: w, height: h };
}
/** Fills the level's planes in place; null when no whole patch is seen. */
function fillLevel(level, coarser, random) {
    const { planes, hidden, width, height } = level;
    const size = width * height;
    const depth = boxReach(hidden, width, height);
    const beside = boxReach(hidden.map((value) => 1 - value), width, height);
    const holes = [];
    const usable = [];
    for (let p = 0; p < size; p++) {
        if (hidden[p] !== 0)
            holes.push(p);
        else if (beside[p] > RADIUS)
            usable.push(p);
    }
    const sources = new Int32Array(size).fill(-1);
    if (holes.length === 0)
        return sources;
    if (usable.length === 0)
        return null;
    const isUsable = (x, y) => x >= 0 && x < width && y >= 0 && y < height && beside[y * width + x] > RADIUS;
    const trust = Float32Array.from(depth, (value) => 1 / (1 + value / TRUST_DEPTH));
    const anywhere = () => usable[Math.floor(random() * usable.length)];
    if (coarser == null) {
        for (const plane of [planes.y, planes.u, planes.v])
            pushPull(plane, Float32Array.from(hidden, (value) => 1 - value), width, height);
    }
    for (const p of holes) {
        let q = -1;
        if (coarser != null) {
            const x = p % width;
            const y = Math.floor(p / width);
            const wide = coarser.level.width;
            const from = coarser.sources[(y >> 1) * wide + (x >> 1)];
            // Seen at the coarser level: the pixel itself, which is refined below.
            const cx = from >= 0 ? 2 * (from % wide) + (x & 1) : -1;
            const cy = from >= 0 ? 2 * Math.floor(from / wide) + (y & 1) : -1;
            if (isUsable(cx, cy))
                q = cy * width + cx;
        }
        sources[p] = q >= 0 ? q : anywhere();
        if (coarser != null)
            copyPixel(planes, sources[p], p);
    }
    const costOf = (p, q, limit) => {
        const px = p % width;
        const py = (p / width) | 0;
        const qx = q % width;
        const qy = (q / width) | 0;
        const left = Math.max(-RADIUS, -px, -qx);
        const right = Math.min(RADIUS, width - 1 - px, width - 1 - qx);
        const top = Math.max(-RADIUS, -py, -qy);
        const bottom = Math.min(RADIUS, height - 1 - py, height - 1 - qy);
        const prior = DOWN_COST * Math.abs(qy - py) + ACROSS_COST * Math.abs(qx - px);
        // Weights are at most 1, so a sum beyond this cannot become a lower cost.
        const most = (limit - prior) * PATCH;
        let sum = 0;
        let total = 0;
        for (let dy = top; dy <= bottom; dy++) {
            for (let dx = left; dx <= right; dx++) {
                const o = dy * width + dx;
                const luma = planes.y[p + o] - planes.y[q + o];
                const u = planes.u[p + o] - planes.u[q + o];
                const v = planes.v[p + o] - planes.v[q + o];
                const weight = trust[p + o];
                sum += weight * (luma * luma + CHROMA_WEIGHT * (u * u + v * v));
                total += weight;
            }
            if (sum > most)
                return limit;
        }
        const cost = sum / total + prior;
        return cost < limit ? cost : limit;
    };
    const widest = coarser == null ? Math.max(width, height) : REFINING_REACH;
    for (let round = 0; round < ROUNDS; round++) {
        const step = round % 2 === 0 ? -1 : 1;
        for (let i = 0; i < holes.length; i++) {
            const p = holes[step < 0 ? i : holes.length - 1 - i];
            const x = p % width;
            const y = (p / width) | 0;
            let best = sources[p];
            let bestCost = costOf(p, best, Infinity);
            const consider = (cx, cy) => {
                if (!isUsable(cx, cy))
                    return;
                const q = cy * width + cx;
                if (q === best)
                    return;
                const cost = costOf(p, q, bestCost);
                if (cost >= bestCost)
                    return;
                best = q;
                bestCost = cost;
            };
            // What continues a neighbour's copy.
            if (x + step >= 0 && x + step < width && sources[p + step] >= 0)
                consider((sources[p + step] % width) - step, (sources[p + step] / width) | 0);
            const across = p + step * width;
            if (across >= 0 && across < size && sources[across] >= 0)
                consider(sources[across] % width, ((sources[across] / width) | 0) - step);
            for (let reach = widest; reach >= 1; reach >>= 1) {
                const bx = best % width;
                const by = (best / width) | 0;
                consider(bx + Math.round((2 * random() - 1) * reach), by + Math.round((2 * random() - 1) * Math.min(reach, height)));
                // Along the pixel's own row.
                consider(bx + Math.round((2 * random() - 1) * reach), y);
            }
            sources[p] = best;
            copyPixel(planes, best, p);
        }
    }
    return sources;
}
function copyPixel({ y, u, v }, from, to) {
    y[to] = y[from];
    u[to] = u[from];
    v[to] = v[from];
}
