import { test } from 'vitest';
import { repeatKeys } from './hostile-text/repeat-keys.ts';

/** More of what hostile-text.test.ts shows by an example. */
test.concurrent.each([
  ['an answer that settles nothing', 'submit', 500],
  ['the state of a job', 'status', 422],
  ['a video that is gone', 'download', 410],
] as const)('a key that an answer repeats is in nothing that leaves the run: %s', repeatKeys);
