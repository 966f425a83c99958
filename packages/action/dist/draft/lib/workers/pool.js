import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
/** Short-lived objects per thread before they are swept; the default grows to several times this. */
const YOUNG_MB = 16;
/** Signs of life are given no more often than this. */
const SIGN_MS = 500;
/** `workers` 0 runs everything on the calling thread. `onSign` is called every now and then while items are done. */
export function createPool({ tasks, entry }, workers, onSign = () => undefined) {
    const names = new Map(Object.entries(tasks).map(([name, task]) => [task, name]));
    const jobs = new Map();
    const sign = atMostEvery(SIGN_MS, onSign);
    let lastId = 0;
    const threads = Array.from({ length: Math.max(0, workers) }, () => {
        const worker = new Worker(entry, {
            resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
        });
        const thread = { worker, waiting: 0 };
        worker.on('message', (reply) => {
            sign();
            if (reply.kind === 'alive')
                return;
            thread.waiting--;
            const job = jobs.get(reply.id);
            if (job == null)
                return;
            if (reply.kind === 'failed')
                fail(job, reply.error);
            else
                for (const [index, result] of reply.results)
                    finish(job, index, result);
        });
        const stopAll = (error) => {
            for (const job of jobs.values())
                fail(job, error);
        };
        worker.on('error', stopAll);
        worker.on('exit', (code) => {
            stopAll(new Error(`A draft worker stopped unexpectedly (exit code ${code}).`));
        });
        return thread;
    });
    function finish(job, index, result) {
        job.results[index] = result;
        job.left--;
        if (job.left > 0)
            return;
        jobs.delete(job.id);
        job.resolve(job.results);
    }
    function fail(job, error) {
        jobs.delete(job.id);
        Atomics.store(job.next, 0, job.items.length);
        job.reject(error);
    }
    async function help(job) {
        await setImmediate();
        try {
            let perItem = null;
            for (;;) {
                const index = Atomics.add(job.next, 0, 1);
                if (index >= job.items.length)
                    return;
                perItem ??= job.task(job.common);
                finish(job, index, perItem(job.items[index]));
                sign();
                // The codec's answers and those of the other threads come in between.
                await setImmediate();
            }
        }
        catch (error) {
            fail(job, error);
        }
    }
    async function start(task, common, items, isHelped) {
        const name = names.get(task);
        if (name == null) {
            throw new Error(`The pool has no task ${task.name}; add it to the tasks it is created with.`);
        }
        if (items.length === 0)
            return [];
        return new Promise((resolve, reject) => {
            const job = {
                id: ++lastId,
                task,
                common,
                items,
                results: new Array(items.length),
                next: new Int32Array(new SharedArrayBuffer(4)),
                left: items.length,
                resolve,
                reject,
            };
            jobs.set(job.id, job);
            const idlest = threads.toSorted((a, b) => a.waiting - b.waiting).slice(0, items.length);
            for (const thread of idlest) {
                const { id, next } = job;
                thread.worker.postMessage({ id, name, common, items, next });
                thread.waiting++;
            }
            if (isHelped || threads.length === 0)
                void help(job);
        });
    }
    return {
        size: threads.length,
        run: (task, common, items) => start(task, common, items, true),
        runBeside: (task, common, items) => start(task, common, items, false),
        async close() {
            await Promise.all(threads.map(({ worker }) => worker.terminate()));
        },
    };
}
function atMostEvery(ms, call) {
    let last = performance.now();
    return () => {
        const now = performance.now();
        if (now - last < ms)
            return;
        last = now;
        call();
    };
}
