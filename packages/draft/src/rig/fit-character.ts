import { distanceTo } from '../image/distance.ts';
import { type Box, boundsOf } from '../image/picture.ts';
import { resizePlane } from '../image/resize.ts';
import { type Climbed, climb } from '../puppet/climb.ts';
import { createCanvas, scorePose, TORSO_HEAD_LEGS, totalFor } from '../puppet/coverage.ts';
import { STILL_ARM_SEARCH, STILL_LEG_SEARCH } from '../puppet/limbs.ts';
import {
  angleBetween,
  averageProportions,
  BONES,
  clonePose,
  DEGREE,
  JOINT,
  JOINT_COUNT,
  type Pose,
  type Proportions,
  placeJoints,
  restPose,
} from '../puppet/pose.ts';
import { placePair } from '../puppet/still.ts';
import { findNeck } from './neck.ts';

/** The puppet found in a character image. */
export interface CharacterFit {
  /** In fit pixels, see `scale`. */
  readonly pose: Pose;
  readonly shape: Proportions;
  /** Silhouette fit, 0 to 1. */
  readonly fit: number;
  /** Joints in image pixels, x, y pairs in `JOINT` order. */
  readonly joints: Float64Array;
  /** The character's bounds in the image. */
  readonly box: Box;
  /** Small copy of the mask with a border: fit pixel = (image pixel - box corner) * scale + BORDER. */
  readonly width: number;
  readonly height: number;
  readonly mask: Uint8Array;
  readonly scale: number;
}

export const BORDER = 14;
const FIT_HEIGHT = 130;

/** Drawn figures show more of their necks than filmed people, whose hair and collars hide them. */
const DRAWN: Proportions = { ...averageProportions(1), neckLength: 0.045, shoulderDrop: 0.03 };
/** Body plans tried: drawings have heads from an eighth to half of their height, and short or long legs. */
const HEAD_SHARES = [0.13, 0.2, 0.29, 0.4, 0.5];
const LEG_SHARES = [0.49, 0.38, 0.26, 0.16];
const TORSO_RADII = [0.085, 0.13, 0.19];
const ARM_SCALES = [1, 0.65];
const SHORTEST_TORSO = 0.14;
const CLIMBED_PLANS = 4;
const CLIMB_ITERATIONS = 1800;
const LAST_ITERATIONS = 1800;

/** Fits a puppet with free proportions to the character's mask. `mask` is row-major, the image's size. */
export function fitCharacter(
  mask: Uint8Array,
  imageWidth: number,
  imageHeight: number,
): CharacterFit {
  const whole = { left: 0, top: 0, right: imageWidth - 1, bottom: imageHeight - 1 };
  const box = boundsOf(mask, imageWidth, imageHeight) ?? whole;
  const boxWidth = box.right - box.left + 1;
  const boxHeight = box.bottom - box.top + 1;
  const scale = Math.min(FIT_HEIGHT / boxHeight, (2.5 * FIT_HEIGHT) / boxWidth);
  const innerWidth = Math.max(1, Math.round(boxWidth * scale));
  const innerHeight = Math.max(1, Math.round(boxHeight * scale));
  const width = innerWidth + 2 * BORDER;
  const height = innerHeight + 2 * BORDER;
  const crop = new Uint8Array(boxWidth * boxHeight);
  for (let y = 0; y < boxHeight; y++) {
    for (let x = 0; x < boxWidth; x++) {
      crop[y * boxWidth + x] = mask[(box.top + y) * imageWidth + box.left + x] !== 0 ? 255 : 0;
    }
  }
  const small = resizePlane(crop, boxWidth, boxHeight, boxWidth, innerWidth, innerHeight);
  const data = new Int8Array(width * height).fill(-127);
  for (let y = 0; y < innerHeight; y++) {
    for (let x = 0; x < innerWidth; x++) {
      data[(y + BORDER) * width + x + BORDER] = Math.round(
        small[y * innerWidth + x] * (254 / 255) - 127,
      );
    }
  }
  const smallMask = Uint8Array.from(data, (value) => (value > 0 ? 1 : 0));
  const map = { width, height, data };
  const total = totalFor(data);
  const canvas = createCanvas(width, height);
  const neck = findNeck(smallMask, width, BORDER, height - BORDER - 1);
  const silhouette = (pose: Pose, shape: Proportions) =>
    scorePose(canvas, data, total, pose, shape);
  const score = (pose: Pose, shape: Proportions) =>
    silhouette(pose, shape) -
    neckAway(pose, shape, neck) -
    OUTSIDE_COST * jointsOutside(smallMask, width, height, pose, shape);
  const centreX = massCentre(smallMask, width, height);

  const plans = bodyPlans(innerHeight).map(({ head, shape }) => {
    const legs = 2 * shape.thighLength * innerHeight;
    const pose = restPose(centreX, height - BORDER - legs - 0.01 * innerHeight);
    placePair(canvas, map, pose, shape, 'leg', 0b11, { ...STILL_LEG_SEARCH, lengths: [1] });
    placePair(canvas, map, pose, shape, 'arm', TORSO_HEAD_LEGS, {
      ...STILL_ARM_SEARCH,
      lengths: [1],
    });
    return { head, pose, shape, score: score(pose, shape) };
  });
  // One of each size of head: a big face looks like a chest with arms to plans that are alike.
  plans.sort((a, b) => b.score - a.score);
  const climbed = plans
    .filter(
      (plan, rank) => rank < CLIMBED_PLANS || plan === plans.find(({ head }) => head === plan.head),
    )
    .map((plan, i) =>
      climb(
        plan.pose,
        plan.shape,
        { iterations: CLIMB_ITERATIONS, seed: 5 + i, reach: 1, shapeCost: 0.004, usual: DRAWN },
        (pose, shape) => score(pose, shape) - unsteadiness(pose) - tangle(pose, shape),
      ),
    );
  // Unusual proportions slow a climb down, but a drawing may have them: the plans are compared without that.
  const scoreOf = ({ pose, shape }: Climbed) =>
    score(pose, shape) - 0.5 * unsteadiness(pose) - tangle(pose, shape);
  const best = climbed.reduce((a, b) => (scoreOf(b) > scoreOf(a) ? b : a));
  const final = [best, ...openArms(best)]
    .map(({ pose, shape }) =>
      climb(
        pose,
        shape,
        { iterations: LAST_ITERATIONS, seed: 99, reach: 0.5, shapeCost: 0.004, usual: DRAWN },
        (pose, shape) => score(pose, shape) - 0.5 * unsteadiness(pose) - tangle(pose, shape),
      ),
    )
    .reduce((a, b) => (scoreOf(b) > scoreOf(a) ? b : a));
  const joints = placeJoints(final.pose, final.shape);
  for (let j = 0; j < JOINT_COUNT; j++) {
    joints[2 * j] = (joints[2 * j] - BORDER) / scale + box.left;
    joints[2 * j + 1] = (joints[2 * j + 1] - BORDER) / scale + box.top;
  }
  return {
    pose: final.pose,
    shape: final.shape,
    fit:
      silhouette(final.pose, final.shape) *
      boneShareInside(smallMask, width, height, final.pose, final.shape),
    joints,
    box,
    width,
    height,
    mask: smallMask,
    scale,
  };
}

