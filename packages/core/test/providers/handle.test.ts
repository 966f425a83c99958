import { expect, test } from 'vitest';
import { fal } from '../../src/providers/fal/fal.ts';
import { kling } from '../../src/providers/kling/kling.ts';
import { prospolabs } from '../../src/providers/prospolabs.ts';
import { jobIdIn, namedJobs } from '../../src/providers/shared/job-names.ts';
import { wavespeed } from '../../src/providers/wavespeed.ts';

test.each([
  [fal, { statusUrl: 'https://queue.fal.run/a/r-1', requestId: 'r-1' }, 'r-1'],
  [kling, { api: 'current', taskId: '77' }, '77'],
  [prospolabs, { generationId: 'gen_1', estimatedCostUsd: 0.6 }, 'gen_1'],
  [prospolabs, { generationId: null, estimatedCostUsd: null }, null],
  [prospolabs, {}, null],
])('$id finds in the operation %j the id %j', (adapter, operation, id) => {
  expect(jobIdIn(operation, adapter.jobNames)).toBe(id);
});

test.each([
  [wavespeed, { data: { id: 'p-1' }, id: 'r-1' }, ['p-1']],
  [wavespeed, { data: { id: 77 } }, ['77']],
  [wavespeed, { data: { id: '' } }, []],
  [wavespeed, { data: { id: { nested: 'p-1' } } }, []],
  [wavespeed, { data: null }, []],
  [wavespeed, undefined, []],
  [wavespeed, 'p-1', []],
  [kling, { data: [{ id: '1' }, { status: 'failed' }, { id: '2' }] }, ['1', '2']],
  [kling, { data: { task_id: '1' }, request_id: 'r-1' }, ['1']],
  [kling, { data: [] }, []],
])('$id is told in the answer %j about the jobs %j', (adapter, json, ids) => {
  expect(namedJobs(json, adapter.jobNames)).toEqual(ids);
});
