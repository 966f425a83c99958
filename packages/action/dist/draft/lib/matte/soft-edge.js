import { distanceTo } from '../image/distance.js';
/**
 * Redraws the border of a mask found on a smaller copy: within `band` pixels of it, what looks like background is
 * background. All arrays are row-major.
 */
export function refineMask(mask, width, height, band, isGround) {
    const inside = distanceTo(mask, width, height, 'unset');
    const outside = distanceTo(mask, width, height, 'set');
    return mask.map((value, p) => inside[p] <= band && outside[p] <= band ? (isGround(p) ? 0 : 1) : value);
}
/** Edge pixels of drawings, scaled pictures and JPEGs mix both sides over about this many pixels. */
const SOFT_INSIDE = 2.5;
const SOFT_OUTSIDE = 1.5;
/** Pure colours are looked for this far from the border. */
const PURE_DEPTH = 3.5;
/** Below this difference in RGB the two sides cannot be distinguished, and the mask decides. */
const LEAST_CONTRAST = 40;
/** Alpha from which a colour can be freed from the background's share without noise taking over. */
const LEAST_UNMIXED = 0.25;
/**
 * The character of an image on a plain ground with soft edges. Along the border a pixel is a mix of the pure colours
 * found straight inwards and straight outwards; its alpha is its place between them, its colour what remains when the
 * background's share is taken out.
 */
export function softenEdge({ width, height, rgba }, mask) {
    const out = rgba.slice();
    const inside = distanceTo(mask, width, height, 'unset');
    const outside = distanceTo(mask, width, height, 'set');
    // Positive in the character, 0 along the border.
    const depth = inside.map((value, p) => (mask[p] !== 0 ? value - 0.5 : 0.5 - outside[p]));
    const at = (x, y) => Math.max(0, Math.min(height - 1, Math.round(y))) * width +
        Math.max(0, Math.min(width - 1, Math.round(x)));
    /** The pixel reached by following the depth up (1) or down (-1) from (x, y), not further than `PURE_DEPTH`. */
    const follow = (x, y, way) => {
        let p = at(x, y);
        for (let step = 0; step < 6 && way * depth[p] < PURE_DEPTH - 1; step++) {
            const dx = depth[at((p % width) + 1, (p / width) | 0)] - depth[at((p % width) - 1, (p / width) | 0)];
            const dy = depth[at(p % width, ((p / width) | 0) + 1)] - depth[at(p % width, ((p / width) | 0) - 1)];
            const slope = Math.hypot(dx, dy);
            // On the ridge of a thin line there is nothing deeper.
            if (slope < 0.5)
                break;
            const next = at((p % width) + (way * dx) / slope, ((p / width) | 0) + (way * dy) / slope);
            if (way * depth[next] <= way * depth[p])
                break;
            p = next;
        }
        return p;
    };
    for (let p = 0; p < mask.length; p++) {
        if (depth[p] > SOFT_INSIDE)
            continue;
        if (depth[p] < -SOFT_OUTSIDE) {
            out[4 * p + 3] = 0;
            continue;
        }
        const x = p % width;
        const y = (p / width) | 0;
        const pure = follow(x, y, 1);
        const ground = follow(x, y, -1);
        let length = 0;
        let along = 0;
        for (let c = 0; c < 3; c++) {
            const contrast = rgba[4 * pure + c] - rgba[4 * ground + c];
            length += contrast * contrast;
            along += contrast * (rgba[4 * p + c] - rgba[4 * ground + c]);
        }
        const alpha = length < LEAST_CONTRAST * LEAST_CONTRAST ? mask[p] : Math.max(0, Math.min(1, along / length));
        out[4 * p + 3] = Math.round(255 * alpha);
        for (let c = 0; c < 3; c++) {
            const unmixed = rgba[4 * ground + c] +
                (rgba[4 * p + c] - rgba[4 * ground + c]) / Math.max(LEAST_UNMIXED, alpha);
            const trusted = alpha < LEAST_UNMIXED ? rgba[4 * pure + c] : unmixed;
            out[4 * p + c] = Math.max(0, Math.min(255, Math.round(trusted)));
        }
    }
    return out;
}
