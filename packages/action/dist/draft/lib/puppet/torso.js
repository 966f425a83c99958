import { clamp } from '../image/resize.js';
import { DEGREE } from './pose.js';
export const TORSO_POINTS = 24;
const ALONG_TORSO = [0.05, 0.3, 0.55, 0.8, 0.97];
const ACROSS_TORSO = [-0.75, 0, 0.75];
const HEAD_RING = 0.72;
const RING_COS = Float64Array.from({ length: 8 }, (_, i) => Math.cos((i * Math.PI) / 4));
const RING_SIN = Float64Array.from({ length: 8 }, (_, i) => Math.sin((i * Math.PI) / 4));
/** Background is expected around the top of the head, at these angles from its axis. */
const AROUND_HEAD = [-55, -28, 0, 28, 55].map((degrees) => degrees * DEGREE);
const pointsX = new Float64Array(TORSO_POINTS);
const pointsY = new Float64Array(TORSO_POINTS);
/** Writes the 24 sample points of torso (15) and head (9) into module scratch; read them with `forEachTorsoPoint`. */
function placePoints(c, shape) {
    const { height } = shape;
    const upX = Math.sin(c.torsoAngle);
    const upY = -Math.cos(c.torsoAngle);
    const length = shape.torsoLength * height * c.torsoLength;
    let i = 0;
    for (const along of ALONG_TORSO) {
        const radius = (shape.bellyRadius + (shape.chestRadius - shape.bellyRadius) * along) * height;
        for (const across of ACROSS_TORSO) {
            pointsX[i] = c.x + upX * length * along - upY * across * radius;
            pointsY[i++] = c.y + upY * length * along + upX * across * radius;
        }
    }
    const axisX = Math.sin(c.torsoAngle + c.headAngle);
    const axisY = -Math.cos(c.torsoAngle + c.headAngle);
    const toCentre = (shape.neckLength + shape.headRadius * shape.headAspect) * height;
    const centreX = c.x + upX * length + axisX * toCentre;
    const centreY = c.y + upY * length + axisY * toCentre;
    pointsX[i] = centreX;
    pointsY[i++] = centreY;
    const radius = shape.headRadius * height * HEAD_RING;
    for (let k = 0; k < 8; k++) {
        const across = RING_COS[k] * radius;
        const along = RING_SIN[k] * radius * shape.headAspect;
        pointsX[i] = centreX - axisY * across + axisX * along;
        pointsY[i++] = centreY + axisX * across + axisY * along;
    }
}
export function forEachTorsoPoint(candidate, shape, visit) {
    placePoints(candidate, shape);
    for (let i = 0; i < TORSO_POINTS; i++)
        visit(i, pointsX[i], pointsY[i]);
}
/** Evidence at a point, -1 to 1; outside the picture counts as background. */
function look(map, x, y) {
    const column = Math.floor(x);
    const row = Math.floor(y);
    if (column < 0 || row < 0 || column >= map.width || row >= map.height)
        return -1;
    return map.data[row * map.width + column] / 127;
}
/** Per degree: an arm that hangs beside an upright torso looks like the edge of a leaning one. */
const LEAN_COST = 0.007;
/** Legs go on below the pelvis, however they are bent: what both hips miss, this far down the torso's axis, in heights. */
const HIP_WEIGHT = 0.4;
const BELOW_HIPS = 0.045;
/** Background outside the head earns at most this much, so that clutter beside the head cannot decide alone. */
const BACKGROUND_LIMIT = -0.3;
/**
 * Scores one torso and head: evidence under both, background around the head and beside the neck, torso axis deep
 * inside the outline, and colours as in the other frames. Larger is better; a good fit is about 2.
 */
