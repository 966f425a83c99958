/** Rows this much narrower than the widest above them may be a neck. */
const NARROW = 0.62;
/** Shares of the figure's height that a head may take. */
const SMALLEST_HEAD = 0.09;
const LARGEST_HEAD = 0.56;
/** Height over width of a head: wider is a head with arms, taller a head with a torso. */
const FLATTEST = 0.6;
const TALLEST = 1.35;
/**
 * The row at which a round head ends, or null when the outline shows no neck, as under long hair or a hood. `mask` is
 * row-major; the figure stands in rows `top` to `bottom`.
 */
export function findNeck(mask, width, top, bottom) {
    const tall = bottom - top + 1;
    let widest = 0;
    for (let row = top; row <= bottom; row++) {
        // All of the row: beside a chest there are arms, beside a neck nothing.
        let filled = 0;
        for (let p = row * width; p < (row + 1) * width; p++)
            filled += mask[p];
        const share = (row - top) / tall;
        if (share > LARGEST_HEAD)
            return null;
        if (filled < NARROW * widest && share >= SMALLEST_HEAD) {
            const shape = (row - top) / widest;
            return shape >= FLATTEST && shape <= TALLEST ? row : null;
        }
        widest = Math.max(widest, filled);
    }
    return null;
}
