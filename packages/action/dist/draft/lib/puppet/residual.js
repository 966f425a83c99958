import { CAPSULE_COUNT, CAPSULE_SIZE, placeCapsules } from './capsules.js';
const capsules = new Float64Array(CAPSULE_COUNT * CAPSULE_SIZE);
/** Clothes are wider than the capsules: what lies this close around a part is still explained by it. */
export const GROWTH = 1.12;
/** Marks the pixels of `parts` (bits, see `ALL_CAPSULES`), grown by `growth`, with 1 in `out`. */
export function markParts(out, width, height, pose, shape, parts, growth) {
    placeCapsules(pose, shape, capsules);
    for (let capsule = 0; capsule < CAPSULE_COUNT; capsule++) {
        if (((parts >> capsule) & 1) === 0)
            continue;
        const at = capsule * CAPSULE_SIZE;
        const x0 = capsules[at];
        const y0 = capsules[at + 1];
        const r0 = capsules[at + 2] * growth;
        const dx = capsules[at + 3] - x0;
        const dy = capsules[at + 4] - y0;
        const taper = capsules[at + 5] * growth - r0;
        const inverse = 1 / (dx * dx + dy * dy || 1e-6);
        const widest = Math.max(r0, r0 + taper);
        const left = Math.max(0, Math.floor(Math.min(x0, x0 + dx) - widest));
        const right = Math.min(width - 1, Math.ceil(Math.max(x0, x0 + dx) + widest));
        const top = Math.max(0, Math.floor(Math.min(y0, y0 + dy) - widest));
        const bottom = Math.min(height - 1, Math.ceil(Math.max(y0, y0 + dy) + widest));
        for (let y = top; y <= bottom; y++) {
            for (let x = left; x <= right; x++) {
                const ex = x - x0;
                const ey = y - y0;
                let t = (ex * dx + ey * dy) * inverse;
                t = t < 0 ? 0 : t > 1 ? 1 : t;
                const offX = ex - t * dx;
                const offY = ey - t * dy;
                const radius = r0 + t * taper;
                if (offX * offX + offY * offY <= radius * radius)
                    out[y * width + x] = 1;
            }
        }
    }
}
/** The evidence that `explained` (1 = explained) leaves over: explained subject pixels become 0, unknown. */
export function leaveOver(map, explained) {
    const data = map.data.slice();
    for (let p = 0; p < data.length; p++)
        if (explained[p] !== 0 && data[p] > 0)
            data[p] = 0;
    return { width: map.width, height: map.height, data };
}
