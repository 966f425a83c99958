import { erode } from '../image/regions.ts';
import type { CharacterImage, Matte } from '../matte/matte.ts';
import { JOINT } from '../puppet/pose.ts';
import type { CharacterFit } from './fit-character.ts';
import { findOwners, NOBODY } from './owners.ts';
import { boneRadii, type Parts } from './parts.ts';
import { nearBone, paintUnderArms } from './under-arms.ts';

/** Layers as drawn, back to front. */
export const DRAWN_LAYERS = ['left leg', 'right leg', 'body', 'left arm', 'right arm'] as const;
type DrawnLayer = (typeof DRAWN_LAYERS)[number];

/**
 * One layer's own picture: row-major y, u, v, alpha bytes, all multiplied by alpha / 255 (chroma including its offset
 * of 128), so that a layer is drawn as `background * (1 - alpha) + layer`.
 */
export interface LayerTexture {
  readonly layer: DrawnLayer;
  readonly width: number;
  readonly height: number;
  readonly yuva: Uint8Array;
}

/** BT.709 or BT.601 luma weights of red and blue, and the range of luma codes. */
export interface ColourCoding {
  readonly red: number;
  readonly blue: number;
  readonly fullRange: boolean;
}

export const BT709: ColourCoding = { red: 0.2126, blue: 0.0722, fullRange: false };
export const BT601: ColourCoding = { red: 0.299, blue: 0.114, fullRange: false };

/** Arms and legs carry this much of their surroundings around their root joint, in bone radii: no gap when they turn. */
const ARM_OVERLAP = 1.45;
const LEG_OVERLAP = 2;

/**
 * Texture pixels per image pixel for a character shown at `scale`: whole pixels are averaged, never fractions of them,
 * so that edges stay even; what is left is below a factor of two, which bilinear sampling does well.
 */
export function shownTextureScale(scale: number): number {
  return 1 / Math.max(1, Math.floor(1 / scale + 0.2));
}

/** Draws each layer's own picture at `scale` texture pixels per image pixel. */
export function paintLayers(
  image: CharacterImage,
  matte: Matte,
  fit: CharacterFit,
  parts: Parts,
  scale: number,
  coding: ColourCoding,
): LayerTexture[] {
  const source = shrink(image, matte, scale);
  const { width, height } = source;
  const owner = findOwners(fit, parts, source, scale);
  const joints = fit.joints.map((value) => value * scale);
  const radii = boneRadii(fit.shape).map((radius) => (radius / fit.scale) * scale);
  const size = width * height;
  const textures = DRAWN_LAYERS.map((layer, index): LayerTexture => {
    const yuva = new Uint8Array(new SharedArrayBuffer(4 * size));
    const rgba =
      layer === 'body' ? paintUnderArms(source, owner, joints, radii, fit, scale) : source.rgba;
    const roots = rootDiscs(layer, joints, radii);
    const cloth = clothDiscs(layer, index, source, owner, joints, radii);
    for (let p = 0; p < size; p++) {
      const isOwn = owner[p] === index;
      const isUnder = layer === 'body' && (owner[p] === 3 || owner[p] === 4) && rgba[4 * p + 3] > 0;
      const isShared =
        !isOwn &&
        owner[p] !== NOBODY &&
        (roots.some((root) => inDisc(root, p, width)) ||
          cloth.some((disc) => isCloth(disc, source, p)));
      if (!isOwn && !isUnder && !isShared) continue;
      writePremultiplied(yuva, isShared ? source.rgba : rgba, p, coding);
    }
    return { layer, width, height, yuva };
  });
  return textures;
}

/** The whole cut-out as one layer, see `paintLayers`. */
export function paintWhole(
  image: CharacterImage,
  matte: Matte,
  scale: number,
  coding: ColourCoding,
): LayerTexture {
  const { width, height, rgba } = shrink(image, matte, scale);
  const yuva = new Uint8Array(new SharedArrayBuffer(4 * width * height));
  for (let p = 0; p < width * height; p++) writePremultiplied(yuva, rgba, p, coding);
  return { layer: 'body', width, height, yuva };
}

interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Where a layer also carries its neighbours' pixels. The body keeps the shoulders when the arms turn away. */
function rootDiscs(layer: DrawnLayer, joints: Float64Array, radii: readonly number[]): Disc[] {
  const disc = (joint: number, radius: number) => ({
    x: joints[2 * joint],
    y: joints[2 * joint + 1],
    radius,
  });
  switch (layer) {
    case 'body':
      return [
        disc(JOINT.leftShoulder, ARM_OVERLAP * radii[2]),
        disc(JOINT.rightShoulder, ARM_OVERLAP * radii[4]),
      ];
    case 'left leg':
      return [disc(JOINT.leftHip, LEG_OVERLAP * radii[6])];
    case 'right leg':
      return [disc(JOINT.rightHip, LEG_OVERLAP * radii[8])];
    // An arm carries its own material only: a corner of the shirt would turn with it, and so would hair.
    default:
      return [];
  }
}

/** Around its shoulder a layer also keeps what has its own colour: sleeves are cut like the shirt. */
interface ClothDisc extends Disc {
  readonly colour: readonly [number, number, number];
}

