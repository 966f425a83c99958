import { CORE_CAPSULES, scorePose, TORSO_HEAD_LEGS, totalFor, } from './coverage.js';
import { scorePairs } from './limb-pairs.js';
import { applyLimb, STILL_ARM_SEARCH, STILL_LEG_SEARCH, searchLimb, } from './limbs.js';
import { JOINT, placeJoints, restPose } from './pose.js';
import { GROWTH, leaveOver, markParts } from './residual.js';
import { STILL_SEARCH, searchTorso } from './torso.js';
/** Puts both limbs of one kind where they explain most of what `placed` parts leave over. */
export function placePair(canvas, map, pose, shape, kind, placed, search) {
    const explained = new Uint8Array(map.width * map.height);
    markParts(explained, map.width, map.height, pose, shape, placed, kind === 'arm' ? GROWTH : 1);
    const rest = leaveOver(map, explained);
    const evidence = { whole: map, upper: rest, lower: rest };
    const joints = placeJoints(pose, shape);
    const root = kind === 'arm' ? JOINT.leftShoulder : JOINT.leftHip;
    const candidates = [0, 1].map((side) => searchLimb(evidence, shape, joints[2 * (root + 3 * side)], joints[2 * (root + 3 * side) + 1], kind, side, search));
    const weights = { coverage: 2.5, samples: 0.35 };
    const [best] = scorePairs(canvas, evidence, pose, shape, kind, candidates[0], candidates[1], weights, 1);
    if (best == null)
        return;
    applyLimb(pose, kind, 0, best.left);
    applyLimb(pose, kind, 1, best.right);
}
/** Fits the whole puppet to one picture without any idea where it was before. Null when nothing is there. */
export function fitStill(canvas, evidence, shape, box) {
    const total = totalFor(evidence.map.data);
    let best = null;
    for (const torso of searchTorso(shape, evidence, null, box, STILL_SEARCH)) {
        const pose = restPose(torso.x, torso.y);
        pose.torsoAngle = torso.torsoAngle;
        pose.torsoLength = torso.torsoLength;
        pose.headAngle = torso.headAngle;
        placePair(canvas, evidence.map, pose, shape, 'leg', CORE_CAPSULES, STILL_LEG_SEARCH);
        placePair(canvas, evidence.map, pose, shape, 'arm', TORSO_HEAD_LEGS, STILL_ARM_SEARCH);
        const score = scorePose(canvas, evidence.map.data, total, pose, shape);
        if (best == null || score > best.score)
            best = { pose, score };
    }
    return best;
}