function bodyPlans(height: number): { readonly head: number; readonly shape: Proportions }[] {
  const plans: { readonly head: number; readonly shape: Proportions }[] = [];
  for (const head of HEAD_SHARES) {
    for (const leg of LEG_SHARES) {
      for (const torsoRadius of TORSO_RADII) {
        for (const arm of ARM_SCALES) {
          const shape = bodyPlan(height, head, leg, torsoRadius, arm);
          if (shape.torsoLength >= SHORTEST_TORSO) plans.push({ head, shape });
        }
      }
    }
  }
  return plans;
}

function bodyPlan(
  height: number,
  head: number,
  leg: number,
  radius: number,
  arm: number,
): Proportions {
  const average = { ...DRAWN, height };
  const isCartoon = head > 0.25;
  const neckLength = isCartoon ? 0 : 0.03;
  const headAspect = isCartoon ? 1 : 1.12;
  const thighRadius = Math.max(0.04, radius * 0.5);
  return {
    ...average,
    headAspect,
    headRadius: head / 2 / headAspect,
    neckLength,
    torsoLength: 1 - head - leg - neckLength,
    thighLength: leg / 2,
    shinLength: leg / 2,
    chestRadius: radius,
    bellyRadius: radius * 0.95,
    shoulderHalfWidth: radius * 0.95,
    hipHalfWidth: radius * 0.55,
    upperArmLength: average.upperArmLength * arm,
    forearmLength: average.forearmLength * arm,
    thighRadius,
    shinRadius: thighRadius * 0.75,
    upperArmRadius: 0.036,
    forearmRadius: 0.032,
  };
}

/** Characters stand: legs near vertical, body and head upright, arms open. */
function unsteadiness(pose: Pose): number {
  let cost = 0;
  for (let bone = 4; bone < 8; bone++) cost += 0.002 * (pose.angles[bone] / (25 * DEGREE)) ** 2;
  // Both halves of an arm in front of the body leave no trace in the outline; straight arms are likelier.
  for (const arm of [0, 2]) {
    cost += 0.0015 * (angleBetween(pose.angles[arm], pose.angles[arm + 1]) / (60 * DEGREE)) ** 2;
  }
  cost += 0.004 * (pose.torsoAngle / (8 * DEGREE)) ** 2;
  return cost + 0.004 * (pose.headAngle / (12 * DEGREE)) ** 2;
}

const FOLDED = 60 * DEGREE;

/**
 * An upper arm that fills a whole hanging arm leaves its forearm to fold over the body, and no small step undoes that:
 * the same arms again, straight and half as long.
 */