/** In bone radii: the body keeps more of a sleeve than a sleeve of the body. */
const BODY_CLOTH_REACH = 2.6;
const ARM_CLOTH_REACH = 1.45;
/** Sum of RGB differences within one material. */
const SAME_CLOTH = 60;
/** Cloth is looked for this near the torso's bone, in its radii: not in hair that falls beside it. */
const ON_TORSO = 1.3;

function clothDiscs(
  layer: DrawnLayer,
  index: number,
  { rgba, width }: Source,
  owner: Uint8Array,
  joints: Float64Array,
  radii: readonly number[],
): ClothDisc[] {
  const discs: ClothDisc[] = [];
  for (const [arm, joint, bone] of [
    ['left arm', JOINT.leftShoulder, 2],
    ['right arm', JOINT.rightShoulder, 4],
  ] as const) {
    if (layer !== 'body' && layer !== arm) continue;
    const isBody = layer === 'body';
    const reach = isBody ? BODY_CLOTH_REACH : ARM_CLOTH_REACH;
    const disc = { x: joints[2 * joint], y: joints[2 * joint + 1], radius: reach * radii[bone] };
    const seen: [number[], number[], number[]] = [[], [], []];
    for (let p = 0; p < owner.length; p++) {
      if (owner[p] !== index || !inDisc(disc, p, width)) continue;
      const isAboveNeck = Math.floor(p / width) < joints[2 * JOINT.neck + 1];
      if (isBody && (isAboveNeck || !nearBone(0, p, width, joints, ON_TORSO * radii[0]))) continue;
      for (let c = 0; c < 3; c++) seen[c].push(rgba[4 * p + c]);
    }
    if (seen[0].length === 0) continue;
    const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
    discs.push({ ...disc, colour: [middle(seen[0]), middle(seen[1]), middle(seen[2])] });
  }
  return discs;
}

function isCloth(disc: ClothDisc, { rgba, width }: Source, p: number): boolean {
  if (!inDisc(disc, p, width)) return false;
  const [red, green, blue] = disc.colour;
  const difference =
    Math.abs(rgba[4 * p] - red) +
    Math.abs(rgba[4 * p + 1] - green) +
    Math.abs(rgba[4 * p + 2] - blue);
  return difference < SAME_CLOTH;
}

function inDisc(disc: Disc, p: number, width: number): boolean {
  return Math.hypot((p % width) - disc.x, Math.floor(p / width) - disc.y) <= disc.radius;
}

export interface Source {
  readonly width: number;
  readonly height: number;
  /** Straight alpha; alpha is 0 outside the matte. */
  readonly rgba: Uint8Array;
}

/** Applies the matte and shrinks by area, weighting colours by alpha so that the background does not bleed in. */
function shrink(image: CharacterImage, matte: Matte, scale: number): Source {
  // The last pixel of a matte found by colour is half background.
  const mask =
    matte.source === 'border colours'
      ? erode(matte.mask, image.width, image.height, 1)
      : matte.mask;
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const rgba = new Uint8Array(4 * width * height);
  for (let y = 0, p = 0; y < height; y++) {
    const top = Math.min(image.height - 1, Math.floor(y / scale));
    const bottom = Math.max(top + 1, Math.min(image.height, Math.floor((y + 1) / scale)));
    for (let x = 0; x < width; x++, p++) {
      const left = Math.min(image.width - 1, Math.floor(x / scale));
      const right = Math.max(left + 1, Math.min(image.width, Math.floor((x + 1) / scale)));
      let red = 0;
      let green = 0;
      let blue = 0;
      let alpha = 0;
      for (let sy = top; sy < bottom; sy++) {
        for (let sx = left; sx < right; sx++) {
          const q = sy * image.width + sx;
          if (mask[q] === 0) continue;
          const a = matte.source === 'alpha' ? image.rgba[4 * q + 3] : 255;
          red += image.rgba[4 * q] * a;
          green += image.rgba[4 * q + 1] * a;
          blue += image.rgba[4 * q + 2] * a;
          alpha += a;
        }
      }
      if (alpha === 0) continue;
      rgba[4 * p] = red / alpha;
      rgba[4 * p + 1] = green / alpha;
      rgba[4 * p + 2] = blue / alpha;
      rgba[4 * p + 3] = alpha / ((bottom - top) * (right - left));
    }
  }
  return { width, height, rgba };
}

function writePremultiplied(
  yuva: Uint8Array,
  rgba: Uint8Array,
  p: number,
  coding: ColourCoding,
): void {
  const red = rgba[4 * p];
  const green = rgba[4 * p + 1];
  const blue = rgba[4 * p + 2];
  const alpha = rgba[4 * p + 3];
  const luma = coding.red * red + (1 - coding.red - coding.blue) * green + coding.blue * blue;
  const lumaScale = coding.fullRange ? 1 : 219 / 255;
  const chromaScale = coding.fullRange ? 1 : 224 / 255;
  const u = 128 + (chromaScale * (blue - luma)) / (2 * (1 - coding.blue));
  const v = 128 + (chromaScale * (red - luma)) / (2 * (1 - coding.red));
  const share = alpha / 255;
  yuva[4 * p] = ((coding.fullRange ? 0 : 16) + lumaScale * luma) * share + 0.5;
  yuva[4 * p + 1] = u * share + 0.5;
  yuva[4 * p + 2] = v * share + 0.5;
  yuva[4 * p + 3] = alpha;
}
