/** A foot that keeps within `STILL_REACH` heights during this time stands; the top of a jump is over sooner. */
const STILL_SECONDS = 0.25;
const STILL_REACH = 0.022;
/** Over a longer stand a foot may wander this far, in heights: tracking is not exact, and people do not nail their feet. */
const STAND_REACH = 0.06;
/** A foot this far above the lower one, in heights, is lifted, however still it is held. */
const LIFTED = 0.16;
/** Frames in which a standing foot was mistaken do not end its stand. */
const LONGEST_GAP_SECONDS = 0.3;
const GAP_REACH = 0.035;
/**
 * When one foot stands. `x` and `y` are its ankle and `lowest` the lower ankle of both, frame by frame, in heights of
 * the performer (y down); `times` in seconds, increasing.
 */
export function findStands(x, y, lowest, times) {
    const isStill = new Uint8Array(x.length);
    let end = 0;
    for (let start = 0; start < x.length; start++) {
        while (end < x.length - 1 && times[end] - times[start] < STILL_SECONDS)
            end++;
        const isLong = times[end] - times[start] >= 0.99 * STILL_SECONDS;
        if (isLong && reachOf(x, y, start, end) <= STILL_REACH)
            isStill.fill(1, start, end + 1);
    }
    const stands = [];
    for (let f = 0; f < x.length; f++) {
        if (isStill[f] === 0 || lowest[f] - y[f] > LIFTED)
            continue;
        const before = stands.at(-1);
        const gap = before != null ? times[f] - times[before.last] : Infinity;
        const isSame = before != null &&
            (before.last === f - 1 ||
                (gap <= LONGEST_GAP_SECONDS &&
                    Math.hypot(x[f] - x[before.last], y[f] - y[before.last]) <= GAP_REACH)) &&
            reachOf(x, y, before.first, f, isStill) <= STAND_REACH;
        if (isSame)
            stands[stands.length - 1] = { first: before.first, last: f };
        else
            stands.push({ first: f, last: f });
    }
    return stands.filter(({ first, last }) => times[last] - times[first] >= 0.5 * STILL_SECONDS);
}
/** The larger side of the box around frames `first` to `last`, only of those marked in `counted`. */
function reachOf(x, y, first, last, counted) {
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let f = first; f <= last; f++) {
        if (counted != null && counted[f] === 0)
            continue;
        left = Math.min(left, x[f]);
        right = Math.max(right, x[f]);
        top = Math.min(top, y[f]);
        bottom = Math.max(bottom, y[f]);
    }
    return Math.max(right - left, bottom - top);
}
