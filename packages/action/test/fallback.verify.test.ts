import { test } from 'vitest';
import { askNext, passOn } from './fallback/scenes.ts';

/** More of what fallback.test.ts shows by an example each. */
test.concurrent.each([
  ['a wrong key', 401],
  ['a route that is not there', 404],
])('the next of the list is asked after %s (%i), with a hold of its own', (_title, status) =>
  askNext(status),
);

test.concurrent('when the storage of the first refuses a file, the next gets it into its own', () =>
  passOn('replicate', 'upload', 'Replicate'));
