import { CAPSULE_COUNT, CAPSULE_SIZE, FIRST_LIMB, HEAD, placeCapsules, TORSO, } from '../puppet/capsules.js';
import { climb } from '../puppet/climb.js';
import { addCapsule, createCanvas, scorePose, startMeasurement, totalFor, } from '../puppet/coverage.js';
import { DEGREE } from '../puppet/pose.js';
import { armEvidence, markBody } from './colours.js';
import { evidenceOf, pictureOf } from './grid.js';
const ITERATIONS = 110;
const REACH = 0.5;
/** Arms are stamped first: what they cover in front of the body is theirs, by colour. */
const BODY_ORDER = [
    FIRST_LIMB + 1,
    FIRST_LIMB + 3,
    FIRST_LIMB,
    FIRST_LIMB + 2,
    TORSO,
    HEAD,
    FIRST_LIMB + 4,
    FIRST_LIMB + 5,
    FIRST_LIMB + 6,
    FIRST_LIMB + 7,
    CAPSULE_COUNT - 1,
];
/** Climbs one frame's pose to its local optimum without leaving the path found over time. */
export function polishPose({ grid, shape, armColours }) {
    const canvas = createCanvas(grid.width, grid.height);
    const capsules = new Float64Array(CAPSULE_COUNT * CAPSULE_SIZE);
    const explained = new Uint8Array(grid.width * grid.height);
    return ({ frame, pose }) => {
        const whole = evidenceOf(grid, frame);
        const total = totalFor(whole.data);
        const picture = pictureOf(grid, frame);
        explained.fill(0);
        markBody(explained, grid.width, grid.height, pose, shape, 1);
        const upper = armEvidence(whole, explained, picture, armColours.upper).data;
        const lower = armEvidence(whole, explained, picture, armColours.lower).data;
        const mapOf = (capsule) => {
            const bone = capsule - FIRST_LIMB;
            if (bone < 0 || bone > 3)
                return whole.data;
            return bone % 2 === 0 ? upper : lower;
        };
        const climbed = climb(pose, shape, { iterations: ITERATIONS, seed: 100 + frame, reach: REACH, shapeCost: null }, (candidate) => {
            placeCapsules(candidate, shape, capsules);
            startMeasurement(canvas);
            for (const capsule of BODY_ORDER)
                addCapsule(canvas, mapOf(capsule), capsules, capsule);
            const fit = canvas.inside / (total + canvas.outside + 1e-6);
            return fit - departure(candidate, pose, shape.height);
        });
        return {
            pose: climbed.pose,
            fit: scorePose(canvas, whole.data, total, climbed.pose, shape),
        };
    };
}
/** Cost of leaving the tracked pose; each term is 1 at the spread expected from the search grid. */
function departure(pose, from, height) {
    let bones = 0;
    let lengths = 0;
    for (let bone = 0; bone < 8; bone++) {
        bones += ((pose.angles[bone] - from.angles[bone]) / (14 * DEGREE)) ** 2;
        lengths += ((pose.lengths[bone] - from.lengths[bone]) / 0.25) ** 2;
    }
    const place = ((pose.x - from.x) ** 2 + (pose.y - from.y) ** 2) / (0.03 * height) ** 2;
    const lean = ((pose.torsoAngle - from.torsoAngle) / (8 * DEGREE)) ** 2;
    const shortening = ((pose.torsoLength - from.torsoLength) / 0.1) ** 2;
    return 0.004 * (bones + place + lean) + 0.003 * (lengths + shortening);
}
