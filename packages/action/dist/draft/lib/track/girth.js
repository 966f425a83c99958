import { distanceTo } from '../image/distance.js';
import { clamp } from '../image/resize.js';
import { CORE_CAPSULES, TORSO_HEAD_LEGS } from '../puppet/coverage.js';
import { markParts } from '../puppet/residual.js';
/** Shares of the height; sticks to puffer jackets. */
const THINNEST = 0.008;
const THICKEST_ARM = 0.06;
const THICKEST_SHIN = 0.055;
/** Ridge pixels needed before a measurement counts. */
const LEAST_PIXELS = 20;
/** Upper arms are thicker than the whole arm's usual thickness, forearms thinner. */
const UPPER_SHARE = 1.08;
const LOWER_SHARE = 0.92;
/** The band of the lower legs: below the knees, above the shoes, in heights below the pelvis. */
const SHIN_FROM = 0.26;
const SHIN_TO = 0.42;
/**
 * Measures how thick arms and shins are, whatever their pose: the outline without torso and head is made of limbs, and
 * the ridge of its depth is half their thickness. A capsule twice as thick as the arm fits nowhere.
 */
export function measureGirth(views, shape) {
    const arms = [];
    const shins = [];
    for (const { map, pose } of views) {
        const { width, height } = map;
        const body = new Uint8Array(width * height);
        markParts(body, width, height, pose, shape, TORSO_HEAD_LEGS, 1.1);
        arms.push(...ridgeDepths(map, body, 0, pose.y + 0.02 * shape.height));
        const core = new Uint8Array(width * height);
        markParts(core, width, height, pose, shape, CORE_CAPSULES, 1);
        shins.push(...ridgeDepths(map, core, pose.y + SHIN_FROM * shape.height, pose.y + SHIN_TO * shape.height));
    }
    const next = { ...shape };
    if (arms.length >= LEAST_PIXELS) {
        const radius = clamp(quantile(arms, 0.5) / shape.height, THINNEST, THICKEST_ARM);
        next.upperArmRadius = radius * UPPER_SHARE;
        next.forearmRadius = radius * LOWER_SHARE;
    }
    if (shins.length >= LEAST_PIXELS) {
        // Legs side by side look like one thick leg; the thinner sightings are single ones.
        next.shinRadius = clamp((quantile(shins, 0.35) * 1.15) / shape.height, THINNEST, THICKEST_SHIN);
        next.thighRadius = clamp(next.thighRadius, next.shinRadius, 2 * next.shinRadius + 0.01);
    }
    return next;
}
const NEIGHBOURS = [
    [-1, -1],
    [0, -1],
    [1, -1],
    [-1, 0],
    [1, 0],
    [-1, 1],
    [0, 1],
    [1, 1],
];
/** Depths of the ridge of what `explained` leaves of the subject between two rows. */
function ridgeDepths(map, explained, from, to) {
    const { width, height, data } = map;
    const rest = Uint8Array.from(data, (value, p) => (value > 0 && explained[p] === 0 ? 1 : 0));
    const depth = distanceTo(rest, width, height, 'unset');
    const found = [];
    for (let y = Math.max(1, Math.ceil(from)); y < Math.min(height - 1, to); y++) {
        for (let x = 1; x < width - 1; x++) {
            const p = y * width + x;
            const d = depth[p];
            if (d < 1)
                continue;
            const isRidge = NEIGHBOURS.every(([dx, dy]) => d >= depth[p + dy * width + dx]);
            // A pixel of depth d is the middle of 2 d - 1 pixels.
            if (isRidge)
                found.push(d - 0.5);
        }
    }
    return found;
}
function quantile(values, share) {
    values.sort((a, b) => a - b);
    return values[Math.min(values.length - 1, Math.floor(share * values.length))];
}
