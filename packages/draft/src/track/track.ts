import { spread } from '../plate/median.ts';
import { type Climbed, climb } from '../puppet/climb.ts';
import { createCanvas, scorePose, totalFor } from '../puppet/coverage.ts';
import type { LimbPair } from '../puppet/limb-pairs.ts';
import { applyLimb, type LimbCandidate, type LimbKind } from '../puppet/limbs.ts';
import {
  angleBetween,
  averageProportions,
  DEGREE,
  JOINT,
  type Pose,
  type Proportions,
  placeJoints,
  restPose,
} from '../puppet/pose.ts';
import type { TorsoCandidate } from '../puppet/torso.ts';
import type { Pool } from '../workers/pool.ts';
import { learnArmColours, learnTorsoColours } from './colours.ts';
import type { HeightFit } from './find-torsos.ts';
import { measureGirth } from './girth.ts';
import { evidenceOf, subjectBox, type TrackGrid } from './grid.ts';
import { smoothPoses } from './series.ts';
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
  const polished = await pool.run('polishPose', { grid, shape, armColours }, framePoses(poses));
  return {
    poses: smoothPoses(
      polished.map((item) => item.pose),
      fps,
      'all',
    ),
    shape,
    fits: polished.map((item) => item.fit),
  };
}

function framePoses(poses: readonly Pose[]): { frame: number; pose: Pose }[] {
  return poses.map((pose, frame) => ({ frame, pose }));
}

/** Standing height over the height of the silhouette: less than 1 with raised arms, more when crouching. */
const HEIGHT_RATIOS = [0.8, 0.92, 1.06, 1.22];
/** Thickness of the limbs against the average: bare sticks look like a smaller body otherwise. */
const LIMB_GIRTHS = [1, 0.55];
/** Girth of the torso against the average, in clothes of all kinds. */
const TORSO_GIRTHS = [0.85, 1.05, 1.3];
const HEIGHT_FRAMES = 8;
const SHAPE_FRAMES = 4;
const SHAPE_ITERATIONS = 1100;
/** Against a silhouette fit of 1: a bone 20 % off the average must explain 0.2 % more of the outline. */
const SHAPE_COST = 0.06;

/** Shoulders are at 0.82 of the height (anthropometric tables), and hair makes heads longer than the average's. */
const NECK_LENGTH = 0.034;

function standardBody(height: number, girth: number, torso: number): Proportions {
  const body = averageProportions(height);
  return {
    ...body,
    neckLength: NECK_LENGTH,
    chestRadius: body.chestRadius * torso,
    bellyRadius: body.bellyRadius * torso,
    upperArmRadius: body.upperArmRadius * girth,
    forearmRadius: body.forearmRadius * girth,
    thighRadius: body.thighRadius * girth,
    shinRadius: body.shinRadius * girth,
  };
}

/** From the soles to the top of the head of the average body, which stands on rounded shins. */
const STANDING_SHARE = 1.02;
/** Of the frames looked at, one in four may be mistaken upwards. */
const STANDING_QUANTILE = 0.75;

/**
 * The head is found whatever the body's size, and who stands reaches from it to the ground. The score alone would take
 * a large body for a wide one.
 */
function standingHeight(grid: TrackGrid, frames: readonly number[], rough: HeightFit): number {
  const heights = rough.fits.flatMap((fit, i) => {
    if (fit == null) return [];
    const top = placeJoints(fit.pose, rough.shape)[2 * JOINT.headTop + 1];
    return [(subjectBox(grid, frames[i]).bottom + 1 - top) / STANDING_SHARE];
  });
  heights.sort((a, b) => a - b);
  const seen = heights[Math.floor(STANDING_QUANTILE * (heights.length - 1))];
  return seen != null && seen > 0 ? seen : rough.shape.height;
}

async function fitProportions(grid: TrackGrid, pool: Pool): Promise<Proportions> {
  const frames = spread(grid.count, HEIGHT_FRAMES);
  const heights = frames
    .map((frame) => subjectBox(grid, frame))
    .map((box) => box.bottom - box.top + 1)
    .sort((a, b) => a - b);
  const silhouette = heights[heights.length >> 1];
  const fits = await pool.run(
    'fitHeight',
    { grid, frames },
    HEIGHT_RATIOS.flatMap((ratio) =>
      LIMB_GIRTHS.map((girth) => standardBody(ratio * silhouette, girth, 1)),
    ),
  );
  const rough = fits.reduce((a, b) => (b.score > a.score ? b : a));
  const height = standingHeight(grid, frames, rough);
  const girths = await pool.run(
    'fitHeight',
    { grid, frames },
    TORSO_GIRTHS.flatMap((torso) => LIMB_GIRTHS.map((girth) => standardBody(height, girth, torso))),
  );
  const best = girths.reduce((a, b) => (b.score > a.score ? b : a));
  const clearest = best.fits
    .map((fit, i) => ({ fit, frame: frames[i] }))
    .filter((item) => item.fit != null)
    .sort((a, b) => (b.fit?.score ?? 0) - (a.fit?.score ?? 0))
    .slice(0, SHAPE_FRAMES);
  if (clearest.length === 0) return best.shape;
  const shapes = await pool.run(
    'fitShape',
    { grid, shape: best.shape },
    clearest.map(({ fit, frame }, i) => ({
      frame,
      pose: fit?.pose ?? restPose(0, 0),
      seed: 11 + i,
    })),
  );
  const views = clearest.map(({ frame }, i) => ({
    map: evidenceOf(grid, frame),
    pose: shapes[i].pose,
  }));
  return measureGirth(views, medianShape(shapes.map((climbed) => climbed.shape)));
}

export interface ShapeTask {
  readonly grid: TrackGrid;
  readonly shape: Proportions;
}

export interface ShapeItem {
  readonly frame: number;
  readonly pose: Pose;
  readonly seed: number;
}

/** Climbs pose and proportions together on one frame. */
export function fitShape({ grid, shape: start }: ShapeTask): (item: ShapeItem) => Climbed {
  const canvas = createCanvas(grid.width, grid.height);
  return ({ frame, pose, seed }) => {
    const { data } = evidenceOf(grid, frame);
    const total = totalFor(data);
    const climbed: Climbed = climb(
      pose,
      start,
      { iterations: SHAPE_ITERATIONS, seed, reach: 1, shapeCost: SHAPE_COST },
      (candidate, shape) => scorePose(canvas, data, total, candidate, shape),
    );
    return climbed;
  };
}

function medianShape(shapes: readonly Proportions[]): Proportions {
  const out = { ...shapes[0] };
  for (const key of Object.keys(out) as (keyof Proportions)[]) {
    const values = shapes.map((shape) => shape[key]).sort((a, b) => a - b);
    out[key] = (values[(values.length - 1) >> 1] + values[values.length >> 1]) / 2;
  }
  return out;
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
      await pool.run('findTorsos', { grid, shape, colours }, frames),
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
  const pairs = await pool.run('findLegs', { grid, shape, armColours: null }, framePoses(poses));
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
  const pairs = await pool.run('findArms', { grid, shape, armColours }, framePoses(poses));
  applyPath(poses, 'arm', pairs, 1.5, fps);
}
