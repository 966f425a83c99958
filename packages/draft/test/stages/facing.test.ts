import { expect, test } from 'vitest';
import { averageProportions, restPose } from '../../src/puppet/pose.ts';
import { facingOfPerformer } from '../../src/retarget/facing.ts';

test('knees that both bend to one side tell where a squatting performer faces', () => {
  const shape = averageProportions(100);
  const squat = (left: number, right: number) =>
    Array.from({ length: 20 }, () => {
      const pose = restPose(50, 50);
      pose.angles.set([left, -left, right, -right], 4);
      return pose;
    });
  expect(facingOfPerformer(squat(0.5, 0.6), shape)).toBe('right');
  expect(facingOfPerformer(squat(-0.5, -0.6), shape)).toBe('left');
  expect(facingOfPerformer(squat(-0.5, 0.5), shape)).toBe('front');
  expect(facingOfPerformer(squat(0, 0), shape)).toBe('front');
});
