import { CORE_CAPSULES, createCanvas } from '../puppet/coverage.js';
import { scorePairs } from '../puppet/limb-pairs.js';
import { ARM_SEARCH, LEG_SEARCH, searchLimb } from '../puppet/limbs.js';
import { clonePose, JOINT, placeJoints } from '../puppet/pose.js';
import { GROWTH, leaveOver, markParts } from '../puppet/residual.js';
import { armEvidence, markBody } from './colours.js';
import { evidenceOf, pictureOf } from './grid.js';
/** Candidates kept per frame for the search over time. */
const PAIRS_PER_FRAME = 24;
const LEG_WEIGHTS = { coverage: 4, samples: 0.4 };
const ARM_WEIGHTS = { coverage: 4.5, samples: 0.5 };
/** Pairs of legs for the torso of `pose`. */
export function findLegs({ grid, shape }) {
    const canvas = createCanvas(grid.width, grid.height);
    return ({ frame, pose }) => {
        const whole = evidenceOf(grid, frame);
        const explained = new Uint8Array(grid.width * grid.height);
        markParts(explained, grid.width, grid.height, pose, shape, CORE_CAPSULES, 1);
        const rest = leaveOver(whole, explained);
        const evidence = { whole, upper: rest, lower: rest };
        return pairsOf('leg', canvas, evidence, pose, shape);
    };
}
/** Pairs of arms for the torso and legs of `pose`. */
export function findArms({ grid, shape, armColours }) {
    const canvas = createCanvas(grid.width, grid.height);
    return ({ frame, pose }) => {
        const whole = evidenceOf(grid, frame);
        const explained = new Uint8Array(grid.width * grid.height);
        markBody(explained, grid.width, grid.height, pose, shape, GROWTH);
        const rest = leaveOver(whole, explained);
        const picture = pictureOf(grid, frame);
        const evidence = armColours == null
            ? { whole, upper: rest, lower: rest }
            : {
                whole,
                upper: armEvidence(whole, explained, picture, armColours.upper),
                lower: armEvidence(whole, explained, picture, armColours.lower),
            };
        return pairsOf('arm', canvas, evidence, pose, shape);
    };
}
/** Where a limb's root is among the joints, how it is searched, and how pairs are weighed. */
const KINDS = {
    leg: { root: JOINT.leftHip, search: LEG_SEARCH, weights: LEG_WEIGHTS },
    arm: { root: JOINT.leftShoulder, search: ARM_SEARCH, weights: ARM_WEIGHTS },
};
function pairsOf(kind, canvas, evidence, pose, shape) {
    const { root, search, weights } = KINDS[kind];
    const joints = placeJoints(pose, shape);
    const [left, right] = [0, 1].map((side) => {
        const at = 2 * (root + 3 * side);
        return searchLimb(evidence, shape, joints[at], joints[at + 1], kind, side, search);
    });
    const scratch = clonePose(pose);
    return scorePairs(canvas, evidence, scratch, shape, kind, left, right, weights, PAIRS_PER_FRAME);
}
