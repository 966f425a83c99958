import { clamp } from '../image/resize.js';
import { JOINT, JOINT_COUNT, placeJoints, restPose, } from '../puppet/pose.js';
import { plantFeet } from './plant-feet.js';
/** Bones never look shorter than this: a squashed hand looks broken, a short arm does not. */
const SHORTEST_BONE = 0.6;
const LONGEST_BONE = 1.05;
/** Even the shortest legs go at least this share of the performer's way. */
const SHORTEST_TRAVEL = 0.5;
/** Share of the frame height kept free around the character. */
const FRAME_MARGIN = 0.015;
/**
 * Gives the character the performer's bone angles and foreshortening, its own proportions, and the performer's place
 * and ground contact: feet stand where the performer's stand, legs alone leave their angles for it. Then shrinks and
 * moves the whole motion so that it stays inside the frame.
 */
export function retarget(motion, fit, orientation, width, height) {
    const drawnHeight = fit.shape.height / fit.scale;
    const wanted = motion.shape.height / drawnHeight;
    const first = placeCharacter(motion, fit, orientation, wanted);
    const extent = extentOf(first, fit, wanted);
    const room = 1 - 2 * FRAME_MARGIN;
    const shrink = Math.min(1, (room * height) / (extent.bottom - extent.top), (room * width) / (extent.right - extent.left));
    const scale = wanted * shrink;
    const joints = shrink < 1 ? placeCharacter(motion, fit, orientation, scale) : first;
    const final = extentOf(joints, fit, scale);
    const moveX = inside(final.left, final.right, FRAME_MARGIN * height, width - FRAME_MARGIN * height);
    const moveY = inside(final.top, final.bottom, FRAME_MARGIN * height, height - FRAME_MARGIN * height);
    for (const frame of joints) {
        for (let j = 0; j < JOINT_COUNT; j++) {
            frame[2 * j] += moveX;
            frame[2 * j + 1] += moveY;
        }
    }
    return { joints, scale };
}
/** How far low..high must move to lie within from..to; centred when it does not fit. */
function inside(low, high, from, to) {
    if (high - low > to - from)
        return (from + to) / 2 - (low + high) / 2;
    return Math.max(0, from - low) + Math.min(0, to - high);
}
function placeCharacter({ poses, shape, times }, fit, orientation, scale) {
    const body = { ...fit.shape, height: (fit.shape.height / fit.scale) * scale };
    const feet = poses.map((pose) => lowestFoot(placeJoints(pose, shape)));
    const ground = quantile(feet, 0.85);
    const fullLength = Float64Array.from({ length: 8 }, (_, bone) => Math.max(0.75, quantile(poses.map((pose) => pose.lengths[bone]), 0.75)));
    const fullTorso = quantile(poses.map((pose) => pose.torsoLength), 0.75);
    const usualLean = quantile(poses.map((pose) => pose.torsoAngle), 0.5);
    // Soles reach below the ankles: as drawn in the image, and as usual on the performer.
    const soles = (fit.box.bottom - lowestFoot(fit.joints)) * scale;
    const performerSoles = 0.02 * shape.height;
    const middle = quantile(poses.map((pose) => pose.x), 0.5);
    const travel = travelOf(body, shape);
    const motion = poses.map((pose, f) => {
        const next = restPose(middle + travel * (pose.x - middle), 0);
        next.torsoAngle =
            orientation === 'image'
                ? fit.pose.torsoAngle + pose.torsoAngle - usualLean
                : pose.torsoAngle + 0.5 * fit.pose.torsoAngle;
        next.headAngle = fit.pose.headAngle + pose.headAngle;
        next.torsoLength = Math.min(LONGEST_BONE, pose.torsoLength / fullTorso);
        for (let bone = 0; bone < 8; bone++) {
            next.angles[bone] = pose.angles[bone];
            next.lengths[bone] = clamp(pose.lengths[bone] / fullLength[bone], SHORTEST_BONE, LONGEST_BONE);
        }
        const joints = placeJoints(next, body);
        // Feet are on the ground, or as far above it as the performer's in a jump.
        const target = Math.min(feet[f], ground) + performerSoles - soles;
        const move = target - lowestFoot(joints);
        for (let j = 0; j < JOINT_COUNT; j++)
            joints[2 * j + 1] += move;
        return joints;
    });
    plantFeet(motion, { poses, performer: shape, character: body, times });
    return motion;
}
/** Short legs take short steps: with the performer's they would have to slide. Long ones only open less. */
function travelOf(character, performer) {
    const legs = (shape) => (shape.thighLength + shape.shinLength) * shape.height;
    return clamp(legs(character) / legs(performer), SHORTEST_TRAVEL, 1);
}
function lowestFoot(joints) {
    return Math.max(joints[2 * JOINT.leftAnkle + 1], joints[2 * JOINT.rightAnkle + 1]);
}
function quantile(values, share) {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
/** Bounds of the drawn character over the whole motion: its joints and what is drawn around them. */
function extentOf(motion, fit, scale) {
    const above = (fit.joints[2 * JOINT.headTop + 1] - fit.box.top) * scale;
    const headWidth = (fit.shape.headRadius * fit.shape.height * 1.25 * scale) / fit.scale;
    const hands = (fit.shape.forearmRadius * fit.shape.height * 1.6 * scale) / fit.scale;
    const soles = (fit.box.bottom - lowestFoot(fit.joints)) * scale;
    const extent = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    const include = (x, y, sides, up, down) => {
        extent.left = Math.min(extent.left, x - sides);
        extent.right = Math.max(extent.right, x + sides);
        extent.top = Math.min(extent.top, y - up);
        extent.bottom = Math.max(extent.bottom, y + down);
    };
    for (const joints of motion) {
        for (let j = 0; j < JOINT_COUNT; j++) {
            const x = joints[2 * j];
            const y = joints[2 * j + 1];
            if (j === JOINT.headTop)
                include(x, y, headWidth, Math.max(0, above), 0);
            else if (j === JOINT.leftAnkle || j === JOINT.rightAnkle)
                include(x, y, 2 * hands, 0, Math.max(0, soles));
            else
                include(x, y, hands, hands, 0);
        }
    }
    return extent;
}
