import { CAPSULE_COUNT, CAPSULE_SIZE, placeCapsules } from './capsules.js';
export function createCanvas(width, height) {
    return { width, height, stamps: new Int32Array(width * height), stamp: 0, inside: 0, outside: 0 };
}
export function startMeasurement(canvas) {
    canvas.stamp++;
    canvas.inside = 0;
    canvas.outside = 0;
}
/** All evidence for the subject in `data`. */
export function totalFor(data) {
    let sum = 0;
    for (let p = 0; p < data.length; p++)
        if (data[p] > 0)
            sum += data[p];
    return sum;
}
const NO_PIXELS = new Int32Array(0);
/**
 * Adds the pixels of one capsule that were not counted yet. When `pixels` is given, their indices are appended to it
 * from `pixelCount` on. Returns the new pixel count.
 */
export function addCapsule(canvas, evidence, capsules, capsule, pixels = NO_PIXELS, pixelCount = 0) {
    const { width, height, stamps, stamp } = canvas;
    const at = capsule * CAPSULE_SIZE;
    const x0 = capsules[at];
    const y0 = capsules[at + 1];
    const r0 = capsules[at + 2];
    const dx = capsules[at + 3] - x0;
    const dy = capsules[at + 4] - y0;
    const taper = capsules[at + 5] - r0;
    const inverse = 1 / (dx * dx + dy * dy || 1e-6);
    const widest = Math.max(r0, r0 + taper);
    const left = Math.max(0, Math.floor(Math.min(x0, x0 + dx) - widest));
    const right = Math.min(width - 1, Math.ceil(Math.max(x0, x0 + dx) + widest));
    const top = Math.max(0, Math.floor(Math.min(y0, y0 + dy) - widest));
    const bottom = Math.min(height - 1, Math.ceil(Math.max(y0, y0 + dy) + widest));
    let inside = 0;
    let outside = 0;
    let count = pixelCount;
    for (let y = top; y <= bottom; y++) {
        const ey = y - y0;
        for (let x = left; x <= right; x++) {
            const ex = x - x0;
            let t = (ex * dx + ey * dy) * inverse;
            t = t < 0 ? 0 : t > 1 ? 1 : t;
            const offX = ex - t * dx;
            const offY = ey - t * dy;
            const radius = r0 + t * taper;
            if (offX * offX + offY * offY > radius * radius)
                continue;
            const p = y * width + x;
            if (stamps[p] === stamp)
                continue;
            stamps[p] = stamp;
            const value = evidence[p];
            if (value > 0)
                inside += value;
            else
                outside -= value;
            if (count < pixels.length)
                pixels[count++] = p;
        }
    }
    canvas.inside += inside;
    canvas.outside += outside;
    return count;
}
/** Capsules as bits: bit i set = capsule i takes part. */
export const ALL_CAPSULES = (1 << CAPSULE_COUNT) - 1;
export const HEAD_CAPSULE = 0b00000000010;
export const CORE_CAPSULES = 0b10000000011;
export const TORSO_HEAD_LEGS = 0b01111000011;
const capsules = new Float64Array(CAPSULE_COUNT * CAPSULE_SIZE);
/**
 * How well a pose explains the evidence, 0 to 1: evidence inside the puppet over (all evidence + background inside
 * the puppet). On a clean mask this is intersection over union.
 */
export function scorePose(canvas, evidence, total, pose, shape, parts = ALL_CAPSULES) {
    placeCapsules(pose, shape, capsules);
    startMeasurement(canvas);
    for (let capsule = 0; capsule < CAPSULE_COUNT; capsule++) {
        if ((parts >> capsule) & 1)
            addCapsule(canvas, evidence, capsules, capsule);
    }
    return canvas.inside / (total + canvas.outside + 1e-6);
}
