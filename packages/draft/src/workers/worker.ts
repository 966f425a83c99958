import { parentPort } from 'node:worker_threads';
import { type TaskName, taskNamed } from './tasks.ts';

/** One share of a job. `common` comes with the first share of each job that a worker gets. */
export interface WorkerRequest {
  readonly task: TaskName;
  readonly common: { readonly value: unknown } | null;
  readonly items: readonly unknown[];
}

export type WorkerReply = { readonly results: readonly unknown[] } | { readonly error: unknown };

let perItem: (item: unknown) => unknown = () => undefined;

parentPort?.on('message', (request: WorkerRequest) => {
  try {
    if (request.common != null) perItem = taskNamed(request.task)(request.common.value);
    parentPort?.postMessage({ results: request.items.map(perItem) } satisfies WorkerReply);
  } catch (error) {
    parentPort?.postMessage({ error } satisfies WorkerReply);
  }
});
