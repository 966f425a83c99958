import { boxBlur } from '../image/blur.js';
import { colourDistance } from '../image/picture.js';
import { closeGaps, dropSpecks, fillHoles, findRegions } from '../image/regions.js';
/** A pixel this far from the median has something else in front of it. */
const FAR = 22;
export function measureMotion(pictures, median) {
    const { width, height } = median;
    const size = width * height;
    const mean = new Float32Array(size);
    const often = new Float32Array(size);
    const distance = new Float32Array(size);
    const blurred = new Float32Array(size);
    const temporary = new Float32Array(size);
    const noise = [];
    for (const picture of pictures) {
        for (let p = 0; p < size; p++)
            distance[p] = colourDistance(picture, median, p);
        boxBlur(distance, width, height, 1, blurred, temporary);
        noise.push(medianOfSome(blurred));
        for (let p = 0; p < size; p++) {
            mean[p] += blurred[p] / pictures.length;
            if (blurred[p] > FAR)
                often[p] += 1 / pictures.length;
        }
    }
    noise.sort((a, b) => a - b);
    return { mean, often, noise: noise[noise.length >> 1] };
}
/** Every so many pixels tell enough about noise. */
const SOME = 17;
function medianOfSome(values) {
    const some = new Float32Array(Math.ceil(values.length / SOME));
    for (let i = 0; i < some.length; i++)
        some[i] = values[i * SOME];
    some.sort();
    return some[some.length >> 1];
}
/** Threshold of mean motion: above noise, but never so high that a gently swaying body is missed. */
function motionThreshold(mean) {
    const sorted = mean.slice().sort();
    const median = sorted[sorted.length >> 1];
    const quiet = sorted[Math.floor(sorted.length * 0.2)];
    return Math.max(2.2, Math.min(3 * median, 4.5 * quiet + 1));
}
/** Flicker may cover this share of the picture, which is much beside a performer who is far away. */
const LEAST_BESIDE = 0.003;
/** The area that the subject sweeps over: the most energetic moving region and what belongs to it. */
export function findSweptRegion(motion, width, height) {
    const size = width * height;
    const threshold = motionThreshold(motion.mean);
    const moving = new Uint8Array(size);
    let movingCount = 0;
    for (let p = 0; p < size; p++) {
        if (motion.mean[p] > threshold || motion.often[p] > 0.02) {
            moving[p] = 1;
            movingCount++;
        }
    }
    const captionRows = clearCaptionRows(moving, width, height);
    const gap = Math.max(2, Math.round(height * 0.02));
    const solid = dropSpecks(fillHoles(closeGaps(moving, width, height, gap), width, height), width, height, 1);
    const regions = findRegions(solid, width, height);
    const energy = new Float64Array(regions.count + 1);
    // One flickering light must not outweigh a dancer.
    for (let p = 0; p < size; p++)
        energy[regions.labels[p]] += Math.min(motion.mean[p], 60);
    let main = 0;
    energy[0] = 0;
    for (let label = 1; label <= regions.count; label++)
        if (energy[label] > energy[main])
            main = label;
    const mask = new Uint8Array(size);
    if (main === 0)
        return { mask, captionRows, movingShare: movingCount / size, besideShare: 0 };
    const box = regions.boxes[main];
    const belongs = regions.boxes.map((other, label) => label !== 0 &&
        (label === main ||
            (energy[label] > 0.02 * energy[main] &&
                other.right > box.left - 0.1 * width &&
                other.left < box.right + 0.1 * width)));
    for (let p = 0; p < size; p++)
        mask[p] = belongs[regions.labels[p]] ? 1 : 0;
    let beside = 0;
    for (let label = 1; label <= regions.count; label++)
        if (!belongs[label])
            beside = Math.max(beside, regions.sizes[label]);
    const besideShare = beside > LEAST_BESIDE * size ? beside / regions.sizes[main] : 0;
    return { mask, captionRows, movingShare: movingCount / size, besideShare };
}
/** Clears rows near the top and bottom that move over most of their width, and returns them. */
function clearCaptionRows(moving, width, height) {
    const rows = [];
    for (let y = 0; y < height; y++) {
        if (y >= height * 0.15 && y <= height * 0.8)
            continue;
        const row = moving.subarray(y * width, (y + 1) * width);
        let count = 0;
        for (const value of row)
            count += value;
        if (count <= 0.7 * width)
            continue;
        rows.push(y);
        row.fill(0);
    }
    return rows;
}
