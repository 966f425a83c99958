import { distanceTo } from '../image/distance.js';
import { BONES, JOINT } from '../puppet/pose.js';
import { LEFT_ARM, RIGHT_ARM, TRUNK } from './owner.js';
/** The body continues this far under the arms, in fit pixels, with its own colours: no crack between them. */
const MARGIN = 0.6;
/** Body pixels this near an arm, in fit pixels, may show its outline or shadow: colours are not continued from them. */
const ARM_OUTLINE = 1.2;
/**
 * The body with its colours continued under the arms: where an arm hides the torso or the head, and a little along
 * every edge that an arm covers. Arms can then swing away without leaving a hole or a piece of themselves behind.
 */
export function continueBody(source, owner, joints, radii, fitPixel) {
    const { width, height } = source;
    const rgba = source.rgba.slice();
    const size = width * height;
    const isArm = (p) => owner[p] === LEFT_ARM || owner[p] === RIGHT_ARM;
    const body = Uint8Array.from(owner, (value) => (value === TRUNK ? 1 : 0));
    const arms = Uint8Array.from(owner, (_, p) => (isArm(p) ? 1 : 0));
    const toBody = distanceTo(body, width, height, 'set');
    const toArms = distanceTo(arms, width, height, 'set');
    const crossing = CROSSING_ARM * Math.max(radii[3], radii[5]);
    const between = betweenBody(body, arms, width, height, crossing);
    const margin = Math.max(2, MARGIN * fitPixel);
    const mask = new Uint8Array(size);
    const isCovered = new Uint8Array(size);
    for (let p = 0; p < size; p++) {
        if (!isArm(p))
            continue;
        const isOnBody = nearBone(0, p, width, joints, radii[0]) || nearBone(1, p, width, joints, radii[1] * 0.95);
        const isSocket = SOCKETS.some(([shoulder, bone]) => isNear(p, width, joints, JOINT.neck, shoulder, SOCKET * radii[bone]));
        if ((between[p] !== 0 && isOnBody) || isSocket)
            isCovered[p] = 1;
        if (isCovered[p] !== 0 || toBody[p] <= margin)
            mask[p] = 1;
    }
    // Breadth first from the sure body outwards: each new pixel takes the mean of its painted neighbours.
    const sure = ARM_OUTLINE * fitPixel;
    const painted = body.map((value, p) => (value !== 0 && toArms[p] > sure ? 1 : 0));
    let front = [];
    for (let p = 0; p < size; p++)
        if (painted[p] !== 0)
            front.push(p);
    while (front.length > 0) {
        const next = [];
        for (const p of front) {
            const x = p % width;
            const y = (p / width) | 0;
            for (const [dx, dy] of NEIGHBOURS) {
                const nx = x + dx;
                const ny = y + dy;
                if (nx < 0 || ny < 0 || nx >= width || ny >= height)
                    continue;
                const q = ny * width + nx;
                if (painted[q] !== 0 || (body[q] === 0 && mask[q] === 0))
                    continue;
                meanOfPainted(rgba, painted, q, width, height);
                painted[q] = 1;
                next.push(q);
            }
        }
        front = next;
    }
    for (let p = 0; p < size; p++)
        if (painted[p] === 0)
            mask[p] = 0;
    // Beside the body its edge goes on as it is, outline and all.
    for (let p = 0; p < size; p++) {
        if (mask[p] === 0 || isCovered[p] !== 0)
            continue;
        const q = nearestOf(body, p, width, height, margin);
        if (q >= 0)
            for (let c = 0; c < 4; c++)
                rgba[4 * p + c] = source.rgba[4 * q + c];
    }
    return { rgba, mask };
}
/** The body reaches into both shoulders, in upper arm radii, so that an arm hangs on it however it turns. */
const SOCKET = 0.9;
const SOCKETS = [
    [JOINT.leftShoulder, 2],
    [JOINT.rightShoulder, 4],
];
/** An arm that lies across the body is at most this thick, in radii of the forearm. */
const CROSSING_ARM = 3.5;
/**
 * Arm pixels with body on both sides in their row, or closely above and below: an arm in front of the body, not
 * beside it.
 */
function betweenBody(body, arms, width, height, crossing) {
    const between = new Uint8Array(body.length);
    const scan = (start, step, count, widest) => {
        let last = -1;
        for (let i = 0; i < count; i++) {
            if (body[start + i * step] === 0)
                continue;
            if (last >= 0 && i - last <= widest) {
                for (let k = last + 1; k < i; k++)
                    if (arms[start + k * step] !== 0)
                        between[start + k * step] = 1;
            }
            last = i;
        }
    };
    for (let y = 0; y < height; y++)
        scan(y * width, 1, width, width);
    for (let x = 0; x < width; x++)
        scan(x, width, height, crossing);
    return between;
}
/** The nearest set pixel within `reach`, or -1. */
function nearestOf(mask, p, width, height, reach) {
    const x = p % width;
    const y = (p / width) | 0;
    const span = Math.ceil(reach);
    let nearest = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let ny = Math.max(0, y - span); ny <= Math.min(height - 1, y + span); ny++) {
        for (let nx = Math.max(0, x - span); nx <= Math.min(width - 1, x + span); nx++) {
            const away = (nx - x) ** 2 + (ny - y) ** 2;
            if (away >= least || mask[ny * width + nx] === 0)
                continue;
            least = away;
            nearest = ny * width + nx;
        }
    }
    return nearest;
}
const NEIGHBOURS = [
    [-1, 0],
    [1, 0],
    [0, -1],
    [0, 1],
];
function meanOfPainted(rgba, painted, p, width, height) {
    const x = p % width;
    const y = (p / width) | 0;
    let count = 0;
    const sum = [0, 0, 0];
    for (let ny = Math.max(0, y - 2); ny <= Math.min(height - 1, y + 2); ny++) {
        for (let nx = Math.max(0, x - 2); nx <= Math.min(width - 1, x + 2); nx++) {
            const q = ny * width + nx;
            if (painted[q] === 0 || rgba[4 * q + 3] === 0)
                continue;
            count++;
            for (let c = 0; c < 3; c++)
                sum[c] += rgba[4 * q + c];
        }
    }
    if (count === 0)
        return;
    for (let c = 0; c < 3; c++)
        rgba[4 * p + c] = sum[c] / count;
}
function nearBone(bone, p, width, joints, radius) {
    return isNear(p, width, joints, BONES[bone][0], BONES[bone][1], radius);
}
/** Whether a pixel lies within `radius` of the line between two joints. */
function isNear(p, width, joints, from, to, radius) {
    const x0 = joints[2 * from];
    const y0 = joints[2 * from + 1];
    const dx = joints[2 * to] - x0;
    const dy = joints[2 * to + 1] - y0;
    const x = (p % width) - x0;
    const y = Math.floor(p / width) - y0;
    const t = Math.max(0, Math.min(1, (x * dx + y * dy) / (dx * dx + dy * dy || 1e-6)));
    return Math.hypot(x - t * dx, y - t * dy) <= radius;
}
