import { Worker } from 'node:worker_threads';
import { type CommonOf, type ItemOf, type ResultOf, type TaskName, taskNamed } from './tasks.ts';
import type { WorkerReply, WorkerRequest } from './worker.ts';

/** Runs tasks item by item, on threads or inline. Results come in the order of the items. */
export interface Pool {
  readonly size: number;
  run<Name extends TaskName>(
    task: Name,
    common: CommonOf<Name>,
    items: readonly ItemOf<Name>[],
  ): Promise<ResultOf<Name>[]>;
  close(): Promise<void>;
}

/** Shares per worker and job: enough to even out slow frames, few enough that messages cost nothing. */
const SHARES_PER_WORKER = 4;

/** Short-lived objects per thread before they are swept; the default grows to several times this. */
const YOUNG_MB = 16;

/** `workers` 0 runs everything on the calling thread. `onShare` is called whenever some items are done. */
export function createPool(workers: number, onShare: () => void = () => undefined): Pool {
  return workers <= 0 ? inlinePool(onShare) : threadPool(workers, onShare);
}

function inlinePool(onShare: () => void): Pool {
  return {
    size: 0,
    async run(task, common, items) {
      const perItem = taskNamed(task)(common);
      const results: unknown[] = [];
      for (const item of items) {
        results.push(perItem(item));
        onShare();
      }
      return results as never;
    },
    async close() {},
  };
}

/** The worker's entry beside this file, as TypeScript in the source tree and as JavaScript once built. */
function workerUrl(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`./worker.${extension}`, import.meta.url);
}

/** A worker and the job whose common part it holds. One share at a time; `free` settles when the last one is done. */
interface Thread {
  readonly worker: Worker;
  job: object | null;
  free: Promise<unknown>;
}

function threadPool(size: number, onShare: () => void): Pool {
  const threads = Array.from({ length: size }, (): Thread => {
    return {
      worker: new Worker(workerUrl(), { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } }),
      job: null,
      free: Promise.resolve(),
    };
  });
  return {
    size,
    async run(task, common, items) {
      const job = {};
      const share = Math.max(1, Math.ceil(items.length / (size * SHARES_PER_WORKER)));
      const results: unknown[] = new Array(items.length);
      let next = 0;
      const doShare = async (thread: Thread) => {
        // Another job may have kept this thread busy until all shares were taken.
        if (next >= items.length) return;
        const start = next;
        next += share;
        const isNew = thread.job !== job;
        thread.job = job;
        const done = await ask(thread.worker, {
          task,
          common: isNew ? { value: common } : null,
          items: items.slice(start, start + share),
        });
        onShare();
        done.forEach((result, i) => {
          results[start + i] = result;
        });
      };
      const work = async (thread: Thread) => {
        while (next < items.length) {
          const turn = thread.free.then(() => doShare(thread));
          thread.free = turn.catch(() => undefined);
          await turn;
        }
      };
      await Promise.all(threads.map(work));
      return results as never;
    },
    async close() {
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

function ask(thread: Worker, request: WorkerRequest): Promise<readonly unknown[]> {
  return new Promise((resolve, reject) => {
    const finish = () => {
      thread.off('message', onMessage);
      thread.off('error', onError);
      thread.off('exit', onExit);
    };
    const onMessage = (reply: WorkerReply) => {
      finish();
      if ('results' in reply) resolve(reply.results);
      else reject(reply.error);
    };
    const onError = (error: unknown) => {
      finish();
      reject(error);
    };
    const onExit = (code: number) => {
      finish();
      reject(new Error(`A draft worker stopped unexpectedly (exit code ${code}).`));
    };
    thread.on('message', onMessage);
    thread.on('error', onError);
    thread.on('exit', onExit);
    thread.postMessage(request);
  });
}
