import { NOBODY, TRUNK } from './owner.js';
/** Parts are found on a coarse grid; this many of its pixels around a border may be wrong. */
const BORDER_BAND = 1.6;
const COLOUR_WINDOW = 4;
/** Sum of RGB differences by which one side must look more alike; else the border stays where it is. */
const DISTINCT = 40;
/**
 * Moves the border between a limb and everything else to where the colours change: pixels near it go to the side
 * with a nearby sure pixel that looks more like them. Changes `owner`.
 */
export function followColours(owner, source, limb, fitPixel) {
    const { width, height, rgba } = source;
    const band = Math.max(1, Math.round(BORDER_BAND * fitPixel));
    const window = Math.max(2, Math.round(COLOUR_WINDOW * fitPixel));
    const isLimb = sumTable(width, height, (p) => (owner[p] === limb ? 1 : 0));
    const isOther = sumTable(width, height, (p) => owner[p] !== limb && owner[p] !== NOBODY ? 1 : 0);
    const sure = new Uint8Array(owner.length);
    for (let y = 0, p = 0; y < height; y++) {
        for (let x = 0; x < width; x++, p++) {
            if (owner[p] === NOBODY)
                continue;
            const across = owner[p] === limb ? isOther : isLimb;
            if (across(x - band, y - band, x + band, y + band) === 0)
                sure[p] = owner[p] === limb ? 1 : 2;
        }
    }
    const before = owner.slice();
    const step = Math.max(1, Math.floor(window / 6));
    for (let y = 0, p = 0; y < height; y++) {
        for (let x = 0; x < width; x++, p++) {
            if (before[p] === NOBODY || sure[p] !== 0)
                continue;
            const nearest = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
            for (let sy = Math.max(0, y - window); sy <= Math.min(height - 1, y + window); sy += step) {
                for (let sx = Math.max(0, x - window); sx <= Math.min(width - 1, x + window); sx += step) {
                    const q = sy * width + sx;
                    if (sure[q] === 0)
                        continue;
                    const side = sure[q] - 1;
                    nearest[side] = Math.min(nearest[side], difference(rgba, p, q));
                }
            }
            const [toLimb, toOther] = nearest;
            if (toLimb + DISTINCT < toOther)
                owner[p] = limb;
            else if (toOther + DISTINCT < toLimb && before[p] === limb) {
                owner[p] = nearestOther(before, p, limb, width, height, 2 * band);
            }
        }
    }
}
/** Sum of RGB differences of two pixels. */
function difference(rgba, p, q) {
    return (Math.abs(rgba[4 * p] - rgba[4 * q]) +
        Math.abs(rgba[4 * p + 1] - rgba[4 * q + 1]) +
        Math.abs(rgba[4 * p + 2] - rgba[4 * q + 2]));
}
function nearestOther(owner, p, limb, width, height, reach) {
    const x = p % width;
    const y = (p / width) | 0;
    for (let r = 1; r <= reach; r++) {
        for (const [dx, dy] of [
            [r, 0],
            [-r, 0],
            [0, r],
            [0, -r],
        ]) {
            const nx = x + dx;
            const ny = y + dy;
            if (nx < 0 || ny < 0 || nx >= width || ny >= height)
                continue;
            const other = owner[ny * width + nx];
            if (other !== limb && other !== NOBODY)
                return other;
        }
    }
    return TRUNK;
}
/** Sums of a map over any rectangle (inclusive corners, clipped) in constant time. */
function sumTable(width, height, value) {
    const table = new Float64Array((width + 1) * (height + 1));
    for (let y = 0, p = 0; y < height; y++) {
        let row = 0;
        for (let x = 0; x < width; x++, p++) {
            row += value(p);
            table[(y + 1) * (width + 1) + x + 1] = table[y * (width + 1) + x + 1] + row;
        }
    }
    return (left, top, right, bottom) => {
        const x0 = Math.max(0, left);
        const y0 = Math.max(0, top) * (width + 1);
        const x1 = Math.min(width, right + 1);
        const y1 = Math.min(height, bottom + 1) * (width + 1);
        return table[y1 + x1] - table[y0 + x1] - table[y1 + x0] + table[y0 + x0];
    };
}
