/** Colour histograms: 16 luma x 32 x 32 chroma levels. */
export const COLOUR_BINS = 16 * 32 * 32;
export function binOf(picture, p) {
    return ((picture.y[p] >> 4) << 10) | ((picture.u[p] >> 3) << 5) | (picture.v[p] >> 3);
}
/** [1 2 1] along each of the three colour axes, so that nearby colours support each other. */
export function smoothHistogram(histogram) {
    let source = histogram;
    for (const [stride, levels] of [
        [1024, 16],
        [32, 32],
        [1, 32],
    ]) {
        const target = new Float32Array(COLOUR_BINS);
        for (let i = 0; i < COLOUR_BINS; i++) {
            const level = Math.floor(i / stride) % levels;
            target[i] =
                2 * source[i] +
                    (level > 0 ? source[i - stride] : source[i]) +
                    (level < levels - 1 ? source[i + stride] : source[i]);
        }
        source = target;
    }
    return source;
}
/** Scales to a sum of 1, in place. An empty histogram stays empty. */
export function normalise(histogram) {
    let sum = 0;
    for (const value of histogram)
        sum += value;
    if (sum > 0)
        for (let i = 0; i < histogram.length; i++)
            histogram[i] /= sum;
    return histogram;
}
/** A colour never seen in either histogram says nothing; this floor is about one pixel in half a million. */
const FLOOR = 2e-6;
/** log(p(colour | a) / p(colour | b)) per bin, within ±limit. */
export function logRatio(a, b, limit) {
    const out = new Float32Array(COLOUR_BINS);
    for (let i = 0; i < COLOUR_BINS; i++) {
        const value = Math.log((a[i] + FLOOR) / (b[i] + FLOOR));
        out[i] = value > limit ? limit : value < -limit ? -limit : value;
    }
    return out;
}
