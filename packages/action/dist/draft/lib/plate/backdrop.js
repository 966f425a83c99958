import { i420Size } from '../image/i420.js';
import { continueUnseen, planesOf } from './continue-unseen.js';
import { insertSorted } from './median.js';
/**
 * The background at output size: the median over the samples that show it; where none does, its surroundings are
 * continued by copying from elsewhere in the picture. Masks are row-major, `maskWidth * maskHeight`, and span the whole
 * output frame. The result is in shared memory.
 */
export function paintBackdrop(samples, maskWidth, maskHeight) {
    const { width, height } = samples[0].picture;
    const out = {
        width,
        height,
        data: new Uint8Array(new SharedArrayBuffer(i420Size(width, height))),
    };
    const unseen = new Uint8Array(maskWidth * maskHeight);
    for (let p = 0; p < unseen.length; p++)
        unseen[p] = samples.every((s) => s.covered[p] !== 0) ? 1 : 0;
    for (const plane of planesOf(out)) {
        medianPlane(samples, out, plane.start, plane.width, plane.height, maskWidth, maskHeight);
    }
    if (unseen.includes(1))
        continueUnseen(out, unseen, maskWidth, maskHeight);
    return out;
}
function maskIndex(x, y, width, height, maskWidth, maskHeight) {
    return Math.floor((y * maskHeight) / height) * maskWidth + Math.floor((x * maskWidth) / width);
}
function medianPlane(samples, out, start, width, height, maskWidth, maskHeight) {
    const sorted = new Uint8Array(samples.length);
    for (let y = 0, p = start; y < height; y++) {
        for (let x = 0; x < width; x++, p++) {
            const m = maskIndex(x, y, width, height, maskWidth, maskHeight);
            let count = 0;
            for (const { picture, covered } of samples) {
                if (covered[m] === 0)
                    insertSorted(sorted, count++, picture.data[p]);
            }
            out.data[p] = count > 0 ? sorted[count >> 1] : 128;
        }
    }
}
