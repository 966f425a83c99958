import { JOINT, JOINT_COUNT, placeJoints } from './pose.js';
/** Capsules of a pose: torso, head, eight limb bones (the order of `Pose.angles`), shoulder bar. */
export const CAPSULE_COUNT = 11;
export const TORSO = 0;
export const HEAD = 1;
export const FIRST_LIMB = 2;
const SHOULDER_BAR = 10;
/** Numbers per capsule: x0, y0, radius0, x1, y1, radius1, in pixels. */
export const CAPSULE_SIZE = 6;
/** Limbs taper towards their tip; hands and feet keep the tip wider than anatomy alone would. */
const ARM_TAPER = [0.9, 0.95];
const LEG_TAPER = [0.8, 0.8];
const joints = new Float64Array(2 * JOINT_COUNT);
/** Writes the capsules that stand for the body in `pose`; `out` holds `CAPSULE_COUNT * CAPSULE_SIZE` numbers. */
export function placeCapsules(pose, shape, out) {
    placeJoints(pose, shape, joints);
    const { height } = shape;
    write(out, TORSO, JOINT.pelvis, JOINT.neck, shape.bellyRadius * height, shape.chestRadius * 0.92 * height);
    writeHead(out, shape);
    for (let side = 0; side < 2; side++) {
        const arm = FIRST_LIMB + 2 * side;
        const shoulder = JOINT.leftShoulder + 3 * side;
        const upperArm = shape.upperArmRadius * height;
        const forearm = shape.forearmRadius * height;
        write(out, arm, shoulder, shoulder + 1, upperArm, upperArm * ARM_TAPER[0]);
        write(out, arm + 1, shoulder + 1, shoulder + 2, forearm, forearm * ARM_TAPER[1]);
        const leg = FIRST_LIMB + 4 + 2 * side;
        const hip = JOINT.leftHip + 3 * side;
        const thigh = shape.thighRadius * height;
        const shin = shape.shinRadius * height;
        write(out, leg, hip, hip + 1, thigh, thigh * LEG_TAPER[0]);
        write(out, leg + 1, hip + 1, hip + 2, shin, shin * LEG_TAPER[1]);
    }
    const bar = shape.upperArmRadius * height;
    write(out, SHOULDER_BAR, JOINT.leftShoulder, JOINT.rightShoulder, bar, bar);
    return out;
}
function write(out, capsule, from, to, r0, r1) {
    const at = capsule * CAPSULE_SIZE;
    out[at] = joints[2 * from];
    out[at + 1] = joints[2 * from + 1];
    out[at + 2] = r0;
    out[at + 3] = joints[2 * to];
    out[at + 4] = joints[2 * to + 1];
    out[at + 5] = r1;
}
/** The head is an ellipse: a circle swept along its axis by what the ellipse is longer than wide. */
function writeHead(out, shape) {
    const radius = shape.headRadius * shape.height;
    const sweep = Math.max(0, shape.headAspect - 1) * radius;
    const dx = joints[4] - joints[2];
    const dy = joints[5] - joints[3];
    const length = Math.hypot(dx, dy) || 1;
    const at = HEAD * CAPSULE_SIZE;
    out[at] = joints[4] - (dx / length) * sweep;
    out[at + 1] = joints[5] - (dy / length) * sweep;
    out[at + 2] = radius;
    out[at + 3] = joints[4] + (dx / length) * sweep;
    out[at + 4] = joints[5] + (dy / length) * sweep;
    out[at + 5] = radius;
}
