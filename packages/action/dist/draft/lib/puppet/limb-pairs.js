import { CAPSULE_COUNT, CAPSULE_SIZE, FIRST_LIMB, placeCapsules } from './capsules.js';
import { addCapsule, startMeasurement } from './coverage.js';
import { applyLimb, firstBone, } from './limbs.js';
import { DEGREE } from './pose.js';
const MOST_LIMB_PIXELS = 4096;
const capsules = new Float64Array(CAPSULE_COUNT * CAPSULE_SIZE);
const pixelScratch = new Int32Array(MOST_LIMB_PIXELS);
/** The pixels of one limb candidate and the evidence under them. Pixels of the core must be 0 in the own maps. */
function footprint(canvas, evidence, pose, shape, kind, side, limb) {
    applyLimb(pose, kind, side, limb);
    placeCapsules(pose, shape, capsules);
    startMeasurement(canvas);
    const bone = FIRST_LIMB + firstBone(kind, side);
    let count = addCapsule(canvas, evidence.lower.data, capsules, bone + 1, pixelScratch, 0);
    count = addCapsule(canvas, evidence.upper.data, capsules, bone, pixelScratch, count);
    return { pixels: pixelScratch.slice(0, count), inside: canvas.inside, outside: canvas.outside };
}
/**
 * Scores all pairs of a left and a right limb by how much of the silhouette they explain together with the parts
 * already placed. A pixel under both limbs counts once. Best first.
 */
export function scorePairs(canvas, evidence, pose, shape, kind, lefts, rights, weights, keep) {
    const leftPrints = lefts.map((limb) => footprint(canvas, evidence, pose, shape, kind, 0, limb));
    const rightPrints = rights.map((limb) => footprint(canvas, evidence, pose, shape, kind, 1, limb));
    const data = evidence.lower.data;
    const full = 127 * limbPairArea(shape, kind);
    const pairs = [];
    leftPrints.forEach((left, i) => {
        startMeasurement(canvas);
        for (const p of left.pixels)
            canvas.stamps[p] = canvas.stamp;
        rightPrints.forEach((right, j) => {
            let sharedInside = 0;
            let sharedOutside = 0;
            for (let k = 0; k < right.pixels.length; k++) {
                const p = right.pixels[k];
                if (canvas.stamps[p] !== canvas.stamp)
                    continue;
                const value = data[p];
                if (value > 0)
                    sharedInside += value;
                else
                    sharedOutside -= value;
            }
            const inside = left.inside + right.inside - sharedInside;
            const outside = left.outside + right.outside - sharedOutside;
            const coverage = (inside - outside) / full;
            const samples = lefts[i].score + rights[j].score;
            const crossed = kind === 'leg' && lefts[i].upperAngle - rights[j].upperAngle > 20 * DEGREE;
            pairs.push({
                left: lefts[i],
                right: rights[j],
                score: weights.coverage * coverage +
                    weights.samples * samples -
                    (crossed ? CROSSED_LEGS_COST : 0),
            });
        });
    });
    pairs.sort((a, b) => b.score - a.score);
    return pairs.slice(0, keep);
}
/** Pixels of two limbs of full length. */
function limbPairArea(shape, kind) {
    const upper = kind === 'arm'
        ? shape.upperArmLength * shape.upperArmRadius
        : shape.thighLength * shape.thighRadius;
    const lower = kind === 'arm'
        ? shape.forearmLength * shape.forearmRadius
        : shape.shinLength * shape.shinRadius;
    return 4 * (upper + lower) * shape.height * shape.height;
}
/** People rarely stand with crossed thighs; a swapped pair of legs looks exactly like it. */
const CROSSED_LEGS_COST = 0.25;
