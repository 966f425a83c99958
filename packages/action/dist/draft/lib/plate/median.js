import { createPicture } from '../image/picture.js';
/** Inserts `value` into the sorted first `count` entries of `sorted`. */
export function insertSorted(sorted, count, value) {
    let i = count - 1;
    while (i >= 0 && sorted[i] > value) {
        sorted[i + 1] = sorted[i];
        i--;
    }
    sorted[i + 1] = value;
}
/** Indices of `count` entries spread evenly over 0..length-1. */
export function spread(length, count) {
    const used = Math.min(length, count);
    return Array.from({ length: used }, (_, i) => Math.floor(((i + 0.5) * length) / used));
}
/** Median colour over time of every pixel: what does not move. */
export function medianPicture(pictures) {
    const out = createPicture(pictures[0].width, pictures[0].height);
    const sorted = new Uint8Array(pictures.length);
    for (const plane of ['y', 'u', 'v']) {
        const planes = pictures.map((picture) => picture[plane]);
        for (let p = 0; p < out.y.length; p++) {
            for (let i = 0; i < planes.length; i++)
                insertSorted(sorted, i, planes[i][p]);
            out[plane][p] = sorted[planes.length >> 1];
        }
    }
    return out;
}
