import { angleBetween, DEGREE } from './pose.js';
export const ARM_SEARCH = {
    stepDegrees: 12,
    lengths: [1, 0.72, 0.42],
    keepUpper: 26,
    keep: 18,
};
export const LEG_SEARCH = {
    stepDegrees: 10,
    lengths: [1, 0.78, 0.52],
    keepUpper: 24,
    keep: 14,
};
export const STILL_ARM_SEARCH = {
    stepDegrees: 20,
    lengths: [1, 0.72],
    keepUpper: 12,
    keep: 4,
};
export const STILL_LEG_SEARCH = {
    stepDegrees: 18,
    lengths: [1, 0.75],
    keepUpper: 12,
    keep: 5,
};
/** The limb's bones in `Pose.angles`: the upper one; the lower one follows it. */
export function firstBone(kind, side) {
    return (kind === 'arm' ? 0 : 4) + 2 * side;
}
/** Arms turn all the way round; legs not above the hips. */
const LEG_RANGE_DEGREES = 100;
/** How far the lower bone may bend away from the upper one. */
const LARGEST_BEND_DEGREES = { arm: 155, leg: 125 };
/** A bone drawn shorter than it is must be pointing at the camera: possible, but less likely. */
const FORESHORTENING_COST = 0.8;
function tilt(kind, angleDegrees, side) {
    const inward = side === 0 ? angleDegrees : -angleDegrees;
    if (kind === 'arm')
        return inward > 60 && inward < 150 ? 0.12 : 0;
    return 0.0015 * Math.max(0, Math.abs(angleDegrees) - 35) + (inward > 25 ? 0.08 : 0);
}
function bendCost(kind, lowerDegrees, bendDegrees) {
    if (kind === 'arm')
        return 0.0006 * bendDegrees;
    // A shin along the hem of a skirt would otherwise explain more than the thin one below it.
    return 0.0016 * bendDegrees + 0.005 * Math.max(0, Math.abs(lowerDegrees) - 45);
}
const SAMPLES = 6;
const ACROSS = [-0.55, 0, 0.55];
/** Samples one bone: evidence on it, minus evidence beside it (a limb is narrow) and beyond its tip. */
function scoreBone(whole, own, x0, y0, x1, y1, radius0, radius1, isTip) {
    const { width, height, data } = whole;
    const dx = x1 - x0;
    const dy = y1 - y0;
    const length = Math.hypot(dx, dy) || 1e-6;
    const acrossX = -dy / length;
    const acrossY = dx / length;
    let on = 0;
    let unexplained = 0;
    let beside = 0;
    for (let i = 0; i < SAMPLES; i++) {
        const t = (i + 0.6) / SAMPLES;
        const radius = radius0 + (radius1 - radius0) * t;
        const cx = x0 + dx * t;
        const cy = y0 + dy * t;
        for (let j = 0; j < 3; j++) {
            const x = (cx + acrossX * radius * ACROSS[j]) | 0;
            const y = (cy + acrossY * radius * ACROSS[j]) | 0;
            if (x < 0 || y < 0 || x >= width || y >= height) {
                on -= 127;
                continue;
            }
            const p = y * width + x;
            on += data[p];
            if (own.data[p] > 0)
                unexplained += own.data[p];
            else if (data[p] > 0)
                unexplained += own.data[p];
        }
        beside += positiveAt(whole, cx + acrossX * radius * 1.8, cy + acrossY * radius * 1.8);
        beside += positiveAt(whole, cx - acrossX * radius * 1.8, cy - acrossY * radius * 1.8);
    }
    const beyond = isTip
        ? positiveAt(whole, x1 + (dx / length) * radius1 * 1.9, y1 + (dy / length) * radius1 * 1.9)
        : 0;
    const count = 3 * SAMPLES;
    return (on / count + unexplained / count - (0.16 * beside) / SAMPLES - 0.25 * beyond) / 127;
}
function positiveAt(map, x, y) {
    const column = x | 0;
    const row = y | 0;
    if (column < 0 || row < 0 || column >= map.width || row >= map.height)
        return 0;
    const value = map.data[row * map.width + column];
    return value > 0 ? value : 0;
}
/** Candidates for one limb from its root joint, best first, distinct. */
export function searchLimb(evidence, shape, rootX, rootY, kind, side, search) {
    const { height } = shape;
    const isArm = kind === 'arm';
    const upperFull = (isArm ? shape.upperArmLength : shape.thighLength) * height;
    const lowerFull = (isArm ? shape.forearmLength : shape.shinLength) * height;
    const upperRadius = (isArm ? shape.upperArmRadius : shape.thighRadius) * height;
    const lowerRadius = (isArm ? shape.forearmRadius : shape.shinRadius) * height;
    const range = isArm ? 180 : LEG_RANGE_DEGREES;
    const uppers = [];
    for (let degrees = -range; degrees < range; degrees += search.stepDegrees) {
        const sin = Math.sin(degrees * DEGREE);
        const cos = Math.cos(degrees * DEGREE);
        for (const length of search.lengths) {
            const tipX = rootX + sin * upperFull * length;
            const tipY = rootY + cos * upperFull * length;
            const score = scoreBone(evidence.whole, evidence.upper, rootX, rootY, tipX, tipY, upperRadius, upperRadius * 0.9, false) -
                FORESHORTENING_COST * (1 - length) -
                tilt(kind, degrees, side);
            uppers.push({ degrees, length, tipX, tipY, score });
        }
    }
    uppers.sort((a, b) => b.score - a.score);
    const found = [];
    for (const upper of uppers.slice(0, search.keepUpper)) {
        for (let degrees = -range; degrees < range; degrees += search.stepDegrees) {
            const bend = angleBetween(degrees * DEGREE, upper.degrees * DEGREE) / DEGREE;
            if (bend > LARGEST_BEND_DEGREES[kind])
                continue;
            const sin = Math.sin(degrees * DEGREE);
            const cos = Math.cos(degrees * DEGREE);
            for (const length of search.lengths) {
                const tipX = upper.tipX + sin * lowerFull * length;
                const tipY = upper.tipY + cos * lowerFull * length;
                const lower = scoreBone(evidence.whole, evidence.lower, upper.tipX, upper.tipY, tipX, tipY, lowerRadius, lowerRadius * 0.9, true) -
                    FORESHORTENING_COST * (1 - length) -
                    bendCost(kind, degrees, bend);
                found.push({
                    upperAngle: upper.degrees * DEGREE,
                    upperLength: upper.length,
                    lowerAngle: degrees * DEGREE,
                    lowerLength: length,
                    // The lower bone moves most and is hidden least.
                    score: upper.score + 1.3 * lower,
                });
            }
        }
    }
    return keepDistinctLimbs(found, search);
}
function keepDistinctLimbs(found, search) {
    found.sort((a, b) => b.score - a.score);
    const near = search.stepDegrees * 1.2 * DEGREE;
    const kept = [];
    for (const c of found) {
        const distinct = kept.every((k) => angleBetween(k.upperAngle, c.upperAngle) >= near ||
            angleBetween(k.lowerAngle, c.lowerAngle) >= near ||
            Math.abs(k.upperLength - c.upperLength) + Math.abs(k.lowerLength - c.lowerLength) >= 0.4);
        if (distinct)
            kept.push(c);
        if (kept.length >= search.keep)
            break;
    }
    return kept;
}
export function applyLimb(pose, kind, side, limb) {
    const bone = firstBone(kind, side);
    pose.angles[bone] = limb.upperAngle;
    pose.angles[bone + 1] = limb.lowerAngle;
    pose.lengths[bone] = limb.upperLength;
    pose.lengths[bone + 1] = limb.lowerLength;
}
