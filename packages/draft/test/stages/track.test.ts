import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEGREE, restPose } from '../../src/puppet/pose.ts';
import { gaussianSmooth, resamplePoses, smoothPoses } from '../../src/track/series.ts';
import { bestPath } from '../../src/track/viterbi.ts';

test('the best path equals the best of all paths', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 3 }), {
        minLength: 1,
        maxLength: 5,
      }),
      (frames) => {
        const value = (state: number) => state;
        const cost = (a: number, b: number) => 0.7 * Math.abs(a - b);
        const worth = (path: readonly number[]) =>
          path.reduce(
            (sum, state, f) => sum + value(state) - (f > 0 ? cost(path[f - 1] ?? 0, state) : 0),
            0,
          );
        const all = frames.reduce<number[][]>(
          (paths, states) => paths.flatMap((path) => states.map((s) => [...path, s])),
          [[]],
        );
        expect(worth(bestPath(frames, value, cost))).toBeCloseTo(Math.max(...all.map(worth)), 9);
      },
    ),
  );
});

test('smoothing keeps a constant, and turns past half a circle do not jump', () => {
  expect(
    [...gaussianSmooth(new Float64Array(6).fill(3), 1.5)].every((v) => Math.abs(v - 3) < 1e-12),
  ).toBe(true);
  const poses = [170, 175, -180, -175, -170].map((degrees) => {
    const pose = restPose(0, 0);
    pose.angles[3] = degrees * DEGREE;
    return pose;
  });
  const smooth = smoothPoses(poses, 24, 'all').map((pose) => (pose.angles[3] ?? 0) / DEGREE);
  smooth.forEach((angle, i) => {
    expect(angle).toBeGreaterThan(165);
    expect(angle).toBeLessThan(195);
    if (i > 0) expect(angle).toBeGreaterThan((smooth[i - 1] ?? 0) - 1e-9);
  });
});

test('resampling at the original times gives the original poses, and halfway the middle', () => {
  const poses = [0, 10, 20, 30].map((x) => restPose(x, 5));
  const times = Float64Array.from([0, 1, 2, 3]);
  expect(resamplePoses(poses, times, times).map((pose) => pose.x)).toEqual([0, 10, 20, 30]);
  expect(resamplePoses(poses, times, Float64Array.from([1.5]))[0]?.x).toBeCloseTo(15, 6);
});
