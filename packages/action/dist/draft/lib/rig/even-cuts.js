import { boxBlur } from '../image/blur.js';
import { distanceTo } from '../image/distance.js';
import { dropSpecks, findRegions, largestRegion } from '../image/regions.js';
import { LEFT_ARM, LEFT_LEG, NOBODY, OWNERS, RIGHT_ARM, RIGHT_LEG, TRUNK } from './owner.js';
/** Cuts are rounded over this many fit pixels: finer wiggles of a cut are errors, not shapes. */
const ROUNDING = 1.2;
/**
 * Makes cuts between parts even and parts whole: every pixel goes to the part that prevails around it, and pieces
 * that are cut off from their part go to the part they touch. Changes `owner`. `fitPixel` is in texture pixels.
 */
export function evenCuts(owner, width, height, fitPixel) {
    const size = owner.length;
    const radius = Math.max(1, Math.round(ROUNDING * fitPixel));
    const most = new Float32Array(size);
    const plane = new Float32Array(size);
    const once = new Float32Array(size);
    const scratch = new Float32Array(size);
    const before = owner.slice();
    for (const layer of OWNERS) {
        for (let p = 0; p < size; p++)
            plane[p] = before[p] === layer ? 1 : 0;
        // Two passes make a tent, whose level lines are smoother than a box's.
        boxBlur(plane, width, height, radius, once, scratch);
        boxBlur(once, width, height, radius, plane, scratch);
        for (let p = 0; p < size; p++) {
            if (before[p] === NOBODY || plane[p] <= most[p])
                continue;
            most[p] = plane[p];
            owner[p] = layer;
        }
    }
    giveSpikes(owner, TRUNK, [LEFT_LEG, RIGHT_LEG], width, height, LEG_SPIKE * fitPixel);
    giveSpikes(owner, TRUNK, [LEFT_ARM, RIGHT_ARM], width, height, ARM_SPIKE * fitPixel);
    for (const arm of [LEFT_ARM, RIGHT_ARM]) {
        giveSpikes(owner, arm, [TRUNK], width, height, ARM_SPIKE * fitPixel);
    }
    for (const layer of OWNERS)
        giveStrays(owner, layer, width, height);
}
/**
 * Pieces along a cut that are thinner than twice this, in fit pixels, are outlines on the wrong side of it: between
 * the legs all that is thin is theirs, beside the arms there is hair.
 */
const LEG_SPIKE = 1.6;
const ARM_SPIKE = 0.75;
function giveSpikes(owner, from, heirs, width, height, radius) {
    const maskOf = (layer) => owner.map((value) => (value === layer ? 1 : 0));
    const solid = dropSpecks(maskOf(from), width, height, radius);
    const away = heirs.map((heir) => distanceTo(maskOf(heir), width, height, 'set'));
    for (let p = 0; p < owner.length; p++) {
        if (owner[p] !== from || solid[p] !== 0)
            continue;
        let nearest = 0;
        for (let i = 1; i < heirs.length; i++)
            if (away[i][p] < away[nearest][p])
                nearest = i;
        if (away[nearest][p] <= 3 * radius)
            owner[p] = heirs[nearest];
    }
}
/** Pieces of a layer that are not its largest go to the layer along most of their border, if there is any. */
function giveStrays(owner, layer, width, height) {
    const mask = owner.map((value) => (value === layer ? 1 : 0));
    const regions = findRegions(mask, width, height);
    if (regions.count < 2)
        return;
    const main = largestRegion(regions);
    const contacts = Array.from({ length: regions.count + 1 }, () => new Float64Array(OWNERS.length));
    for (let p = 0; p < owner.length; p++) {
        const label = regions.labels[p];
        if (label === 0 || label === main)
            continue;
        const x = p % width;
        for (const q of [x > 0 ? p - 1 : p, x < width - 1 ? p + 1 : p, p - width, p + width]) {
            const other = owner[q] ?? NOBODY;
            if (other !== NOBODY && other !== layer)
                contacts[label][other]++;
        }
    }
    const heir = contacts.map((counts) => {
        const most = Math.max(...counts);
        return most > 0 ? counts.indexOf(most) : layer;
    });
    // A piece of trunk as large as a head is one.
    const isPart = regions.sizes.map((area) => layer === TRUNK && area > LARGEST_STRAY * regions.sizes[main]);
    for (let p = 0; p < owner.length; p++) {
        const label = regions.labels[p];
        if (label !== 0 && label !== main && !isPart[label])
            owner[p] = heir[label];
    }
}
const LARGEST_STRAY = 0.12;
