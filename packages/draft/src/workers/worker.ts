import { parentPort } from 'node:worker_threads';
import { type TaskName, taskNamed } from './tasks.ts';

/** A job that several threads share: each takes the item that `next` counts to, until there are none. */
export interface WorkerRequest {
  readonly id: number;
  readonly task: TaskName;
  readonly common: unknown;
  readonly items: readonly unknown[];
  /** Index of the next item, in shared memory. */
  readonly next: Int32Array;
}

export type WorkerReply =
  | { readonly kind: 'alive' }
  | {
      readonly kind: 'done';
      readonly id: number;
      readonly results: readonly (readonly [index: number, result: unknown])[];
    }
  | { readonly kind: 'failed'; readonly id: number; readonly error: unknown };

function reply(message: WorkerReply): void {
  parentPort?.postMessage(message);
}

/** Time between two signs of life. */
const SIGN_MS = 500;

parentPort?.on('message', ({ id, task, common, items, next }: WorkerRequest) => {
  try {
    const results: [number, unknown][] = [];
    let perItem: ((item: unknown) => unknown) | null = null;
    let signed = performance.now();
    for (;;) {
      const index = Atomics.add(next, 0, 1);
      if (index >= items.length) break;
      perItem ??= taskNamed(task)(common);
      results.push([index, perItem(items[index])]);
      if (performance.now() - signed > SIGN_MS) {
        reply({ kind: 'alive' });
        signed = performance.now();
      }
    }
    reply({ kind: 'done', id, results });
  } catch (error) {
    reply({ kind: 'failed', id, error });
  }
});
