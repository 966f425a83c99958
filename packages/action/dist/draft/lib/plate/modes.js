import { CHROMA_WEIGHT } from '../image/picture.js';
/** Most colours remembered per pixel. */
export const MODES = 4;
/** Samples of one pixel closer than this are the same colour. */
const SAME = 14;
/** Collects the modes of every pixel of `region` over at most 32 pictures. */
export function collectModes(pictures, region) {
    const size = region.length;
    const count = pictures.length;
    const modes = {
        picture: new Uint8Array(size * MODES),
        seen: new Uint32Array(size * MODES),
    };
    const y = new Int32Array(count);
    const u = new Int32Array(count);
    const v = new Int32Array(count);
    const taken = new Uint8Array(count);
    for (let p = 0; p < size; p++) {
        if (region[p] === 0)
            continue;
        for (let i = 0; i < count; i++) {
            y[i] = pictures[i].y[p];
            u[i] = pictures[i].u[p];
            v[i] = pictures[i].v[p];
        }
        taken.fill(0);
        let left = count;
        for (let mode = 0; mode < MODES; mode++) {
            let best = -1;
            let bestCount = 0;
            for (let i = 0; i < count; i++) {
                if (taken[i] !== 0)
                    continue;
                let near = 0;
                for (let j = 0; j < count; j++) {
                    if (taken[j] === 0 && distance(y, u, v, i, j) < SAME)
                        near++;
                }
                if (near > bestCount) {
                    bestCount = near;
                    best = i;
                }
                // A still pixel has one colour: no other sample can be near more of them.
                if (near === left)
                    break;
            }
            if (best < 0)
                break;
            modes.picture[p * MODES + mode] = best;
            let seen = 0;
            for (let j = 0; j < count; j++) {
                if (taken[j] !== 0 || distance(y, u, v, best, j) >= SAME)
                    continue;
                taken[j] = 1;
                left--;
                seen |= 1 << j;
            }
            modes.seen[p * MODES + mode] = seen;
        }
    }
    return modes;
}
function distance(y, u, v, i, j) {
    return Math.abs(y[i] - y[j]) + CHROMA_WEIGHT * (Math.abs(u[i] - u[j]) + Math.abs(v[i] - v[j]));
}
/** Number of set bits. */
export function countBits(bits) {
    let v = bits - ((bits >>> 1) & 0x55555555);
    v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
    return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
