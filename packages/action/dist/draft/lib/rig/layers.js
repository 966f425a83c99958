import { distanceTo } from '../image/distance.js';
import { extendLimb, LEGS, SHOULDERS } from './extend-limb.js';
import { LEFT_ARM, LEFT_LEG, NOBODY, RIGHT_ARM, RIGHT_LEG, TRUNK } from './owner.js';
import { findOwners } from './owners.js';
import { boneRadii } from './parts.js';
import { shrinkCutOut } from './source.js';
import { continueBody } from './under-arms.js';
/** Layers as drawn, back to front. A shoulder is the root of an arm, seen where the arm turns away from the body. */
export const DRAWN_LAYERS = [
    'left leg',
    'right leg',
    'left shoulder',
    'right shoulder',
    'body',
    'left arm',
    'right arm',
];
/**
 * Texture pixels per image pixel for a character shown at `scale`: whole pixels are averaged, never fractions of them,
 * so that edges stay even; what is left is below a factor of two, which bilinear sampling does well.
 */
export function shownTextureScale(scale) {
    return 1 / Math.max(1, Math.floor(1 / scale + 0.2));
}
/** Draws each layer's own picture at `scale` texture pixels per image pixel. */
export function paintLayers(image, matte, fit, parts, scale, coding) {
    const source = shrinkCutOut(image, matte, scale);
    const owner = findOwners(fit, parts, source, scale);
    const joints = fit.joints.map((value) => value * scale);
    const radii = boneRadii(fit.shape).map((radius) => (radius / fit.scale) * scale);
    const limb = (limbs, side) => extendLimb(source, owner, limbs[side], joints, radii);
    const paint = (layer) => {
        switch (layer) {
            case 'left leg':
                return paintLayer(layer, source, owner, LEFT_LEG, limb(LEGS, 0), coding);
            case 'right leg':
                return paintLayer(layer, source, owner, RIGHT_LEG, limb(LEGS, 1), coding);
            case 'left shoulder':
                return paintLayer(layer, source, owner, null, limb(SHOULDERS, 0), coding);
            case 'right shoulder':
                return paintLayer(layer, source, owner, null, limb(SHOULDERS, 1), coding);
            case 'body': {
                const hidden = continueBody(source, owner, joints, radii, scale / fit.scale);
                return paintLayer(layer, source, owner, TRUNK, hidden, coding);
            }
            case 'left arm':
                return paintLayer(layer, source, owner, LEFT_ARM, null, coding);
            case 'right arm':
                return paintLayer(layer, source, owner, RIGHT_ARM, null, coding);
        }
    };
    return DRAWN_LAYERS.map(paint);
}
/** The whole cut-out as one layer, see `paintLayers`. */
export function paintWhole(image, matte, scale, coding) {
    const { width, height, rgba } = shrinkCutOut(image, matte, scale);
    const yuva = new Uint8Array(new SharedArrayBuffer(4 * width * height));
    for (let p = 0; p < width * height; p++) {
        if (rgba[4 * p + 3] > 0)
            writePremultiplied(yuva, rgba, p, rgba[4 * p + 3], coding);
    }
    return { layer: 'body', width, height, yuva };
}
/** Cut edges fade over this many pixels, as the edges of a drawn line do. */
const FADE = 1.5;
/**
 * A layer's own pixels, whole; what it continues behind the layers in front of it; and around all of that a fade. A
 * fade shows the drawing where it lies on the layers behind and hides under those in front: the drawn pose looks as
 * drawn, cuts and all.
 */
function paintLayer(layer, { width, height, rgba }, owner, own, hidden, coding) {
    const size = width * height;
    const yuva = new Uint8Array(new SharedArrayBuffer(4 * size));
    const kept = new Uint8Array(size);
    const cutAway = new Uint8Array(size);
    for (let p = 0; p < size; p++) {
        if (owner[p] === NOBODY)
            continue;
        if (owner[p] === own)
            kept[p] = 1;
        else if (hidden == null || hidden.mask[p] === 0)
            cutAway[p] = 1;
    }
    const toKept = own != null ? distanceTo(kept, width, height, 'set') : null;
    const toCut = hidden != null ? distanceTo(cutAway, width, height, 'set') : null;
    for (let p = 0; p < size; p++) {
        if (owner[p] === NOBODY)
            continue;
        const alpha = rgba[4 * p + 3];
        const fade = toKept != null ? Math.max(0, 1 - Math.max(0, toKept[p] - 0.5) / FADE) : 0;
        if (kept[p] !== 0)
            writePremultiplied(yuva, rgba, p, alpha, coding);
        else if (hidden != null && hidden.mask[p] !== 0) {
            const share = Math.max(fade, Math.min(1, ((toCut?.[p] ?? FADE) - 0.25) / FADE));
            writePremultiplied(yuva, hidden.rgba, p, alpha * share, coding);
        }
        else if (fade > 0)
            writePremultiplied(yuva, rgba, p, alpha * fade, coding);
    }
    return { layer, width, height, yuva };
}
/** Writes pixel `p` of an RGBA picture, seen with `alpha` (0 to 255), into a texture. */
function writePremultiplied(yuva, rgba, p, alpha, coding) {
    const red = rgba[4 * p];
    const green = rgba[4 * p + 1];
    const blue = rgba[4 * p + 2];
    const luma = coding.red * red + (1 - coding.red - coding.blue) * green + coding.blue * blue;
    const lumaScale = coding.fullRange ? 1 : 219 / 255;
    const chromaScale = coding.fullRange ? 1 : 224 / 255;
    const u = 128 + (chromaScale * (blue - luma)) / (2 * (1 - coding.blue));
    const v = 128 + (chromaScale * (red - luma)) / (2 * (1 - coding.red));
    const share = alpha / 255;
    yuva[4 * p] = ((coding.fullRange ? 0 : 16) + lumaScale * luma) * share + 0.5;
    yuva[4 * p + 1] = u * share + 0.5;
    yuva[4 * p + 2] = v * share + 0.5;
    yuva[4 * p + 3] = alpha + 0.5;
}
