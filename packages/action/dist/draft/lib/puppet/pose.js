/**
 * Limb bones in `Pose.angles` and `Pose.lengths`: left upper arm, left forearm, right upper arm, right forearm, left
 * thigh, left shin, right thigh, right shin.
 */
const LIMB_BONE_COUNT = 8;
/**
 * An adult in everyday clothes. Forearms include the hands, shins the feet, radii the cloth, the head its hair.
 * Shoulders are at four fifths of the height, as in anthropometric tables.
 */
export function averageProportions(height) {
    return {
        height,
        torsoLength: 0.3,
        neckLength: 0.022,
        headRadius: 0.068,
        headAspect: 1.15,
        shoulderHalfWidth: 0.098,
        shoulderDrop: 0.026,
        hipHalfWidth: 0.052,
        upperArmLength: 0.16,
        forearmLength: 0.205,
        thighLength: 0.245,
        shinLength: 0.245,
        chestRadius: 0.095,
        bellyRadius: 0.08,
        upperArmRadius: 0.034,
        forearmRadius: 0.026,
        thighRadius: 0.052,
        shinRadius: 0.036,
    };
}
export const DEGREE = Math.PI / 180;
/** Arms and legs hanging, slightly apart. */
const REST_DEGREES = [-18, -10, 18, 10, -5, -2, 5, 2];
export function restPose(x, y) {
    return {
        x,
        y,
        torsoAngle: 0,
        torsoLength: 1,
        headAngle: 0,
        angles: Float64Array.from(REST_DEGREES, (degrees) => degrees * DEGREE),
        lengths: new Float64Array(LIMB_BONE_COUNT).fill(1),
    };
}
export function clonePose(pose) {
    return { ...pose, angles: pose.angles.slice(), lengths: pose.lengths.slice() };
}
/** Smallest difference between two angles in radians, 0 to pi. */
export function angleBetween(a, b) {
    const difference = Math.abs(a - b) % (2 * Math.PI);
    return difference > Math.PI ? 2 * Math.PI - difference : difference;
}
/** Indices into the joint array: joint j is at (joints[2j], joints[2j + 1]). */
export const JOINT = {
    pelvis: 0,
    neck: 1,
    headCentre: 2,
    headTop: 3,
    leftShoulder: 4,
    leftElbow: 5,
    leftWrist: 6,
    rightShoulder: 7,
    rightElbow: 8,
    rightWrist: 9,
    leftHip: 10,
    leftKnee: 11,
    leftAnkle: 12,
    rightHip: 13,
    rightKnee: 14,
    rightAnkle: 15,
};
export const JOINT_COUNT = 16;
/** Every bone from its root joint to its tip: torso, head, then the limb bones in the order of `LIMB_BONE_COUNT`. */
export const BONES = [
    [JOINT.pelvis, JOINT.neck],
    [JOINT.neck, JOINT.headTop],
    [JOINT.leftShoulder, JOINT.leftElbow],
    [JOINT.leftElbow, JOINT.leftWrist],
    [JOINT.rightShoulder, JOINT.rightElbow],
    [JOINT.rightElbow, JOINT.rightWrist],
    [JOINT.leftHip, JOINT.leftKnee],
    [JOINT.leftKnee, JOINT.leftAnkle],
    [JOINT.rightHip, JOINT.rightKnee],
    [JOINT.rightKnee, JOINT.rightAnkle],
];
/** Places all joints of `pose`; `out` holds x, y pairs in `JOINT` order. */
export function placeJoints(pose, shape, out = new Float64Array(2 * JOINT_COUNT)) {
    const { height } = shape;
    const upX = Math.sin(pose.torsoAngle);
    const upY = -Math.cos(pose.torsoAngle);
    const acrossX = -upY;
    const acrossY = upX;
    const torso = shape.torsoLength * height * pose.torsoLength;
    const neckX = pose.x + upX * torso;
    const neckY = pose.y + upY * torso;
    const headX = Math.sin(pose.torsoAngle + pose.headAngle);
    const headY = -Math.cos(pose.torsoAngle + pose.headAngle);
    const halfHead = shape.headRadius * shape.headAspect * height;
    const toCentre = shape.neckLength * height + halfHead;
    out[0] = pose.x;
    out[1] = pose.y;
    out[2] = neckX;
    out[3] = neckY;
    out[4] = neckX + headX * toCentre;
    out[5] = neckY + headY * toCentre;
    out[6] = neckX + headX * (toCentre + halfHead);
    out[7] = neckY + headY * (toCentre + halfHead);
    for (let side = 0; side < 2; side++) {
        const sign = side === 0 ? -1 : 1;
        const shoulder = sign * shape.shoulderHalfWidth * height;
        const drop = shape.shoulderDrop * height;
        placeLimb(pose, 2 * side, neckX + acrossX * shoulder - upX * drop, neckY + acrossY * shoulder - upY * drop, shape.upperArmLength * height, shape.forearmLength * height, out, 2 * (JOINT.leftShoulder + 3 * side));
        const hip = sign * shape.hipHalfWidth * height;
        placeLimb(pose, 4 + 2 * side, pose.x + acrossX * hip, pose.y + acrossY * hip, shape.thighLength * height, shape.shinLength * height, out, 2 * (JOINT.leftHip + 3 * side));
    }
    return out;
}
function placeLimb(pose, bone, rootX, rootY, upper, lower, out, at) {
    const first = upper * pose.lengths[bone];
    const second = lower * pose.lengths[bone + 1];
    out[at] = rootX;
    out[at + 1] = rootY;
    out[at + 2] = rootX + Math.sin(pose.angles[bone]) * first;
    out[at + 3] = rootY + Math.cos(pose.angles[bone]) * first;
    out[at + 4] = out[at + 2] + Math.sin(pose.angles[bone + 1]) * second;
    out[at + 5] = out[at + 3] + Math.cos(pose.angles[bone + 1]) * second;
}
