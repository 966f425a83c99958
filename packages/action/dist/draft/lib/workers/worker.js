import { parentPort } from 'node:worker_threads';
import { taskNamed } from './tasks.js';
function reply(message) {
    parentPort?.postMessage(message);
}
/** Time between two signs of life. */
const SIGN_MS = 500;
parentPort?.on('message', ({ id, task, common, items, next }) => {
    try {
        const results = [];
        let perItem = null;
        let signed = performance.now();
        for (;;) {
            const index = Atomics.add(next, 0, 1);
            if (index >= items.length)
                break;
            perItem ??= taskNamed(task)(common);
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
