import { parentPort } from 'node:worker_threads';
function reply(message) {
    parentPort?.postMessage(message);
}
/** Time between two signs of life. */
const SIGN_MS = 500;
/** What a worker's entry calls: does items of these tasks for the thread that started it. */
export function serveTasks(tasks) {
    parentPort?.on('message', ({ id, name, common, items, next }) => {
        try {
            const results = [];
            let perItem = null;
            let signed = performance.now();
            for (;;) {
                const index = Atomics.add(next, 0, 1);
                if (index >= items.length)
                    break;
                perItem ??= tasks[name](common);
                results.push([index, perItem(items[index])]);
                if (performance.now() - signed > SIGN_MS) {
                    reply({ kind: 'alive' });
                    signed = performance.now();
                }
            }
            reply({ kind: 'done', id, results });
        }
        catch (error) {
            reply({ kind: 'failed', id, error });
        }
    });
}
