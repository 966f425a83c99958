import { expect, test } from 'vitest';
import { jobIdOf } from '../../src/providers/shared/handle.ts';

test.each([
  [{ jobId: 'job_1' }, 'job_1'],
  [{ statusUrl: 'https://queue.fal.run/a/r-1', requestId: 'r-1' }, 'r-1'],
  [{ generationId: 'gen_1', estimatedCostUsd: 0.6 }, 'gen_1'],
  [{ taskId: 'kling:77' }, 'kling:77'],
  [{ generationId: null, estimatedCostUsd: null }, null],
  [{ url: 'https://cdn.example.com/x.mp4' }, null],
  [{}, null],
])('the id in the operation %j is %j', (operation, id) => {
  expect(jobIdOf(operation)).toBe(id);
});
