import { createPool } from '../workers/pool.ts';
import type { Pool } from '../workers/task.ts';
import { TASKS } from './tasks.ts';

/** Threads that know the tasks of a draft. `workers` 0 runs everything on the calling thread. */
export function startPool(workers: number, onSign?: () => void): Pool {
  // The entry beside this file, as TypeScript in the source tree and as JavaScript once built.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const entry = new URL(`./worker.${extension}`, import.meta.url);
  return createPool({ tasks: TASKS, entry }, workers, onSign);
}
