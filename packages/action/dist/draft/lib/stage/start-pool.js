import { createPool } from '../workers/pool.js';
import { TASKS } from './tasks.js';
/** Threads that know the tasks of a draft. `workers` 0 runs everything on the calling thread. */
export function startPool(workers, onSign) {
    // The entry beside this file, as TypeScript in the source tree and as JavaScript once built.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const entry = new URL(`./worker.${extension}`, import.meta.url);
    return createPool({ tasks: TASKS, entry }, workers, onSign);
}
