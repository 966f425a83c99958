import { parentPort } from 'node:worker_threads';
import type { AnyTask, TaskRegistry } from './task.ts';

/** A job that several threads share: each takes the item that `next` counts to, until there are none. */
export interface WorkerRequest {
  readonly id: number;
  /** Of the task in the registry that both threads have. */
  readonly name: string;
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

/** What a worker's entry calls: does items of these tasks for the thread that started it. */
export function serveTasks(tasks: TaskRegistry): void {
  parentPort?.on('message', ({ id, name, common, items, next }: WorkerRequest) => {
    try {
      const results: [number, unknown][] = [];
      let perItem: ReturnType<AnyTask> | null = null;
      let signed = performance.now();
      for (;;) {
        const index = Atomics.add(next, 0, 1);
        if (index >= items.length) break;
        perItem ??= tasks[name](common as never);
        results.push([index, perItem(items[index] as never)]);
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
}