function openArms({
  pose,
  shape,
}: Climbed): { readonly pose: Pose; readonly shape: Proportions }[] {
  const isFolded = [0, 2].some(
    (arm) => angleBetween(pose.angles[arm], pose.angles[arm + 1]) > FOLDED,
  );
  if (!isFolded) return [];
  const open = clonePose(pose);
  for (const arm of [0, 2]) open.angles[arm + 1] = open.angles[arm];
  const half = shape.upperArmLength / 2;
  return [{ pose: open, shape: { ...shape, upperArmLength: half, forearmLength: half } }];
}

const NECK_COST = 0.4;
const NECK_SLACK = 0.04;

/** A neck that shows in the outline is where the neck is. */
function neckAway(pose: Pose, shape: Proportions, neck: number | null): number {
  if (neck == null) return 0;
  const torso = shape.torsoLength * shape.height * pose.torsoLength;
  const row = pose.y - Math.cos(pose.torsoAngle) * torso;
  return NECK_COST * Math.max(0, Math.abs(row - neck) / shape.height - NECK_SLACK);
}

const OUTSIDE_COST = 0.012;
const ATTACHED = [
  JOINT.neck,
  JOINT.leftShoulder,
  JOINT.rightShoulder,
  JOINT.leftElbow,
  JOINT.rightElbow,
  JOINT.leftHip,
  JOINT.rightHip,
  JOINT.leftKnee,
  JOINT.rightKnee,
];

/** How many joints lie beside the drawing: a limb that turns about such a point comes off. */
function jointsOutside(
  mask: Uint8Array,
  width: number,
  height: number,
  pose: Pose,
  shape: Proportions,
): number {
  const joints = placeJoints(pose, shape);
  let outside = 0;
  for (const joint of ATTACHED) {
    const x = Math.floor(joints[2 * joint]);
    const y = Math.floor(joints[2 * joint + 1]);
    if (x < 0 || y < 0 || x >= width || y >= height || mask[y * width + x] === 0) outside++;
  }
  return outside;
}

/** Bones that lie beside the drawing cannot carry it: lines drawn with a pen are not limbs. */
function boneShareInside(
  mask: Uint8Array,
  width: number,
  height: number,
  pose: Pose,
  shape: Proportions,
): number {
  const joints = placeJoints(pose, shape);
  let inside = 0;
  for (const [from, to] of BONES) {
    for (let i = 0; i < BONE_SAMPLES; i++) {
      const t = (i + 0.5) / BONE_SAMPLES;
      const x = Math.floor(joints[2 * from] * (1 - t) + joints[2 * to] * t);
      const y = Math.floor(joints[2 * from + 1] * (1 - t) + joints[2 * to + 1] * t);
      if (x >= 0 && y >= 0 && x < width && y < height) inside += mask[y * width + x];
    }
  }
  return Math.min(1, inside / (BONES.length * BONE_SAMPLES) / ENOUGH_INSIDE);
}

const BONE_SAMPLES = 12;
/** Some of a bone may stick out: a neck behind a collar, a hand shorter than usual. */
const ENOUGH_INSIDE = 0.85;

const FACE_REACH = 1.3;
const FACE_COST = 0.04;

/** A wrist this far above its shoulder, in heights, is raised. */
const RAISED = 0.1;
const RAISED_COST = 0.012;
const CROSSED_COST = 0.5;

/**
 * A broad face fits raised arms on both sides of a narrow one, and a gown crossed legs; drawn hands and feet are hardly
 * ever there.
 */
function tangle(pose: Pose, shape: Proportions): number {
  const joints = placeJoints(pose, shape);
  const across = shape.headRadius * shape.height;
  const up = across * shape.headAspect;
  let cost = 0;
  for (const joint of [JOINT.leftElbow, JOINT.leftWrist, JOINT.rightElbow, JOINT.rightWrist]) {
    const away = Math.hypot(
      (joints[2 * joint] - joints[2 * JOINT.headCentre]) / across,
      (joints[2 * joint + 1] - joints[2 * JOINT.headCentre + 1]) / up,
    );
    cost += FACE_COST * Math.max(0, FACE_REACH - away);
  }
  for (const [shoulder, wrist] of [
    [JOINT.leftShoulder, JOINT.leftWrist],
    [JOINT.rightShoulder, JOINT.rightWrist],
  ]) {
    const raised = (joints[2 * shoulder + 1] - joints[2 * wrist + 1]) / (RAISED * shape.height);
    cost += RAISED_COST * Math.max(0, Math.min(1, raised));
  }
  for (const [left, right] of [
    [JOINT.leftAnkle, JOINT.rightAnkle],
    [JOINT.leftElbow, JOINT.rightElbow],
  ]) {
    const crossed = joints[2 * left] - joints[2 * right];
    cost += (CROSSED_COST * Math.max(0, crossed)) / shape.height;
  }
  return cost;
}

/** Column where the body is thickest: depth-weighted mean. */
function massCentre(mask: Uint8Array, width: number, height: number): number {
  const depth = distanceTo(mask, width, height, 'unset');
  let sum = 0;
  let weights = 0;
  for (let p = 0; p < mask.length; p++) {
    if (mask[p] === 0) continue;
    sum += (p % width) * depth[p];
    weights += depth[p];
  }
  return weights > 0 ? sum / weights : width / 2;
}
