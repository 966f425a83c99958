/**
 * The sequence of states, one per frame, with the largest sum of `value` minus the smallest sum of `cost` between
 * neighbours. Every frame needs at least one state.
 */
export function bestPath(frames, value, cost) {
    let best = Float64Array.from(frames[0], value);
    const origins = [];
    for (let f = 1; f < frames.length; f++) {
        const before = frames[f - 1];
        const origin = new Int32Array(frames[f].length);
        best = Float64Array.from(frames[f], (state, j) => {
            let top = Number.NEGATIVE_INFINITY;
            for (let i = 0; i < before.length; i++) {
                const sum = best[i] - cost(before[i], state);
                if (sum > top) {
                    top = sum;
                    origin[j] = i;
                }
            }
            return top + value(state);
        });
        origins.push(origin);
    }
    let at = best.indexOf(Math.max(...best));
    const path = new Array(frames.length);
    for (let f = frames.length - 1; f >= 0; f--) {
        path[f] = frames[f][at];
        if (f > 0)
            at = origins[f - 1][at];
    }
    return path;
}
