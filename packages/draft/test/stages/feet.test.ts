import { expect, test } from 'vitest';
import { createBellNoise, createRandom } from '../../src/image/random.ts';
import {
  averageProportions,
  DEGREE,
  JOINT,
  type Pose,
  type Proportions,
  placeJoints,
  restPose,
} from '../../src/puppet/pose.ts';
import { retarget } from '../../src/retarget/retarget.ts';
import type { CharacterFit } from '../../src/rig/fit-character.ts';

const TALL = 200;
const FPS = 24;
const PERFORMER = averageProportions(TALL);
const ANKLES = [JOINT.leftAnkle, JOINT.rightAnkle] as const;
const LEGS = [0.55, 0.8, 1.25, 1.45];

/** A drawn character whose legs are `legs` times as long as usual, under the same body. */
function characterWith(legs: number): CharacterFit {
  const average = averageProportions(TALL);
  const shape: Proportions = {
    ...average,
    thighLength: average.thighLength * legs,
    shinLength: average.shinLength * legs,
  };
  const pose = restPose(160, 120);
  const joints = placeJoints(pose, shape);
  const ys = [JOINT.headTop, ...ANKLES].map((joint) => joints[2 * joint + 1] ?? 0);
  const box = { left: 100, right: 220, top: Math.min(...ys), bottom: Math.max(...ys) + 4 };
  const mask = new Uint8Array(0);
  return { pose, shape, fit: 1, joints, box, width: 0, height: 0, mask, scale: 1 };
}

/** A performer's pose from the places of pelvis and ankles, heights; knees are pushed outwards by `knees`. */
function standing(
  x: number,
  y: number,
  ankles: readonly (readonly [number, number])[],
  knees: number,
): Pose {
  const pose = restPose(x * TALL, y * TALL);
  const joints = placeJoints(pose, PERFORMER);
  ankles.forEach(([ankleX, ankleY], side) => {
    const hip = 2 * (JOINT.leftHip + 3 * side);
    const hipX = joints[hip] ?? 0;
    const hipY = joints[hip + 1] ?? 0;
    const kneeX = (hipX + ankleX * TALL) / 2 + (side === 0 ? -1 : 1) * knees * TALL;
    const kneeY = (hipY + ankleY * TALL) / 2;
    const set = (bone: number, dx: number, dy: number, share: number) => {
      pose.angles[bone] = Math.atan2(dx, dy);
      pose.lengths[bone] = Math.hypot(dx, dy) / (share * TALL);
    };
    set(4 + 2 * side, kneeX - hipX, kneeY - hipY, PERFORMER.thighLength);
    set(5 + 2 * side, ankleX * TALL - kneeX, ankleY * TALL - kneeY, PERFORMER.shinLength);
  });
  return pose;
}

function perform(poses: readonly Pose[], legs: number) {
  const times = Float64Array.from(poses, (_, f) => f / FPS);
  const motion = retarget(
    { poses, shape: PERFORMER, times },
    characterWith(legs),
    'image',
    4e3,
    2e3,
  );
  // No wall is near, so nothing was shrunk.
  expect(motion.scale).toBeCloseTo(1, 9);
  return motion.joints;
}

const column = (frames: readonly Float64Array[], joint: number, axis: 0 | 1) =>
  frames.map((joints) => (joints[2 * joint + axis] ?? 0) / TALL);
const range = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
/** How far the steps from frame to frame differ at most: what is seen as shaking. */
const shake = (values: readonly number[]) =>
  Math.max(
    ...values.slice(2).map((v, i) => Math.abs(v - 2 * (values[i + 1] ?? 0) + (values[i] ?? 0))),
  );

const X = 9;
const HIP_Y = 4;
const GROUND = HIP_Y + 0.47;

function squats(noise: () => number): Pose[] {
  return Array.from({ length: 72 }, (_, f) => {
    const down = (1 - Math.cos((2 * Math.PI * f) / 36)) / 2;
    const ankles = [-0.11, 0.11].map((dx) => [X + dx + noise(), GROUND + noise()] as const);
    return standing(X + 0.02 * Math.sin(f / 9), HIP_Y + 0.2 * down, ankles, 0.01 + 0.1 * down);
  });
}

test('in squats both feet of the character stand, however long its legs are', () => {
  for (const legs of LEGS) {
    const frames = perform(
      squats(() => 0),
      legs,
    );
    for (const ankle of ANKLES) {
      expect(range(column(frames, ankle, 0))).toBeLessThan(0.002);
      expect(range(column(frames, ankle, 1))).toBeLessThan(0.002);
    }
    // It still squats.
    expect(range(column(frames, JOINT.pelvis, 1))).toBeGreaterThan(0.1 * legs);
  }
});

