import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundsOf } from '../../src/image/picture.ts';
import { climb } from '../../src/puppet/climb.ts';
import { createCanvas, scorePose, totalFor } from '../../src/puppet/coverage.ts';
import {
  angleBetween,
  averageProportions,
  DEGREE,
  JOINT,
  placeJoints,
  restPose,
} from '../../src/puppet/pose.ts';
import { fitStill } from '../../src/puppet/still.ts';
import { depthOf } from '../../src/track/find-torsos.ts';
import { evidenceFor } from '../helpers/shapes.ts';

const WIDTH = 130;
const HEIGHT = 140;
const shape = averageProportions(108);

test('bones have their lengths at any angle', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 9, maxLength: 9 }),
      (angles) => {
        const pose = restPose(10, 20);
        pose.angles.set(angles.slice(0, 8));
        pose.torsoAngle = angles[8] ?? 0;
        const j = placeJoints(pose, shape);
        const length = (a: number, b: number) =>
          Math.hypot((j[2 * a] ?? 0) - (j[2 * b] ?? 0), (j[2 * a + 1] ?? 0) - (j[2 * b + 1] ?? 0));
        expect(length(JOINT.pelvis, JOINT.neck)).toBeCloseTo(shape.torsoLength * 108, 6);
        expect(length(JOINT.rightElbow, JOINT.rightWrist)).toBeCloseTo(
          shape.forearmLength * 108,
          6,
        );
        expect(length(JOINT.leftHip, JOINT.leftKnee)).toBeCloseTo(shape.thighLength * 108, 6);
      },
    ),
  );
});

test('a pose explains its own silhouette entirely, and no other pose does', () => {
  const pose = restPose(65, 72);
  const map = evidenceFor(pose, shape, WIDTH, HEIGHT);
  const canvas = createCanvas(WIDTH, HEIGHT);
  const total = totalFor(map.data);
  expect(scorePose(canvas, map.data, total, pose, shape)).toBeCloseTo(1, 5);
  const other = restPose(65, 72);
  other.angles[2] = 120 * DEGREE;
  expect(scorePose(canvas, map.data, total, other, shape)).toBeLessThan(0.97);
});

test('a still fit finds raised arms and spread legs', () => {
  const truth = restPose(65, 72);
  truth.angles.set([-140, -160, 95, 150, -20, -12, 24, 14].map((degrees) => degrees * DEGREE));
  const map = evidenceFor(truth, shape, WIDTH, HEIGHT);
  const mask = Uint8Array.from(map.data, (value) => (value > 0 ? 1 : 0));
  const box = boundsOf(mask, WIDTH, HEIGHT);
  expect(box).not.toBeNull();
  if (box == null) return;
  const fit = fitStill(
    createCanvas(WIDTH, HEIGHT),
    { map, depth: depthOf(map), picture: null },
    shape,
    box,
  );
  expect(fit?.score).toBeGreaterThan(0.8);
  for (let bone = 0; bone < 8; bone++) {
    expect(angleBetween(fit?.pose.angles[bone] ?? 9, truth.angles[bone] ?? 0)).toBeLessThan(
      25 * DEGREE,
    );
  }
});

test('climbing never makes a pose worse and repeats itself exactly', () => {
  const truth = restPose(65, 72);
  const map = evidenceFor(truth, shape, WIDTH, HEIGHT);
  const canvas = createCanvas(WIDTH, HEIGHT);
  const total = totalFor(map.data);
  const start = restPose(63, 74);
  start.angles[0] = -40 * DEGREE;
  const score = (pose: typeof start, body: typeof shape) =>
    scorePose(canvas, map.data, total, pose, body);
  const options = { iterations: 150, seed: 4, reach: 0.6, shapeCost: null };
  const first = climb(start, shape, options, score);
  expect(first.score).toBeGreaterThan(score(start, shape));
  expect(climb(start, shape, options, score)).toEqual(first);
});
