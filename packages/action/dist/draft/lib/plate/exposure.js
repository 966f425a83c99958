import { i420Size } from '../image/i420.js';
import { clamp } from '../image/resize.js';
import { medianPicture, spread } from './median.js';
/** Pixels compared per frame. */
const PIXELS = 1200;
const MEDIAN_FRAMES = 25;
/** Darker pixels tell nothing about the light. */
const LEAST_LUMA = 40;
const BLACK = 16;
const GREY = 128;
/** Lamps and cameras that keep their exposure differ by less from frame to frame. */
const STEADY = 0.02;
/** The light must explain this much of the difference; otherwise something else changed. */
const EXPLAINED = 0.5;
/** Beyond this, noise would be brightened and not the picture. */
const LARGEST_GAIN = 2.5;
/** Clips fade in and out; one that is dark for longer than this share has nothing else to show. */
const MOST_DARK = 0.3;
/**
 * Gives all pictures the light that the clip usually has, so that flicker, a cloud or an automatic exposure does not
 * look like a moving room. Frames too dark to see anything, as in a fade, show what the nearest bright one shows.
 * Changes the pictures in place; steady light changes nothing. Returns the backdrops that are bright enough.
 */
export function evenExposure(exposed) {
    const { pictures, backdrops } = exposed;
    const gains = measureGains(pictures);
    const isDark = (f) => gains[f] > LARGEST_GAIN;
    for (const [f, gain] of gains.entries()) {
        if (gain === 1 || isDark(f))
            continue;
        const { y, u, v } = pictures[f];
        apply(y, gain, BLACK);
        apply(u, gain, GREY);
        apply(v, gain, GREY);
    }
    for (const { tracked, picture } of backdrops) {
        if (gains[tracked] === 1 || isDark(tracked))
            continue;
        const luma = picture.width * picture.height;
        apply(picture.data.subarray(0, luma), gains[tracked], BLACK);
        const chroma = picture.data.subarray(luma, i420Size(picture.width, picture.height));
        apply(chroma, gains[tracked], GREY);
    }
    const bright = [...pictures.keys()].filter((f) => !isDark(f));
    if (bright.length < (1 - MOST_DARK) * pictures.length)
        return backdrops;
    for (const [f, picture] of pictures.entries()) {
        if (!isDark(f))
            continue;
        const nearest = bright.reduce((a, b) => (Math.abs(b - f) < Math.abs(a - f) ? b : a));
        for (const plane of ['y', 'u', 'v'])
            picture[plane].set(pictures[nearest][plane]);
    }
    const seen = backdrops.filter(({ tracked }) => !isDark(tracked));
    return seen.length > 0 ? seen : backdrops;
}
/**
 * For each picture the factor that brings it to the usual light; 1 where the light is not what changed, more than
 * `LARGEST_GAIN` where it is too dark.
 */
export function measureGains(pictures) {
    const usual = medianPicture(spread(pictures.length, MEDIAN_FRAMES).map((f) => pictures[f])).y;
    const pixels = [];
    const step = Math.max(1, Math.floor(usual.length / PIXELS));
    for (let p = step >> 1; p < usual.length; p += step)
        if (usual[p] >= LEAST_LUMA)
            pixels.push(p);
    if (pixels.length < PIXELS / 10)
        return pictures.map(() => 1);
    const values = new Float64Array(pixels.length);
    return pictures.map(({ y }) => {
        for (const [i, p] of pixels.entries())
            values[i] = (usual[p] - BLACK) / Math.max(1, y[p] - BLACK);
        values.sort();
        const gain = Math.max(1 / LARGEST_GAIN, values[values.length >> 1]);
        if (gain > LARGEST_GAIN)
            return gain;
        if (Math.abs(gain - 1) < STEADY)
            return 1;
        // Medians, since someone in front of a pixel says nothing about its light.
        const leftWith = (factor) => {
            for (const [i, p] of pixels.entries())
                values[i] = Math.abs(BLACK + (y[p] - BLACK) * factor - usual[p]);
            return values.sort()[values.length >> 1];
        };
        return leftWith(gain) < EXPLAINED * leftWith(1) ? gain : 1;
    });
}
function apply(plane, gain, origin) {
    for (let p = 0; p < plane.length; p++)
        plane[p] = clamp(origin + (plane[p] - origin) * gain + 0.5, 0, 255);
}
