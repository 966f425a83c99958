import { applyLimb } from '../puppet/limbs.js';
import { angleBetween, DEGREE, restPose } from '../puppet/pose.js';
import { learnArmColours, learnTorsoColours } from './colours.js';
import { findArms, findLegs } from './find-limbs.js';
import { findTorsos } from './find-torsos.js';
import { polishPose } from './polish.js';
import { fitProportions } from './proportions.js';
import { smoothPoses } from './series.js';
import { reachStillFeet } from './still-feet.js';
import { bestPath } from './viterbi.js';
/**
 * Tracks one performer through the grid: body size, torso and head, legs, arms, polish, smoothing. Every search is
 * exhaustive per frame and joined over time by dynamic programming, so one bad frame cannot lose the track.
 */
export async function trackMotion(grid, fps, pool) {
    const shape = await fitProportions(grid, pool);
    let poses = await trackTorso(grid, shape, fps, pool);
    poses = smoothPoses(poses, fps, 'root');
    await trackLegs(grid, shape, fps, pool, poses);
    await trackArms(grid, shape, fps, pool, poses, null);
    const armColours = learnArmColours(grid, poses, shape);
    await trackArms(grid, shape, fps, pool, poses, armColours);
    const polished = await pool.run(polishPose, { grid, shape, armColours }, framePoses(poses));
    const smooth = smoothPoses(polished.map((item) => item.pose), fps, 'all');
    return {
        poses: smooth,
        shape: reachStillFeet(grid, smooth, shape, fps),
        fits: polished.map((item) => item.fit),
    };
}
function framePoses(poses) {
    return poses.map((pose, frame) => ({ frame, pose }));
}
/** The costs below were set at 12 tracked frames per second; faster frames may move less each. */
function timeStep(fps) {
    return Math.min(2, 24 / Math.max(fps, 1));
}
async function trackTorso(grid, shape, fps, pool) {
    const frames = Array.from({ length: grid.count }, (_, f) => f);
    const reach = 0.06 * shape.height * Math.max(0.5, timeStep(fps));
    const cost = (a, b) => {
        const moved = Math.hypot(a.x - b.x, a.y - b.y) / reach;
        const leaned = Math.abs(a.torsoAngle - b.torsoAngle) / (12 * DEGREE);
        const shortened = Math.abs(a.torsoLength - b.torsoLength) / 0.12;
        const nodded = Math.abs(a.headAngle - b.headAngle) / (25 * DEGREE);
        return (0.35 * Math.min(9, moved * moved) +
            0.15 * Math.min(9, leaned * leaned) +
            0.1 * shortened * shortened +
            0.05 * nodded * nodded);
    };
    const track = async (colours) => bestPath(await pool.run(findTorsos, { grid, shape, colours }, frames), (t) => 3 * t.score, cost);
    const first = await track(null);
    const torsos = await track(learnTorsoColours(grid, first, shape));
    return torsos.map((torso) => ({
        ...restPose(torso.x, torso.y),
        torsoAngle: torso.torsoAngle,
        torsoLength: torso.torsoLength,
        headAngle: torso.headAngle,
    }));
}
function limbCost(fps) {
    const step = Math.max(0.6, timeStep(fps));
    const upperReach = 26 * DEGREE * step;
    const lowerReach = 32 * DEGREE * step;
    return (a, b) => {
        const upper = angleBetween(a.upperAngle, b.upperAngle) / upperReach;
        const lower = angleBetween(a.lowerAngle, b.lowerAngle) / lowerReach;
        const lengths = (Math.abs(a.upperLength - b.upperLength) + Math.abs(a.lowerLength - b.lowerLength)) / 0.5;
        return (0.22 * Math.min(12, upper * upper) +
            0.22 * Math.min(12, lower * lower) +
            0.12 * lengths * lengths);
    };
}
/** Sets both limbs of one kind in every pose, along the best path over time. */
function applyPath(poses, kind, pairs, weight, fps) {
    const cost = limbCost(fps);
    const path = bestPath(pairs, (pair) => weight * pair.score, (a, b) => cost(a.left, b.left) + cost(a.right, b.right));
    path.forEach((pair, f) => {
        applyLimb(poses[f], kind, 0, pair.left);
        applyLimb(poses[f], kind, 1, pair.right);
    });
}
async function trackLegs(grid, shape, fps, pool, poses) {
    const pairs = await pool.run(findLegs, { grid, shape, armColours: null }, framePoses(poses));
    applyPath(poses, 'leg', pairs, 1.6, fps);
}
async function trackArms(grid, shape, fps, pool, poses, armColours) {
    const pairs = await pool.run(findArms, { grid, shape, armColours }, framePoses(poses));
    applyPath(poses, 'arm', pairs, 1.5, fps);
}
