import { createBellNoise, createRandom } from '../image/random.js';
import { clamp } from '../image/resize.js';
import { averageProportions, clonePose, DEGREE } from './pose.js';
const FREE_PROPORTIONS = [
    'torsoLength',
    'neckLength',
    'headRadius',
    'headAspect',
    'shoulderHalfWidth',
    'shoulderDrop',
    'hipHalfWidth',
    'upperArmLength',
    'forearmLength',
    'thighLength',
    'shinLength',
    'chestRadius',
    'bellyRadius',
    'upperArmRadius',
    'forearmRadius',
    'thighRadius',
    'shinRadius',
];
/** Bone lengths vary little between people, girth (clothes!) a lot. */
const LENGTHS = [
    'torsoLength',
    'neckLength',
    'shoulderHalfWidth',
    'hipHalfWidth',
    'upperArmLength',
    'forearmLength',
    'thighLength',
    'shinLength',
];
const GIRTHS = [
    'chestRadius',
    'bellyRadius',
    'upperArmRadius',
    'forearmRadius',
    'thighRadius',
    'shinRadius',
    'headRadius',
];
const AVERAGE = averageProportions(1);
/** Squared log-ratios to the usual body; girth counts a quarter. */
function unusualness(shape, usual) {
    let sum = 0;
    for (const key of LENGTHS)
        sum += Math.log(shape[key] / usual[key]) ** 2;
    for (const key of GIRTHS)
        sum += 0.25 * Math.log(shape[key] / usual[key]) ** 2;
    return sum;
}
/**
 * Seeded hill climbing: random small changes of pose (and proportions), kept when `score` grows. Derivative-free
 * because the score counts pixels. The same seed gives the same result everywhere.
 */
export function climb(start, startShape, options, score) {
    const random = createRandom(options.seed);
    const noise = createBellNoise(random);
    const { shapeCost, usual = AVERAGE } = options;
    const value = (pose, shape) => score(pose, shape) - (shapeCost != null ? shapeCost * unusualness(shape, usual) : 0);
    let best = { pose: start, shape: startShape, score: value(start, startShape) };
    for (let i = 0; i < options.iterations; i++) {
        const reach = options.reach * (i < options.iterations / 2 ? 1 : 0.4);
        const changesShape = options.shapeCost != null && random() < 0.45;
        const shape = changesShape ? varyShape(best.shape, reach, random, noise) : best.shape;
        const pose = changesShape && random() > 0.3
            ? best.pose
            : varyPose(best.pose, shape.height, reach, options.shapeCost == null, random, noise);
        const next = value(pose, shape);
        if (next > best.score)
            best = { pose, shape, score: next };
    }
    return best;
}
function varyShape(shape, reach, random, noise) {
    const next = { ...shape };
    const changes = random() < 0.5 ? 1 : 2;
    for (let i = 0; i < changes; i++) {
        const key = FREE_PROPORTIONS[Math.floor(random() * FREE_PROPORTIONS.length)];
        next[key] = Math.max(0.004, next[key] * (1 + noise() * 0.18 * reach));
    }
    next.headAspect = clamp(next.headAspect, 0.8, 1.5);
    return next;
}
function varyPose(pose, height, reach, mayForeshorten, random, noise) {
    const next = clonePose(pose);
    const which = random();
    if (which < 0.2) {
        next.x += noise() * 0.02 * height * reach;
        next.y += noise() * 0.02 * height * reach;
    }
    else if (which < 0.32) {
        next.torsoAngle += noise() * 6 * DEGREE * reach;
        next.headAngle += noise() * 8 * DEGREE * reach;
    }
    else if (which < 0.38 && mayForeshorten) {
        next.torsoLength = clamp(next.torsoLength * (1 + noise() * 0.05 * reach), 0.6, 1.15);
    }
    else {
        const bone = Math.floor(random() * 8);
        next.angles[bone] += noise() * 14 * DEGREE * reach;
        if (mayForeshorten && random() < 0.35) {
            next.lengths[bone] = clamp(next.lengths[bone] + noise() * 0.12 * reach, 0.35, 1.1);
        }
        // Turning both bones of a limb against each other moves the elbow and keeps the hand.
        if (random() < 0.3)
            next.angles[bone ^ 1] += noise() * 14 * DEGREE * reach;
    }
    return next;
}
