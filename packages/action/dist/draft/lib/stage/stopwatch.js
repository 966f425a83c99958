import { PHASES } from '../types.js';
/** Share of a typical draft's time that is over when each phase ends. */
const DONE_AFTER = {
    decode: 0.12,
    plate: 0.2,
    segment: 0.3,
    character: 0.34,
    track: 0.62,
    backdrop: 0.66,
    'render and encode': 1,
};
export function createStopwatch(onProgress) {
    const timings = Object.fromEntries(PHASES.map((phase) => [phase, 0]));
    let since = performance.now();
    return {
        finish(phase) {
            const now = performance.now();
            timings[phase] += now - since;
            since = now;
            onProgress?.({ phase, done: DONE_AFTER[phase] });
        },
        advance(phase, share) {
            const before = PHASES[PHASES.indexOf(phase) - 1];
            const from = before != null ? DONE_AFTER[before] : 0;
            const done = from + (DONE_AFTER[phase] - from) * 0.99 * Math.min(1, share);
            onProgress?.({ phase, done });
        },
        timings: () => ({ ...timings }),
    };
}
