/**
 * Length of the shortest path inside `mask` from the segment (x0, y0)-(x1, y1) to every pixel, 8-connected. Where
 * `colours` (3 numbers per pixel) change along the way, the path costs `edgeCost` per unit of colour difference above
 * `COLOUR_SLACK`: paths do not cross outlines and seams. Of a limb, both of whose bones are
 * `limbSegments`, a bone counts only where it lies on the limb's material: its end may lie in a skirt beside it. Unreachable pixels are `UNREACHABLE`.
 */
export function geodesicDistance(mask, width, height, segment, colours, edgeCost, limbSegments) {
    const distance = new Float32Array(width * height).fill(UNREACHABLE);
    const queue = [];
    const reach = (p, value) => {
        if (value < distance[p] - 1e-4) {
            distance[p] = value;
            queue.push(p);
        }
    };
    const starts = startPixels(mask, width, height, segment);
    const limb = limbSegments.flatMap((bone) => startPixels(mask, width, height, bone));
    for (const p of limb.length > 0 ? ofOneMaterial(starts, limb, colours) : starts)
        reach(p, 0);
    for (let i = 0; i < queue.length; i++) {
        const p = queue[i];
        const x = p % width;
        const y = (p / width) | 0;
        const from = distance[p];
        for (let dy = -1; dy <= 1; dy++) {
            for (let dx = -1; dx <= 1; dx++) {
                const nx = x + dx;
                const ny = y + dy;
                if ((dx === 0 && dy === 0) || nx < 0 || ny < 0 || nx >= width || ny >= height)
                    continue;
                const q = ny * width + nx;
                if (mask[q] === 0)
                    continue;
                const step = dx !== 0 && dy !== 0 ? Math.SQRT2 : 1;
                reach(q, from + step + edgeCost * colourStep(colours, p, q));
            }
        }
    }
    return distance;
}
/** Sum of RGB differences to the middle colour along a limb. */
const SAME_MATERIAL = 110;
function ofOneMaterial(starts, limb, colours) {
    const middle = [0, 1, 2].map((c) => {
        const values = limb.map((p) => colours[3 * p + c]).sort((a, b) => a - b);
        return values[values.length >> 1];
    });
    const alike = starts.filter((p) => {
        let difference = 0;
        for (let c = 0; c < 3; c++)
            difference += Math.abs(colours[3 * p + c] - middle[c]);
        return difference < SAME_MATERIAL;
    });
    return alike.length > 0 ? alike : [...starts];
}
const UNREACHABLE = 1e6;
/** Shading and noise inside one material. */
const COLOUR_SLACK = 24;
function colourStep(colours, p, q) {
    const difference = Math.abs(colours[3 * p] - colours[3 * q]) +
        Math.abs(colours[3 * p + 1] - colours[3 * q + 1]) +
        Math.abs(colours[3 * p + 2] - colours[3 * q + 2]);
    return Math.max(0, difference - COLOUR_SLACK);
}
/** Mask pixels on the segment, or the one nearest to its middle when it lies entirely outside. */
function startPixels(mask, width, height, [x0, y0, x1, y1]) {
    const steps = 2 * Math.ceil(Math.hypot(x1 - x0, y1 - y0)) + 1;
    const found = [];
    for (let i = 0; i <= steps; i++) {
        const x = Math.round(x0 + ((x1 - x0) * i) / steps);
        const y = Math.round(y0 + ((y1 - y0) * i) / steps);
        if (x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x] !== 0)
            found.push(y * width + x);
    }
    if (found.length > 0)
        return found;
    let nearest = -1;
    let best = Number.POSITIVE_INFINITY;
    for (let p = 0; p < mask.length; p++) {
        if (mask[p] === 0)
            continue;
        const away = Math.hypot((p % width) - (x0 + x1) / 2, Math.floor(p / width) - (y0 + y1) / 2);
        if (away < best) {
            best = away;
            nearest = p;
        }
    }
    return nearest >= 0 ? [nearest] : [];
}
