import { BONES, JOINT } from '../puppet/pose.js';
import { BORDER } from './fit-character.js';
import { LEFT_ARM, LEFT_LEG, NOBODY, RIGHT_ARM, RIGHT_LEG, TRUNK } from './owner.js';
import { findFitOwners } from './owners.js';
import { boneRadii } from './parts.js';
import { findTrunkEnd } from './waist.js';
export const INFLUENCE = 5;
export const HINGES = 2;
const TORSO = 0;
const HEAD = 1;
const NECK = { parent: TORSO, child: HEAD, pivot: JOINT.neck };
const HIPS = [
    { parent: TORSO, child: 6, pivot: JOINT.leftHip },
    { parent: TORSO, child: 8, pivot: JOINT.rightHip },
];
const KNEES = [
    { parent: 6, child: 7, pivot: JOINT.leftKnee },
    { parent: 8, child: 9, pivot: JOINT.rightKnee },
];
const ELBOWS = [
    { parent: 2, child: 3, pivot: JOINT.leftElbow },
    { parent: 4, child: 5, pivot: JOINT.rightElbow },
];
/** Cells along the character's height. */
const CELLS = 64;
const SMALLEST_CELL = 3;
/** How sharply a joint bends, in girths. */
const BEND = 0.3;
/** How widely skirts and hips share between the thighs. */
const HIP_SHARE = 0.45;
/** Triangulates each layer's visible pixels and hangs them on the bones. `scale`: texture pixels per image pixel. */
export function buildMeshes(textures, fit, parts, scale) {
    const boxHeight = (fit.box.bottom - fit.box.top + 1) * scale;
    const cell = Math.max(SMALLEST_CELL, boxHeight / CELLS);
    const figure = {
        fit,
        parts,
        owners: findFitOwners(fit, parts),
        hasSkirt: findTrunkEnd(fit, parts).kind === 'hem',
    };
    return textures.map((texture) => buildMesh(texture, figure, scale, cell));
}
function buildMesh(texture, figure, scale, cell) {
    const { width, height, yuva } = texture;
    const columns = Math.ceil(width / cell) + 1;
    const rows = Math.ceil(height / cell) + 1;
    const used = new Uint8Array(columns * rows);
    // A pixel on a cell's edge is drawn by both neighbours: bilinear sampling reaches half a pixel over.
    for (let y = 0, p = 3; y < height; y++) {
        for (let x = 0; x < width; x++, p += 4) {
            if (yuva[p] !== 0)
                used[Math.floor((y + 0.5) / cell) * columns + Math.floor((x + 0.5) / cell)] = 1;
        }
    }
    const vertexAt = new Int32Array((columns + 1) * (rows + 1)).fill(-1);
    const positions = [];
    const influences = [];
    const triangles = [];
    const vertex = (column, row) => {
        const at = row * (columns + 1) + column;
        if (vertexAt[at] < 0) {
            vertexAt[at] = positions.length / 2;
            positions.push(column * cell, row * cell);
            influences.push(...influencesAt(texture.layer, figure, (column * cell) / scale, (row * cell) / scale));
        }
        return vertexAt[at];
    };
    for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
            if (used[row * columns + column] === 0)
                continue;
            const a = vertex(column, row);
            const b = vertex(column + 1, row);
            const c = vertex(column, row + 1);
            const d = vertex(column + 1, row + 1);
            // Alternating diagonals: no direction bends more easily than the other.
            if ((column + row) % 2 === 0)
                triangles.push(a, b, d, a, d, c);
            else
                triangles.push(a, b, c, b, d, c);
        }
    }
    return {
        texture,
        positions: Float32Array.from(positions),
        triangles: Int32Array.from(triangles),
        influences: Float32Array.from(influences),
    };
}
const OWNER_OF = {
    'left leg': LEFT_LEG,
    'right leg': RIGHT_LEG,
    'left shoulder': LEFT_ARM,
    'right shoulder': RIGHT_ARM,
    body: TRUNK,
    'left arm': LEFT_ARM,
    'right arm': RIGHT_ARM,
};
function influencesAt(layer, { fit, parts, owners, hasSkirt }, imageX, imageY) {
    const p = nearestFitPixel(fit, owners, OWNER_OF[layer], imageX, imageY);
    const cost = (bone) => Math.min(parts.boneCosts[bone][p], 60);
    const swing = ({ parent, child }) => follow(cost(parent), cost(child));
    const bent = (joint) => followLimb(fit, joint, imageX, imageY);
    switch (layer) {
        case 'left arm':
            return [...hinge(ELBOWS[0], bent(ELBOWS[0]), 1), ...NO_HINGE];
        case 'right arm':
            return [...hinge(ELBOWS[1], bent(ELBOWS[1]), 1), ...NO_HINGE];
        case 'left shoulder':
            return [...hinge(ELBOWS[0], 0, 1), ...NO_HINGE];
        case 'right shoulder':
            return [...hinge(ELBOWS[1], 0, 1), ...NO_HINGE];
        case 'left leg':
            return [...hinge(KNEES[0], bent(KNEES[0]), 1), ...NO_HINGE];
        case 'right leg':
            return [...hinge(KNEES[1], bent(KNEES[1]), 1), ...NO_HINGE];
        case 'body': {
            const head = followHead(fit, imageX, imageY);
            // Trousers are legs; only a skirt swings with the thighs.
            if (head > 0 || !hasSkirt)
                return [...hinge(NECK, head, 1), ...NO_HINGE];
            const leftShare = 1 / (1 + Math.exp((cost(6) - cost(8)) / HIP_SHARE));
            return [
                ...hinge(HIPS[0], swing(HIPS[0]), leftShare),
                ...hinge(HIPS[1], swing(HIPS[1]), 1 - leftShare),
            ];
        }
    }
}
/** An elbow or knee bends over this many radii of its limb to both sides: a tube that neither creases nor sags. */
const LIMB_BEND = 1.2;
/** Cosine of the angle between two drawn bones below which no line divides them. */
const FOLDED = -0.3;
/**
 * How much a point of a limb turns with its lower bone: 0 above the joint, 1 below, smooth across it. Only the place
 * counts, never the colours: neighbours must not turn by different angles.
 */
