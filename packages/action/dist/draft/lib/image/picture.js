/** A distance between two colours that weights chroma over luma: shadows change luma, clothes change chroma. */
export const CHROMA_WEIGHT = 1.6;
/** How far one frame is from another at pixel `p`, 0 to about 870. */
export function colourDistance(a, b, p) {
    return (Math.abs(a.y[p] - b.y[p]) +
        CHROMA_WEIGHT * (Math.abs(a.u[p] - b.u[p]) + Math.abs(a.v[p] - b.v[p])));
}
export function createPicture(width, height) {
    const size = width * height;
    const shared = new Uint8Array(new SharedArrayBuffer(3 * size));
    return {
        width,
        height,
        y: shared.subarray(0, size),
        u: shared.subarray(size, 2 * size),
        v: shared.subarray(2 * size),
    };
}
/** Bounds of the non-zero pixels, or null when there are none. */
export function boundsOf(data, width, height) {
    let left = width;
    let right = -1;
    let top = height;
    let bottom = -1;
    for (let y = 0, p = 0; y < height; y++) {
        for (let x = 0; x < width; x++, p++) {
            if (data[p] === 0)
                continue;
            if (x < left)
                left = x;
            if (x > right)
                right = x;
            if (y < top)
                top = y;
            bottom = y;
        }
    }
    return right < 0 ? null : { left, top, right, bottom };
}
/** 1 where `evidence` is positive. A plain loop: `Uint8Array.from` with a function takes ten times as long. */
export function positivePixels(evidence) {
    const mask = new Uint8Array(evidence.length);
    for (let p = 0; p < mask.length; p++)
        mask[p] = evidence[p] > 0 ? 1 : 0;
    return mask;
}
