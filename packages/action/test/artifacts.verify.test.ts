import { test } from 'vitest';
import { uploadInSpiteOf } from './artifacts/scenes.ts';

/** More of what artifacts.test.ts shows by an example each. */
test.concurrent.each([
  ['a 500', { at: 'artifact-create', kind: 'error', status: 500 }],
  ['a connection reset', { at: 'artifact-create', kind: 'reset-before' }],
] as const)('the artifact is uploaded in spite of %s', (_title, fault) => uploadInSpiteOf(fault));
