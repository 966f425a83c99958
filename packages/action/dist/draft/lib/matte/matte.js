import { dilate, findRegions, largestRegion } from '../image/regions.js';
import { resizePlane } from '../image/resize.js';
import { refineMask, softenEdge } from './soft-edge.js';
/** An image with this share of see-through pixels has a real alpha channel. */
const LEAST_TRANSPARENT = 0.02;
const OPAQUE = 40;
/** Longest side of the copy on which the background is found. */
const WORK_SIDE = 360;
/** Sum of RGB differences. */
const SAME_BORDER_COLOUR = 36;
const SAME_BACKGROUND = 48;
/** A border of more colours than this is busy, and cannot be distinguished from the character. */
const MOST_COLOURS = 8;
/** A character is mostly of one piece; lettering and what a busy picture leaves are not. */
const LEAST_IN_ONE_PIECE = 0.5;
/** Drawn heads and hands may float; smaller specks are dirt. */
const DETACHED_SHARE = 0.03;
/** A character covers between these shares of its image. */
const SMALLEST_SHARE = 0.01;
const LARGEST_SHARE = 0.92;
/** Separates the character from its background, by alpha or by the colours along the border. */
export function cutOut(image) {
    const byAlpha = cutByAlpha(image);
    if (byAlpha != null) {
        const rgba = keepNear(image, byAlpha);
        return { source: 'alpha', mask: byAlpha, rgba };
    }
    const byBorder = cutByBorder(image);
    if (byBorder == null || !isOneThing(byBorder.mask, image)) {
        const mask = new Uint8Array(image.width * image.height).fill(1);
        return { source: 'none', mask, rgba: image.rgba.slice() };
    }
    return { source: 'border colours', ...byBorder };
}
function isOneThing(mask, { width, height }) {
    const area = mask.reduce((sum, value) => sum + value, 0);
    const share = area / mask.length;
    if (share < SMALLEST_SHARE || share > LARGEST_SHARE)
        return false;
    const regions = findRegions(mask, width, height);
    return regions.sizes[largestRegion(regions)] >= LEAST_IN_ONE_PIECE * area;
}
function cutByAlpha({ width, height, rgba }) {
    const size = width * height;
    let transparent = 0;
    for (let p = 0; p < size; p++)
        if (rgba[4 * p + 3] < 128)
            transparent++;
    if (transparent <= LEAST_TRANSPARENT * size)
        return null;
    return Uint8Array.from({ length: size }, (_, p) => (rgba[4 * p + 3] > OPAQUE ? 1 : 0));
}
/** A drawn edge's faintest pixels lie this near the mask; fainter ones further away are dirt. */
const FAINT_EDGE = 1.5;
function keepNear({ width, height, rgba }, mask) {
    const near = dilate(mask, width, height, FAINT_EDGE);
    const kept = rgba.slice();
    for (let p = 0; p < near.length; p++)
        if (near[p] === 0)
            kept[4 * p + 3] = 0;
    return kept;
}
/** Null when the border is busy. */
function cutByBorder(image) {
    const { width, height, rgba } = image;
    const scale = Math.min(1, WORK_SIDE / Math.max(width, height));
    const w = Math.max(1, Math.round(width * scale));
    const h = Math.max(1, Math.round(height * scale));
    const planes = [0, 1, 2].map((channel) => resizePlane(Uint8Array.from({ length: width * height }, (_, p) => rgba[4 * p + channel]), width, height, width, w, h));
    const palette = borderPalette(planes, w, h);
    if (palette.length > MOST_COLOURS)
        return null;
    const background = Uint8Array.from({ length: w * h }, (_, p) => palette.some((colour) => difference(colour, planes, p) < SAME_BACKGROUND) ? 1 : 0);
    const regions = findRegions(background, w, h);
    // The bottom border does not count: characters are often cut off or standing there.
    const outside = regions.boxes.map((box, label) => label !== 0 &&
        (box.left === 0 ||
            box.top === 0 ||
            box.right === w - 1 ||
            regions.sizes[label] > 0.004 * w * h));
    const rest = findRegions(Uint8Array.from(regions.labels, (label) => (outside[label] ? 0 : 1)), w, h);
    const largest = rest.sizes[largestRegion(rest)];
    const subject = rest.labels.map((label) => label !== 0 && rest.sizes[label] >= DETACHED_SHARE * largest ? 1 : 0);
    const mask = new Uint8Array(width * height);
    for (let y = 0, p = 0; y < height; y++) {
        const row = Math.min(h - 1, Math.floor(y * scale)) * w;
        for (let x = 0; x < width; x++, p++)
            mask[p] = subject[row + Math.min(w - 1, Math.floor(x * scale))];
    }
    const isGround = (p) => palette.some(([red, green, blue]) => Math.abs(red - rgba[4 * p]) +
        Math.abs(green - rgba[4 * p + 1]) +
        Math.abs(blue - rgba[4 * p + 2]) <
        SAME_BACKGROUND);
    const refined = refineMask(mask, width, height, Math.ceil(1 / scale) + 1, isGround);
    return { mask: refined, rgba: softenEdge(image, refined) };
}
/** The colours that make up 97 % of a frame of three pixels around the image, most frequent first. */
function borderPalette(planes, width, height) {
    const palette = [];
    let total = 0;
    for (let y = 0, p = 0; y < height; y++) {
        for (let x = 0; x < width; x++, p++) {
            if (y >= 3 && x >= 3 && x < width - 3)
                continue;
            total++;
            const known = palette.find((colour) => difference(colour, planes, p) < SAME_BORDER_COLOUR);
            if (known != null)
                known[3]++;
            else
                palette.push([planes[0][p], planes[1][p], planes[2][p], 1]);
        }
    }
    palette.sort((a, b) => b[3] - a[3]);
    let covered = 0;
    const used = [];
    for (const colour of palette) {
        used.push(colour);
        covered += colour[3];
        if (covered > 0.97 * total || used.length > MOST_COLOURS)
            break;
    }
    return used;
}
function difference(colour, planes, p) {
    return (Math.abs(colour[0] - planes[0][p]) +
        Math.abs(colour[1] - planes[1][p]) +
        Math.abs(colour[2] - planes[2][p]));
}
