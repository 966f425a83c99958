import { dilate, dropSpecks } from '../image/regions.ts';
import { JOINT } from '../puppet/pose.ts';
import { BORDER, type CharacterFit } from './fit-character.ts';
import type { Source } from './layers.ts';
import { BODY, type Parts } from './parts.ts';

/** Owner of pixels on which nothing is drawn; others are indices into `DRAWN_LAYERS`. */
export const NOBODY = 255;
const LEFT_LEG = 0;
const RIGHT_LEG = 1;
const TRUNK = 2;
const LEFT_ARM = 3;
const RIGHT_ARM = 4;

/** A skirt is at least this much wider than the legs that come out below it. */
const HEM_RATIO = 1.35;

/**
 * The row, in fit pixels, at which a skirt or gown ends, or null for trousers: where the outline's width falls most
 * between hips and ankles, if cloth fills the space between the thighs above it.
 */
function findHem(fit: CharacterFit): number | null {
  const { joints, box, scale, width, mask } = fit;
  const rowOf = (joint: number) => Math.round((joints[2 * joint + 1] - box.top) * scale + BORDER);
  const hips = Math.min(rowOf(JOINT.leftHip), rowOf(JOINT.rightHip));
  const ankles = Math.max(rowOf(JOINT.leftAnkle), rowOf(JOINT.rightAnkle));
  const count = (row: number) =>
    mask.subarray(row * width, (row + 1) * width).reduce((sum, v) => sum + v, 0);
  let hem: number | null = null;
  let sharpest = HEM_RATIO;
  for (let row = hips + 3; row < ankles - 3; row++) {
    const drop = count(row - 2) / Math.max(1, count(row + 2));
    if (drop > sharpest) {
      sharpest = drop;
      hem = row;
    }
  }
  if (hem == null) return null;
  const middle = (joints[2 * JOINT.leftKnee] + joints[2 * JOINT.rightKnee]) / 2;
  const column = Math.round((middle - box.left) * scale + BORDER);
  let filled = 0;
  for (let row = hips; row < hem - 1; row++) filled += mask[row * width + column];
  return filled >= 0.85 * (hem - 1 - hips) ? hem : null;
}

/** Which layer each fit pixel belongs to, see `NOBODY`. */
export function findFitOwners(fit: CharacterFit, parts: Parts): Uint8Array {
  const costs = layerCosts(parts);
  const hem = findHem(fit);
  return fit.mask.map((value, p) =>
    value === 0
      ? NOBODY
      : ownerOf(
          costs.map((map) => map[p]),
          parts.layerCosts.map((map) => map[p]),
          Math.floor(p / fit.width),
          hem,
        ),
  );
}

/** Costs of left leg, right leg and trunk. */
function layerCosts({ boneCosts }: Parts): Float32Array[] {
  const least = (a: number, b: number) =>
    boneCosts[a].map((cost, p) => Math.min(cost, boneCosts[b][p]));
  return [least(6, 7), least(8, 9), least(0, 1)];
}

/** A skirt is one piece in front of the legs, so everything above its hem is the trunk's. */
function ownerOf(
  legsAndTrunk: readonly number[],
  bodyAndArms: readonly number[],
  row: number,
  hem: number | null,
): number {
  const layer = smallest(bodyAndArms);
  if (layer !== BODY) return layer === 1 ? LEFT_ARM : RIGHT_ARM;
  if (hem != null && row < hem) return TRUNK;
  return smallest(legsAndTrunk);
}

function smallest(values: readonly number[]): number {
  let best = 0;
  values.forEach((value, i) => {
    if (value < values[best]) best = i;
  });
  return best;
}

/** Which layer each texture pixel belongs to. `scale`: texture pixels per image pixel. */
export function findOwners(
  fit: CharacterFit,
  parts: Parts,
  source: Source,
  scale: number,
): Uint8Array {
  const { width, height } = source;
  const owner = new Uint8Array(width * height).fill(NOBODY);
  const legsAndTrunk = layerCosts(parts);
  const hem = findHem(fit);
  for (let y = 0, p = 0; y < height; y++) {
    const row = ((y + 0.5) / scale - fit.box.top) * fit.scale + BORDER;
    for (let x = 0; x < width; x++, p++) {
      if (source.rgba[4 * p + 3] === 0) continue;
      const at = fitSampler(fit, (x + 0.5) / scale, (y + 0.5) / scale);
      owner[p] = ownerOf(legsAndTrunk.map(at), parts.layerCosts.map(at), row, hem);
    }
  }
  const fitPixel = scale / fit.scale;
  followColours(owner, source, LEFT_ARM, fitPixel);
  followColours(owner, source, RIGHT_ARM, fitPixel);
  if (hem != null) {
    followColours(owner, source, LEFT_LEG, fitPixel);
    followColours(owner, source, RIGHT_LEG, fitPixel);
  }
  for (const arm of [LEFT_ARM, RIGHT_ARM]) {
    giveSpikes(owner, TRUNK, arm, width, height, SPIKE * fitPixel);
  }
  return owner;
}

/** Thinner than twice this, in fit pixels, is a spike: a piece of outline on the wrong side of the cut. */
const SPIKE = 0.75;