function followLimb(fit, joint, x, y) {
    const { joints } = fit;
    const [from, pivot] = BONES[joint.parent];
    const tip = BONES[joint.child][1];
    const radii = boneRadii(fit.shape);
    const radius = (radii[joint.parent] + radii[joint.child]) / 2 / fit.scale;
    const at = (j) => [joints[2 * j], joints[2 * j + 1]];
    const [px, py] = at(pivot);
    const upper = direction(at(from), at(pivot));
    const lower = direction(at(pivot), at(tip));
    const cos = upper[0] * lower[0] + upper[1] * lower[1];
    const past = cos > FOLDED
        ? ((x - px) * (upper[0] + lower[0]) + (y - py) * (upper[1] + lower[1])) /
            Math.hypot(upper[0] + lower[0], upper[1] + lower[1])
        : distanceToSegment(x, y, at(from), at(pivot)) - distanceToSegment(x, y, at(pivot), at(tip));
    return smoothStep(0.5 + past / (2 * LIMB_BEND * radius));
}
function direction([x0, y0], [x1, y1]) {
    const length = Math.hypot(x1 - x0, y1 - y0) || 1e-6;
    return [(x1 - x0) / length, (y1 - y0) / length];
}
function distanceToSegment(x, y, [x0, y0], [x1, y1]) {
    const dx = x1 - x0;
    const dy = y1 - y0;
    const along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1e-6);
    const t = Math.max(0, Math.min(1, along));
    return Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
}
function smoothStep(value) {
    const t = Math.max(0, Math.min(1, value));
    return t * t * (3 - 2 * t);
}
/** How much a point of the body turns with the head: all of it above the neck joint, so that faces stay as drawn. */
function followHead({ joints }, x, y) {
    const neckX = joints[2 * JOINT.neck];
    const neckY = joints[2 * JOINT.neck + 1];
    const dx = joints[2 * JOINT.headTop] - neckX;
    const dy = joints[2 * JOINT.headTop + 1] - neckY;
    const along = ((x - neckX) * dx + (y - neckY) * dy) / (dx * dx + dy * dy || 1e-6);
    return smoothStep(1 + along / NECK_BEND);
}
/** The neck bends over this share of the head's height, below the neck joint. */
const NECK_BEND = 0.18;
const NO_HINGE = [0, 0, 0, 0, 0];
function hinge({ parent, child, pivot }, blend, share) {
    return [parent, child, pivot, blend, share];
}
/** 0 on the parent bone, 1 on the child, smooth between. */
function follow(parentCost, childCost) {
    return 1 / (1 + Math.exp((childCost - parentCost) / BEND));
}
/** How far away, in fit pixels, a layer's own pixel is looked for before any other is taken. */
const OWN_REACH = 12;
/** The fit pixel of the layer nearest to an image point, else the nearest of the character. */
function nearestFitPixel(fit, owners, layer, imageX, imageY) {
    const x = Math.round((imageX - fit.box.left) * fit.scale + BORDER - 0.5);
    const y = Math.round((imageY - fit.box.top) * fit.scale + BORDER - 0.5);
    const search = (accept) => {
        let best = -1;
        let nearest = Number.POSITIVE_INFINITY;
        for (let reach = 0; reach <= OWN_REACH; reach++) {
            for (let row = Math.max(0, y - reach); row <= Math.min(fit.height - 1, y + reach); row++) {
                for (let column = Math.max(0, x - reach); column <= Math.min(fit.width - 1, x + reach); column++) {
                    const away = (column - x) ** 2 + (row - y) ** 2;
                    if (away < nearest && accept(owners[row * fit.width + column])) {
                        nearest = away;
                        best = row * fit.width + column;
                    }
                }
            }
            if (best >= 0)
                return best;
        }
        return best;
    };
    const own = search((owner) => owner === layer);
    if (own >= 0)
        return own;
    const any = search((owner) => owner !== NOBODY);
    if (any >= 0)
        return any;
    return (Math.max(0, Math.min(fit.height - 1, y)) * fit.width + Math.max(0, Math.min(fit.width - 1, x)));
}
