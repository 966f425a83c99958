import { createBlurScratch, guidedFilter } from '../image/blur.js';
import { binOf } from '../image/colour-bins.js';
import { colourDistance } from '../image/picture.js';
import { createRegionScratch, dropThinSpecks, findRegions, largestRegion, touchesBorder, } from '../image/regions.js';
export function createSegmentScratch(width, height) {
    const size = width * height;
    return {
        blur: createBlurScratch(width, height),
        guide: new Float32Array(size),
        unary: new Float32Array(size),
        smooth: new Float32Array(size),
        mask: new Uint8Array(size),
        other: new Uint8Array(size),
        regions: createRegionScratch(size),
    };
}
/** Guided filter over 7x7 pixels; luma steps above 4 % keep the mask's edge. */
const FILTER_RADIUS = 3;
const FILTER_EPSILON = 0.002;
/** Distances up to noise + this still look like background. */
const DISTANCE_SLACK = 14;
const DISTANCE_SCALE = 8;
const DISTANCE_LIMIT = 3.5;
/** Log-odds of the filtered evidence that count as certain. */
const CERTAIN = 3;
/**
 * Writes the evidence that each pixel of `picture` is the subject into `out`: -127 to 127, positive exactly on the
 * cleaned mask.
 */
export function segmentFrame(scene, picture, scratch, out) {
    const { width, height, region, known } = scene;
    const { guide, unary, smooth, mask } = scratch;
    const size = width * height;
    const noise = Math.max(3, 2 * scene.noise);
    for (let p = 0; p < size; p++) {
        guide[p] = picture.y[p] / 255;
        if (region[p] === 0) {
            unary[p] = -4;
            continue;
        }
        const ratio = scene.subjectRatio[binOf(picture, p)];
        if (known[p] === 0) {
            // Never seen without the subject: probably the subject now as well, unless the colour disagrees.
            unary[p] = 1 + 0.8 * ratio;
            continue;
        }
        const distance = colourDistance(picture, scene.plate, p);
        let odds = (distance - noise - DISTANCE_SLACK) / DISTANCE_SCALE;
        odds = odds < -DISTANCE_LIMIT ? -DISTANCE_LIMIT : odds > DISTANCE_LIMIT ? DISTANCE_LIMIT : odds;
        unary[p] = odds + 0.35 * ratio;
    }
    guidedFilter(guide, unary, width, height, FILTER_RADIUS, FILTER_EPSILON, scratch.blur, smooth);
    for (let p = 0; p < size; p++)
        mask[p] = smooth[p] > 0 ? 1 : 0;
    cleanMask(scene, scratch);
    for (let p = 0; p < size; p++) {
        const value = Math.round((smooth[p] / CERTAIN) * 127);
        // The cleaned mask overrules the sign: holes filled count weakly for, specks dropped weakly against.
        out[p] =
            mask[p] !== 0 ? Math.max(25, Math.min(127, value)) : Math.min(-38, Math.max(-127, value));
    }
}
/** Fills holes that are not certain background, drops threads, keeps the subject and its larger parts. */
function cleanMask(scene, { mask, other, regions }) {
    const { width, height, certain } = scene;
    const size = width * height;
    for (let p = 0; p < size; p++)
        other[p] = mask[p] === 0 ? 1 : 0;
    const holes = findRegions(other, width, height, regions);
    const certainCount = new Float64Array(holes.count + 1);
    for (let p = 0; p < size; p++)
        certainCount[holes.labels[p]] += certain[p];
    const fill = holes.boxes.map((box, label) => {
        if (label === 0 || touchesBorder(box, width, height))
            return false;
        const area = holes.sizes[label];
        return area < 0.0006 * size || (area < 0.06 * size && certainCount[label] < 0.3 * area);
    });
    for (let p = 0; p < size; p++)
        if (fill[holes.labels[p]])
            mask[p] = 1;
    dropThinSpecks(mask, width, height, other);
    const parts = findRegions(mask, width, height, regions);
    const main = largestRegion(parts);
    const least = Math.max(40, 0.03 * (parts.sizes[main] ?? 0));
    for (let p = 0; p < size; p++) {
        const label = parts.labels[p];
        mask[p] = label !== 0 && (label === main || parts.sizes[label] > least) ? 1 : 0;
    }
}