/** Spikes of one layer along another's border go to that one: cut edges become even. Changes `owner`. */
function giveSpikes(
  owner: Uint8Array,
  from: number,
  to: number,
  width: number,
  height: number,
  radius: number,
): void {
  const maskOf = (layer: number) => Uint8Array.from(owner, (value) => (value === layer ? 1 : 0));
  const solid = dropSpecks(maskOf(from), width, height, radius);
  const near = dilate(maskOf(to), width, height, 3 * radius);
  for (let p = 0; p < owner.length; p++) {
    if (owner[p] === from && solid[p] === 0 && near[p] !== 0) owner[p] = to;
  }
}

/** Bilinear reader of fit-size maps at one image point. */
function fitSampler(
  fit: CharacterFit,
  imageX: number,
  imageY: number,
): (map: Float32Array) => number {
  const u = (imageX - fit.box.left) * fit.scale + BORDER - 0.5;
  const v = (imageY - fit.box.top) * fit.scale + BORDER - 0.5;
  const column = Math.max(0, Math.min(fit.width - 2, Math.floor(u)));
  const row = Math.max(0, Math.min(fit.height - 2, Math.floor(v)));
  const fx = Math.max(0, Math.min(1, u - column));
  const fy = Math.max(0, Math.min(1, v - row));
  const p = row * fit.width + column;
  return (map) => {
    const capped = (q: number) => Math.min(map[q], 60);
    const upper = capped(p) * (1 - fx) + capped(p + 1) * fx;
    const lower = capped(p + fit.width) * (1 - fx) + capped(p + fit.width + 1) * fx;
    return upper * (1 - fy) + lower * fy;
  };
}

/** Parts are found on a coarse grid; this many of its pixels around a border may be wrong. */
const BORDER_BAND = 1.6;
const COLOUR_WINDOW = 4;
/** Sum of RGB differences by which one side must look more alike; else the border stays where it is. */
const DISTINCT = 40;

/**
 * Moves the border between a limb and everything else to where the colours change: pixels near it go to the side
 * with a nearby sure pixel that looks more like them. Changes `owner`.
 */
function followColours(owner: Uint8Array, source: Source, limb: number, fitPixel: number): void {
  const { width, height, rgba } = source;
  const band = Math.max(1, Math.round(BORDER_BAND * fitPixel));
  const window = Math.max(2, Math.round(COLOUR_WINDOW * fitPixel));
  const isLimb = sumTable(width, height, (p) => (owner[p] === limb ? 1 : 0));
  const isOther = sumTable(width, height, (p) =>
    owner[p] !== limb && owner[p] !== NOBODY ? 1 : 0,
  );
  const sure = new Uint8Array(owner.length);
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      if (owner[p] === NOBODY) continue;
      const across = owner[p] === limb ? isOther : isLimb;
      if (across(x - band, y - band, x + band, y + band) === 0) sure[p] = owner[p] === limb ? 1 : 2;
    }
  }
  const before = owner.slice();
  const step = Math.max(1, Math.floor(window / 6));
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      if (before[p] === NOBODY || sure[p] !== 0) continue;
      const nearest = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      for (let sy = Math.max(0, y - window); sy <= Math.min(height - 1, y + window); sy += step) {
        for (let sx = Math.max(0, x - window); sx <= Math.min(width - 1, x + window); sx += step) {
          const q = sy * width + sx;
          if (sure[q] === 0) continue;
          const side = sure[q] - 1;
          nearest[side] = Math.min(nearest[side], difference(rgba, p, q));
        }
      }
      const [toLimb, toOther] = nearest;
      if (toLimb + DISTINCT < toOther) owner[p] = limb;
      else if (toOther + DISTINCT < toLimb && before[p] === limb) {
        owner[p] = nearestOther(before, p, limb, width, height, 2 * band);
      }
    }
  }
}

/** Sum of RGB differences of two pixels. */
function difference(rgba: Uint8Array, p: number, q: number): number {
  return (
    Math.abs(rgba[4 * p] - rgba[4 * q]) +
    Math.abs(rgba[4 * p + 1] - rgba[4 * q + 1]) +
    Math.abs(rgba[4 * p + 2] - rgba[4 * q + 2])
  );
}

function nearestOther(
  owner: Uint8Array,
  p: number,
  limb: number,
  width: number,
  height: number,
  reach: number,
): number {
  const x = p % width;
  const y = (p / width) | 0;
  for (let r = 1; r <= reach; r++) {
    for (const [dx, dy] of [
      [r, 0],
      [-r, 0],
      [0, r],
      [0, -r],
    ]) {
      const nx = x + dx;
      const ny = y + dy;
      if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue;
      const other = owner[ny * width + nx];
      if (other !== limb && other !== NOBODY) return other;
    }
  }
  return TRUNK;
}

/** Sums of a map over any rectangle (inclusive corners, clipped) in constant time. */
function sumTable(
  width: number,
  height: number,
  value: (p: number) => number,
): (left: number, top: number, right: number, bottom: number) => number {
  const table = new Float64Array((width + 1) * (height + 1));
  for (let y = 0, p = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++, p++) {
      row += value(p);
      table[(y + 1) * (width + 1) + x + 1] = table[y * (width + 1) + x + 1] + row;
    }
  }
  return (left, top, right, bottom) => {
    const x0 = Math.max(0, left);
    const y0 = Math.max(0, top) * (width + 1);
    const x1 = Math.min(width, right + 1);
    const y1 = Math.min(height, bottom + 1) * (width + 1);
    return table[y1 + x1] - table[y0 + x1] - table[y1 + x0] + table[y0 + x0];
  };
}