function scoreTorso(candidate, shape, { map, depth, picture }, colours) {
    const { height } = shape;
    placePoints(candidate, shape);
    let torso = 0;
    for (let i = 0; i < 15; i++)
        torso += look(map, pointsX[i], pointsY[i]);
    let head = 0;
    for (let i = 15; i < TORSO_POINTS; i++)
        head += look(map, pointsX[i], pointsY[i]);
    const upX = Math.sin(candidate.torsoAngle);
    const upY = -Math.cos(candidate.torsoAngle);
    const axisX = Math.sin(candidate.torsoAngle + candidate.headAngle);
    const axisY = -Math.cos(candidate.torsoAngle + candidate.headAngle);
    const length = shape.torsoLength * height * candidate.torsoLength;
    const neckX = candidate.x + upX * length;
    const neckY = candidate.y + upY * length;
    const centreX = pointsX[15];
    const centreY = pointsY[15];
    const radius = shape.headRadius * height;
    let around = 0;
    for (const angle of AROUND_HEAD) {
        const reach = radius * (angle === 0 ? shape.headAspect : 1) * 1.55;
        const dx = axisX * Math.cos(angle) - axisY * Math.sin(angle);
        const dy = axisX * Math.sin(angle) + axisY * Math.cos(angle);
        around += Math.max(BACKGROUND_LIMIT, look(map, centreX + dx * reach, centreY + dy * reach));
    }
    let beside = 0;
    for (let sign = -1; sign <= 1; sign += 2) {
        const acrossX = -axisY * sign * radius;
        const acrossY = axisX * sign * radius;
        beside += Math.max(BACKGROUND_LIMIT, look(map, centreX + acrossX * 1.6, centreY + acrossY * 1.6));
        const besideNeckY = neckY + acrossY * 1.35 + axisY * shape.neckLength * height * 1.4;
        beside += 0.6 * Math.max(BACKGROUND_LIMIT, look(map, neckX + acrossX * 1.35, besideNeckY));
    }
    let deep = 0;
    for (const along of [0.25, 0.6]) {
        const column = Math.floor(candidate.x + upX * length * along);
        const row = Math.floor(candidate.y + upY * length * along);
        if (column >= 0 && row >= 0 && column < map.width && row < map.height) {
            deep += Math.min(1, depth[row * map.width + column] / (shape.bellyRadius * height));
        }
    }
    let hips = 0;
    for (let sign = -1; sign <= 1; sign += 2) {
        const x = candidate.x - upY * sign * shape.hipHalfWidth * height - upX * BELOW_HIPS * height;
        const y = candidate.y + upX * sign * shape.hipHalfWidth * height - upY * BELOW_HIPS * height;
        hips += look(map, x, y);
    }
    return (torso / 15 +
        (0.8 * head) / 9 -
        (0.45 * around) / AROUND_HEAD.length -
        (0.3 * beside) / 3.2 +
        (0.5 * deep) / 2 -
        (colours != null && picture != null ? 1.2 * colourMismatch(picture, colours) : 0) -
        (LEAN_COST * Math.abs(candidate.torsoAngle)) / DEGREE +
        HIP_WEIGHT * (hips / 2) -
        0.6 * Math.abs(1 - candidate.torsoLength) -
        (0.002 * Math.abs(candidate.headAngle)) / DEGREE);
}
/** Mean colour difference at the sample points, 0 to 1. Points outside the picture count as entirely different. */
function colourMismatch(picture, colours) {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < TORSO_POINTS; i++) {
        const colour = colours[i];
        if (colour == null)
            continue;
        count++;
        const column = Math.floor(pointsX[i]);
        const row = Math.floor(pointsY[i]);
        if (column < 0 || row < 0 || column >= picture.width || row >= picture.height) {
            sum += 1;
            continue;
        }
        const p = row * picture.width + column;
        const difference = 0.6 * Math.abs(picture.y[p] - colour[0]) +
            1.6 * (Math.abs(picture.u[p] - colour[1]) + Math.abs(picture.v[p] - colour[2]));
        sum += Math.min(difference, 50) / 50;
    }
    return count === 0 ? 0 : sum / count;
}
export const TRACKING_SEARCH = {
    keep: 14,
    step: 0.05,
    anglesDegrees: [-32, -16, 0, 16, 32],
    lengths: [1, 0.82],
};
export const STILL_SEARCH = {
    keep: 3,
    step: 0.05,
    anglesDegrees: [-14, 0, 14],
    lengths: [1],
};
/**
 * Coarse grid over the subject's box, then each of the best distinct places is climbed to its local maximum.
 * `box` bounds the subject in pixels.
 */
export function searchTorso(shape, evidence, colours, box, search) {
    const { height } = shape;
    const step = Math.max(1, height * search.step);
    const coarse = [];
    const lowest = Math.min(box.bottom, box.top + 1.1 * height);
    for (let y = box.top + 0.2 * height; y <= lowest; y += step) {
        for (let x = box.left; x <= box.right; x += step) {
            if (look(evidence.map, x, y) < 0)
                continue;
            for (const degrees of search.anglesDegrees) {
                for (const torsoLength of search.lengths) {
                    const candidate = {
                        x,
                        y,
                        torsoAngle: degrees * DEGREE,
                        torsoLength,
                        headAngle: 0,
                        score: 0,
                    };
                    candidate.score = scoreTorso(candidate, shape, evidence, colours);
                    coarse.push(candidate);
                }
            }
        }
    }
    const seeds = keepDistinct(coarse, search.keep + 4, height, 1.5);
    for (const seed of seeds)
        climbTorso(seed, shape, evidence, colours, search.lengths.length > 1);
    return keepDistinct(seeds, search.keep, height, 0.5);
}
/** The best candidates that differ from every better one by at least `spread` times what looks like another place. */
function keepDistinct(candidates, keep, height, spread) {
    candidates.sort((a, b) => b.score - a.score);
    const kept = [];
    for (const c of candidates) {
        const distinct = kept.every((k) => Math.abs(k.x - c.x) + Math.abs(k.y - c.y) > 0.03 * spread * height ||
            Math.abs(k.torsoAngle - c.torsoAngle) > 7 * spread * DEGREE ||
            Math.abs(k.torsoLength - c.torsoLength) > 0.09);
        if (distinct)
            kept.push(c);
        if (kept.length >= keep)
            break;
    }
    return kept;
}
/** Halving coordinate steps: place, lean, head, length. Changes `candidate` in place. */
function climbTorso(candidate, shape, evidence, colours, mayShorten) {
    let reach = 1;
    for (let round = 0; round < 3; round++, reach /= 2) {
        const moves = [
            ['x', 0.025 * shape.height * reach],
            ['y', 0.025 * shape.height * reach],
            ['torsoAngle', 8 * DEGREE * reach],
            ['headAngle', 12 * DEGREE * reach],
            ['torsoLength', mayShorten ? 0.06 * reach : 0],
        ];
        for (const [key, size] of moves) {
            if (size === 0)
                continue;
            for (let sign = -1; sign <= 1; sign += 2) {
                const before = candidate[key];
                candidate[key] = before + sign * size;
                candidate.torsoLength = clamp(candidate.torsoLength, 0.6, 1.1);
                candidate.headAngle = clamp(candidate.headAngle, -40 * DEGREE, 40 * DEGREE);
                const score = scoreTorso(candidate, shape, evidence, colours);
                if (score > candidate.score) {
                    candidate.score = score;
                    break;
                }
                candidate[key] = before;
            }
        }
    }
}
