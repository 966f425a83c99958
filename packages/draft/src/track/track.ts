import type { LimbPair } from '../puppet/limb-pairs.ts';
import { applyLimb, type LimbCandidate, type LimbKind } from '../puppet/limbs.ts';
import { angleBetween, DEGREE, type Pose, type Proportions, restPose } from '../puppet/pose.ts';
import type { TorsoCandidate } from '../puppet/torso.ts';
import type { Pool } from '../workers/task.ts';
import { learnArmColours, learnTorsoColours } from './colours.ts';
import { findArms, findLegs } from './find-limbs.ts';
import { findTorsos } from './find-torsos.ts';
import type { TrackGrid } from './grid.ts';
import { polishPose } from './polish.ts';
import { fitProportions } from './proportions.ts';
import { smoothPoses } from './series.ts';
import { reachStillFeet } from './still-feet.ts';
import { bestPath } from './viterbi.ts';

/** The performer's motion in tracking pixels. */
export interface TrackedMotion {
  readonly poses: readonly Pose[];
  readonly shape: Proportions;
  /** Silhouette fit by frame, 0 to 1. */
  readonly fits: readonly number[];
}

/**
 * Tracks one performer through the grid: body size, torso and head, legs, arms, polish, smoothing. Every search is
 * exhaustive per frame and joined over time by dynamic programming, so one bad frame cannot lose the track.
 */
export async function trackMotion(
  grid: TrackGrid,
  fps: number,
  pool: Pool,
): Promise<TrackedMotion> {
  const shape = await fitProportions(grid, pool);
  let poses = await trackTorso(grid, shape, fps, pool);
  poses = smoothPoses(poses, fps, 'root');
  await trackLegs(grid, shape, fps, pool, poses);
  await trackArms(grid, shape, fps, pool, poses, null);
  const armColours = learnArmColours(grid, poses, shape);
  await trackArms(grid, shape, fps, pool, poses, armColours);
  const polished = await pool.run(polishPose, { grid, shape, armColours }, framePoses(poses));
  const smooth = smoothPoses(
    polished.map((item) => item.pose),
    fps,
    'all',
  );
  return {
    poses: smooth,
    shape: reachStillFeet(grid, smooth, shape, fps),
    fits: polished.map((item) => item.fit),
  };
}

function framePoses(poses: readonly Pose[]): { frame: number; pose: Pose }[] {
  return poses.map((pose, frame) => ({ frame, pose }));
}

/** The costs below were set at 12 tracked frames per second; faster frames may move less each. */
function timeStep(fps: number): number {
  return Math.min(2, 24 / Math.max(fps, 1));
}

async function trackTorso(
  grid: TrackGrid,
  shape: Proportions,
  fps: number,
  pool: Pool,
): Promise<Pose[]> {
  const frames = Array.from({ length: grid.count }, (_, f) => f);
  const reach = 0.06 * shape.height * Math.max(0.5, timeStep(fps));
  const cost = (a: TorsoCandidate, b: TorsoCandidate) => {
    const moved = Math.hypot(a.x - b.x, a.y - b.y) / reach;
    const leaned = Math.abs(a.torsoAngle - b.torsoAngle) / (12 * DEGREE);
    const shortened = Math.abs(a.torsoLength - b.torsoLength) / 0.12;
    const nodded = Math.abs(a.headAngle - b.headAngle) / (25 * DEGREE);
    return (
      0.35 * Math.min(9, moved * moved) +
      0.15 * Math.min(9, leaned * leaned) +
      0.1 * shortened * shortened +
      0.05 * nodded * nodded
    );
  };
  const track = async (colours: ReturnType<typeof learnTorsoColours> | null) =>
    bestPath(
      await pool.run(findTorsos, { grid, shape, colours }, frames),
      (t) => 3 * t.score,
      cost,
    );
  const first = await track(null);
  const torsos = await track(learnTorsoColours(grid, first, shape));
  return torsos.map((torso) => ({
    ...restPose(torso.x, torso.y),
    torsoAngle: torso.torsoAngle,
    torsoLength: torso.torsoLength,
    headAngle: torso.headAngle,
  }));
}

function limbCost(fps: number): (a: LimbCandidate, b: LimbCandidate) => number {
  const step = Math.max(0.6, timeStep(fps));
  const upperReach = 26 * DEGREE * step;
  const lowerReach = 32 * DEGREE * step;
  return (a, b) => {
    const upper = angleBetween(a.upperAngle, b.upperAngle) / upperReach;
    const lower = angleBetween(a.lowerAngle, b.lowerAngle) / lowerReach;
    const lengths =
      (Math.abs(a.upperLength - b.upperLength) + Math.abs(a.lowerLength - b.lowerLength)) / 0.5;
    return (
      0.22 * Math.min(12, upper * upper) +
      0.22 * Math.min(12, lower * lower) +
      0.12 * lengths * lengths
    );
  };
}

/** Sets both limbs of one kind in every pose, along the best path over time. */
function applyPath(
  poses: readonly Pose[],
  kind: LimbKind,
  pairs: readonly (readonly LimbPair[])[],
  weight: number,
  fps: number,
): void {
  const cost = limbCost(fps);
  const path = bestPath(
    pairs,
    (pair) => weight * pair.score,
    (a, b) => cost(a.left, b.left) + cost(a.right, b.right),
  );
  path.forEach((pair, f) => {
    applyLimb(poses[f], kind, 0, pair.left);
    applyLimb(poses[f], kind, 1, pair.right);
  });
}

async function trackLegs(
  grid: TrackGrid,
  shape: Proportions,
  fps: number,
  pool: Pool,
  poses: readonly Pose[],
): Promise<void> {
  const pairs = await pool.run(findLegs, { grid, shape, armColours: null }, framePoses(poses));
  applyPath(poses, 'leg', pairs, 1.6, fps);
}

async function trackArms(
  grid: TrackGrid,
  shape: Proportions,
  fps: number,
  pool: Pool,
  poses: readonly Pose[],
  armColours: ReturnType<typeof learnArmColours> | null,
): Promise<void> {
  const pairs = await pool.run(findArms, { grid, shape, armColours }, framePoses(poses));
  applyPath(poses, 'arm', pairs, 1.5, fps);
}
