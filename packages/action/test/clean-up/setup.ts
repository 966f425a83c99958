import { afterAll } from 'vitest';
import { cleanUp } from './cleanups.ts';

/** Loaded again for each file of tests, which the modules that files share are not. */
afterAll(cleanUp);
