import { JOINT } from '../puppet/pose.js';
import { LEFT_ARM, LEFT_LEG, RIGHT_ARM, RIGHT_LEG, TRUNK } from './owner.js';
export const LEGS = [
    {
        owner: LEFT_LEG,
        bone: 6,
        root: JOINT.leftHip,
        tip: JOINT.leftAnkle,
        reach: 1.5,
        shown: 0.75,
    },
    {
        owner: RIGHT_LEG,
        bone: 8,
        root: JOINT.rightHip,
        tip: JOINT.rightAnkle,
        reach: 1.5,
        shown: 0.75,
    },
];
export const SHOULDERS = [
    {
        owner: LEFT_ARM,
        bone: 2,
        root: JOINT.leftShoulder,
        tip: JOINT.leftElbow,
        reach: 1.3,
        shown: 1.4,
    },
    {
        owner: RIGHT_ARM,
        bone: 4,
        root: JOINT.rightShoulder,
        tip: JOINT.rightElbow,
        reach: 1.3,
        shown: 1.4,
    },
];
/** The trunk and the arms lie in front of the legs, the trunk in front of a shoulder. */
function isCovering(owner) {
    return owner === TRUNK || owner === LEFT_ARM || owner === RIGHT_ARM;
}
/** This far inside the limb, in bone radii, outlines run along it and not along the cut. */
const PAST_THE_CUT = [1, 0.5, 0.2];
/**
 * Continues a limb towards and around its root as if it were pulled out of its sleeve: each hidden pixel takes the
 * colour that the limb shows further along, at the same distance from its axis. Only where other parts of the
 * character hide it in the drawing, so that the drawn pose does not change.
 */
export function extendLimb({ width, height, rgba: from }, owner, limb, joints, radii) {
    const rootX = joints[2 * limb.root];
    const rootY = joints[2 * limb.root + 1];
    const dx = joints[2 * limb.tip] - rootX;
    const dy = joints[2 * limb.tip + 1] - rootY;
    const length = Math.hypot(dx, dy) || 1e-6;
    const ux = dx / length;
    const uy = dy / length;
    const radius = limb.reach * radii[limb.bone];
    const rgba = new Uint8Array(4 * width * height);
    const mask = new Uint8Array(width * height);
    const isOwn = (x, y) => {
        const column = Math.round(x);
        const row = Math.round(y);
        if (column < 0 || row < 0 || column >= width || row >= height)
            return -1;
        const q = row * width + column;
        return owner[q] === limb.owner && from[4 * q + 3] === 255 ? q : -1;
    };
    const left = Math.max(0, Math.floor(Math.min(rootX, rootX + dx) - radius));
    const right = Math.min(width - 1, Math.ceil(Math.max(rootX, rootX + dx) + radius));
    const top = Math.max(0, Math.floor(Math.min(rootY, rootY + dy) - radius));
    const bottom = Math.min(height - 1, Math.ceil(Math.max(rootY, rootY + dy) + radius));
    for (let y = top; y <= bottom; y++) {
        for (let x = left; x <= right; x++) {
            const p = y * width + x;
            if (owner[p] === limb.owner || !isCovering(owner[p]) || from[4 * p + 3] < 255)
                continue;
            const along = (x - rootX) * ux + (y - rootY) * uy;
            const across = Math.abs((y - rootY) * ux - (x - rootX) * uy);
            if (along >= length)
                continue;
            if (Math.hypot(Math.min(0, along), across) > radius)
                continue;
            const last = limb.shown * length - along;
            for (let step = 1; step < last; step++) {
                const edge = isOwn(x + step * ux, y + step * uy);
                if (edge < 0)
                    continue;
                const deeper = PAST_THE_CUT.map((share) => step + share * radii[limb.bone])
                    .map((far) => isOwn(x + far * ux, y + far * uy))
                    .find((at) => at >= 0);
                const q = deeper ?? edge;
                for (let c = 0; c < 4; c++)
                    rgba[4 * p + c] = from[4 * q + c];
                mask[p] = 1;
                break;
            }
        }
    }
    return { rgba, mask };
}
