import { messageOf } from '../errors.js';
import { JOBS } from './jobs.js';
// A damaged packet makes the decoder library reject a promise that nobody holds (mediabunny closes its decoder without
// awaiting it). Here that is harmless: the frames read so far are used, and a job that never ends lets the process end.
process.on('unhandledRejection', () => undefined);
// Whoever asked is gone: nobody wants the result. Not `exit`, which would wait for the codec's threads.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
function tell(reply) {
    process.send?.(reply);
}
const watch = {
    enter: (file) => tell({ kind: 'enter', file }),
    alive: () => tell({ kind: 'alive' }),
    progress: (progress) => tell({ kind: 'progress', progress }),
};
process.once('message', async ({ name, request }) => {
    // The job alone keeps this process alive.
    process.channel?.unref();
    try {
        const result = await JOBS[name](request, watch);
        tell({ kind: 'done', result });
    }
    catch (error) {
        const kind = error instanceof Error ? error.name : 'Error';
        tell({ kind: 'failed', name: kind, message: messageOf(error) });
    }
});