test('feet stand and the body does not shake when the tracking does', () => {
  const noise = createBellNoise(createRandom(7));
  const poses = squats(() => 0.004 * noise());
  const performed = poses.map((pose) => placeJoints(pose, PERFORMER));
  for (const legs of LEGS) {
    const frames = perform(poses, legs);
    for (const ankle of ANKLES) {
      expect(range(column(frames, ankle, 0))).toBeLessThan(0.006);
      expect(range(column(frames, ankle, 1))).toBeLessThan(0.006);
      expect(shake(column(frames, ankle, 0))).toBeLessThan(
        0.2 * shake(column(performed, ankle, 0)),
      );
    }
    expect(shake(column(frames, JOINT.pelvis, 0))).toBeLessThan(0.012);
  }
});

/** Steps to the right and back, a foot at a time. */
function steps(): { poses: Pose[]; lifts: [number, number][] } {
  const lifts: [number, number][] = [];
  const poses = Array.from({ length: 96 }, (_, f) => {
    // Two steps there, two back; each lifts one foot for half of its 24 frames.
    const stage = Math.floor(f / 24);
    const share = Math.min(1, (f % 24) / 12);
    const travel = 0.16 * (share * share * (3 - 2 * share));
    const lift = 0.07 * Math.sin(Math.PI * share);
    const right = stage === 0 ? travel : stage === 3 ? 0.16 - travel : 0.16;
    const left = stage === 1 ? travel : stage === 2 ? 0.16 - travel : 0;
    const leftUp = stage === 1 || stage === 2 ? lift : 0;
    const rightUp = stage === 0 || stage === 3 ? lift : 0;
    lifts.push([leftUp, rightUp]);
    const ankles = [
      [X - 0.07 + left, GROUND - leftUp],
      [X + 0.07 + right, GROUND - rightUp],
    ] as const;
    return standing(X + (left + right) / 2, HIP_Y, ankles, 0.005);
  });
  return { poses, lifts };
}

test('in steps one foot stands while the other is lifted', () => {
  const { poses, lifts } = steps();
  for (const legs of LEGS) {
    const frames = perform(poses, legs);
    ANKLES.forEach((ankle, side) => {
      const stands: number[][] = [[]];
      const x = column(frames, ankle, 0);
      lifts.forEach((lift, f) => {
        if (lift[side] === 0) stands.at(-1)?.push(x[f] ?? 0);
        else if ((stands.at(-1)?.length ?? 0) > 0) stands.push([]);
      });
      for (const stand of stands.filter((s) => s.length > 6)) {
        // A foot lands and leaves slowly; what counts is the time in between.
        expect(range(stand.slice(1, -1))).toBeLessThan(0.012);
      }
      expect(range(column(frames, ankle, 1))).toBeGreaterThan(0.04 * Math.min(1, legs));
      expect(range(x)).toBeGreaterThan(0.13 * Math.min(1, legs));
      expect(shake(x)).toBeLessThan(0.02);
    });
  }
});

test('who jumps leaves the ground as high as before, and who only turns arms does not move a foot', () => {
  const jump = Array.from({ length: 48 }, (_, f) => {
    const flight = Math.max(0, Math.sin((2 * Math.PI * f) / 24));
    const up = 0.12 * flight;
    return standing(
      X,
      HIP_Y - up,
      [
        [X - 0.08, GROUND - up],
        [X + 0.08, GROUND - up],
      ],
      0.01,
    );
  });
  const arms = Array.from({ length: 48 }, (_, f) => {
    const pose = standing(
      X,
      HIP_Y,
      [
        [X - 0.08, GROUND],
        [X + 0.08, GROUND],
      ],
      0.01,
    );
    pose.angles[2] = (90 + 40 * Math.sin(f / 3)) * DEGREE;
    return pose;
  });
  for (const legs of LEGS) {
    const jumping = perform(jump, legs);
    const waving = perform(arms, legs);
    for (const ankle of ANKLES) {
      expect(range(column(jumping, ankle, 1))).toBeGreaterThan(0.11);
      expect(range(column(waving, ankle, 0))).toBeLessThan(1e-6);
      expect(range(column(waving, ankle, 1))).toBeLessThan(1e-6);
    }
  }
});
