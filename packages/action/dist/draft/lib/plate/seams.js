import { clamp } from '../image/resize.js';
/** Light makes this many levels of difference where copies meet; more is another surface, whose edge stays. */
const LIGHT_STEP = { luma: 14, chroma: 5 };
/** Successive over-relaxation crosses a hole as wide as a body in about so many rounds. */
const ROUNDS = 60;
const OVER = 1.8;
/**
 * What must be added to copied pixels so that neither their border nor the seams between them show a step of light
 * (Pérez et al. 2003): copies keep their own gradients, seams get those of both sides. `plane` is row-major; `sources`
 * as from `findSources`. 0 outside the copies.
 */
export function evenLight(plane, sources, width, height, kind) {
    const most = LIGHT_STEP[kind];
    const size = width * height;
    const added = new Float32Array(size);
    const holes = [];
    for (let p = 0; p < size; p++)
        if (sources[p] >= 0)
            holes.push(p);
    const offsets = [-1, 1, -width, width];
    // For each hole pixel and neighbour: how far its addition should be above the neighbour's; NaN where they are unrelated.
    const steps = new Float32Array(4 * holes.length).fill(Number.NaN);
    holes.forEach((p, i) => {
        const x = p % width;
        for (let side = 0; side < 4; side++) {
            const q = p + offsets[side];
            if (q < 0 || q >= size || (side === 0 && x === 0) || (side === 1 && x === width - 1))
                continue;
            // The neighbour as this copy would continue, and this pixel as the neighbour's copy would.
            const ahead = at(plane, sources[p] + offsets[side]);
            const isCopy = sources[q] >= 0;
            const step = isCopy
                ? (plane[sources[q]] - ahead - plane[sources[p]] + at(plane, sources[q] - offsets[side])) /
                    2
                : plane[q] - ahead;
            if (Math.abs(step) <= most)
                steps[4 * i + side] = step;
            else if (isCopy)
                steps[4 * i + side] = 0;
        }
    });
    for (let round = 0; round < ROUNDS; round++) {
        for (let i = 0; i < holes.length; i++) {
            const p = holes[i];
            let sum = 0;
            let count = 0;
            for (let side = 0; side < 4; side++) {
                const step = steps[4 * i + side];
                if (Number.isNaN(step))
                    continue;
                sum += added[p + offsets[side]] + step;
                count++;
            }
            if (count > 0)
                added[p] += OVER * (sum / count - added[p]);
        }
    }
    for (const p of holes)
        added[p] = clamp(added[p], -2 * most, 2 * most);
    return added;
}
function at(plane, p) {
    return plane[clamp(p, 0, plane.length - 1)];
}
