import type { CharacterImage } from '../image/character-image.ts';
import { dilate, dropSpecks, findRegions, largestRegion } from '../image/regions.ts';
import { BONES, JOINT, type Proportions, placeJoints } from '../puppet/pose.ts';
import { BORDER, type CharacterFit } from './fit-character.ts';
import { geodesicDistance, type Segment } from './geodesic.ts';

/** Layers of the character, back to front: body (torso, head, legs), left arm, right arm. */
export const BODY = 0;

/** Bones by layer, indices into `BONES`. */
const LAYER_BONES: readonly (readonly number[])[] = [
  [0, 1, 6, 7, 8, 9],
  [2, 3],
  [4, 5],
];

/** Which part of the character each fit pixel belongs to. Maps are row-major, the fit's size. */
export interface Parts {
  /** Cost of belonging to each layer; the smallest wins. About 0 on a bone, 1 at its usual girth. */
  readonly layerCosts: readonly Float32Array[];
  /** Path length to each bone over the bone's girth. */
  readonly boneCosts: readonly Float32Array[];
  /** Mean image colour, 3 numbers per pixel. */
  readonly colours: Float32Array;
}

const EDGE_COST = 0.08;

/** Both bones of an arm; legs wear trousers and boots, which are theirs whatever their colour. */
function limbOf(bone: number): readonly number[] {
  return LAYER_BONES.slice(1).find((bones) => bones.includes(bone)) ?? [];
}

const SMALLEST_RADIUS = 0.018;
const HIGHEST_COST = 60;
/** An arm may own pixels up to this many radii from its bones: around the shoulder, sleeves, cuffs and hands. */
const SLEEVE = 1.65;
const ROOT = 1.2;
const WRIST = 2.1;
const HAND = 2.6;

export function boneRadii(shape: Proportions): number[] {
  return [
    (shape.chestRadius + shape.bellyRadius) / 2,
    shape.headRadius * 1.05,
    shape.upperArmRadius,
    shape.forearmRadius,
    shape.upperArmRadius,
    shape.forearmRadius,
    shape.thighRadius,
    shape.shinRadius,
    shape.thighRadius,
    shape.shinRadius,
  ].map((radius) => Math.max(SMALLEST_RADIUS, radius) * shape.height);
}

/** Divides the character into body and arms by distances along its surface. */
export function findParts(image: CharacterImage, fit: CharacterFit): Parts {
  const { width, height, mask } = fit;
  const joints = placeJoints(fit.pose, fit.shape);
  const radii = boneRadii(fit.shape);
  const colours = fitColours(image, fit);
  const boneCosts = BONES.map((_, bone) =>
    geodesicDistance(
      mask,
      width,
      height,
      seenBone(bone, joints),
      colours,
      EDGE_COST,
      limbOf(bone).map((part) => seenBone(part, joints)),
    ).map((distance) => distance / radii[bone]),
  );
  const layerCosts = LAYER_BONES.map((bones) =>
    new Float32Array(width * height).map((_, p) =>
      Math.min(...bones.map((bone) => boneCosts[bone][p])),
    ),
  );
  keepFaceWhole(layerCosts, joints, fit);
  for (const layer of [1, 2]) keepArmsNearTheirBones(layerCosts, layer, joints, radii, fit);
  cleanLabels(layerCosts, fit);
  for (const costs of layerCosts) extendOutside(costs, mask, width, height);
  return { layerCosts, boneCosts, colours };
}

/** Of an upper arm: what lies on its root may be hair, and colours decide how far it reaches. */
const COVERED_SHOULDER = 0.15;

function seenBone(bone: number, joints: Float64Array): Segment {
  const [from, to] = BONES[bone];
  const share = bone === 2 || bone === 4 ? COVERED_SHOULDER : 0;
  const x = joints[2 * to];
  const y = joints[2 * to + 1];
  const startX = joints[2 * from] * (1 - share) + x * share;
  const startY = joints[2 * from + 1] * (1 - share) + y * share;
  return [startX, startY, x, y];
}

/** Mean image colour under each fit pixel, 3 numbers per pixel. */
function fitColours({ width, height, rgba }: CharacterImage, fit: CharacterFit): Float32Array {
  const colours = new Float32Array(fit.width * fit.height * 3);
  const reach = Math.max(0, Math.round(0.35 / fit.scale));
  for (let y = 0, p = 0; y < fit.height; y++) {
    for (let x = 0; x < fit.width; x++, p++) {
      const cx = Math.round((x - BORDER + 0.5) / fit.scale + fit.box.left);
      const cy = Math.round((y - BORDER + 0.5) / fit.scale + fit.box.top);
      let count = 0;
      for (let sy = Math.max(0, cy - reach); sy <= Math.min(height - 1, cy + reach); sy++) {
        for (let sx = Math.max(0, cx - reach); sx <= Math.min(width - 1, cx + reach); sx++) {
          const q = 4 * (sy * width + sx);
          for (let c = 0; c < 3; c++) colours[3 * p + c] += rgba[q + c];
          count++;
        }
      }
      if (count > 0) for (let c = 0; c < 3; c++) colours[3 * p + c] /= count;
    }
  }
  return colours;
}

/** No arm takes a piece of the face along, wherever it was found. */
function keepFaceWhole(
  layerCosts: readonly Float32Array[],
  joints: Float64Array,
  { width, mask, shape }: CharacterFit,
): void {
  const across = shape.headRadius * shape.height;
  const up = across * shape.headAspect;
  for (let p = 0; p < mask.length; p++) {
    const away = Math.hypot(
      ((p % width) - joints[2 * JOINT.headCentre]) / across,
      (Math.floor(p / width) - joints[2 * JOINT.headCentre + 1]) / up,
    );
    if (away > HEAD_EDGE) continue;
    for (const arm of [1, 2]) layerCosts[arm][p] = HIGHEST_COST;
    layerCosts[BODY][p] = Math.min(layerCosts[BODY][p], 1);
  }
}

/** Drawn heads are not ellipses, in radii. */
const HEAD_EDGE = 1.08;

/** Beyond sleeve and hand width a pixel is the body's, so a skirt that touches an arm stays a skirt. */
function keepArmsNearTheirBones(
  layerCosts: readonly Float32Array[],
  layer: number,
  joints: Float64Array,
  radii: readonly number[],
  { width, mask }: CharacterFit,
): void {
  for (let p = 0; p < mask.length; p++) {
    if (mask[p] === 0 || layerCosts[BODY][p] >= 40) continue;
    let nearest = Number.POSITIVE_INFINITY;
    LAYER_BONES[layer].forEach((bone, i) => {
      const [from, to] = BONES[bone];
      const x0 = joints[2 * from];
      const y0 = joints[2 * from + 1];
      const dx = joints[2 * to] - x0;
      const dy = joints[2 * to + 1] - y0;
      const along =
        (((p % width) - x0) * dx + (Math.floor(p / width) - y0) * dy) / (dx * dx + dy * dy || 1e-6);
      const t = Math.max(0, Math.min(1, along));
      const away = Math.hypot((p % width) - x0 - t * dx, Math.floor(p / width) - y0 - t * dy);
      const isForearm = i === 1;
      const isEnd = isForearm && along > 1;
      const isRoot = !isForearm && along < 0;
      const allowance = isEnd ? HAND : isRoot ? ROOT : isForearm && along > 0.8 ? WRIST : SLEEVE;
      nearest = Math.min(nearest, away / (radii[bone] * allowance + 1));
    });
    if (nearest > 1) {
      layerCosts[layer][p] = Math.max(layerCosts[layer][p], layerCosts[BODY][p] + 2 * nearest);
    }
  }
}

function layerAt(layerCosts: readonly Float32Array[], p: number): number {
  let best = 0;
  for (let layer = 1; layer < layerCosts.length; layer++) {
    if (layerCosts[layer][p] < layerCosts[best][p]) best = layer;
  }
  return best;
}

/** Each arm is one piece; threads of body along an arm join the arm, threads of arm along the body the body. */
function cleanLabels(
  layerCosts: readonly Float32Array[],
  { width, height, mask }: CharacterFit,
): void {
  const labels = Int8Array.from(mask, (value, p) => (value !== 0 ? layerAt(layerCosts, p) : -1));
  const give = (p: number, layer: number) => {
    labels[p] = layer;
    layerCosts.forEach((costs, other) => {
      costs[p] = other === layer ? Math.min(costs[p], 0.5) : Math.max(costs[p], 1.5);
    });
  };
  const maskOf = (layer: number) => Uint8Array.from(labels, (label) => (label === layer ? 1 : 0));
  for (const layer of [1, 2]) {
    const regions = findRegions(maskOf(layer), width, height);
    const main = largestRegion(regions);
    regions.labels.forEach((label, p) => {
      if (label !== 0 && label !== main) give(p, BODY);
    });
  }
  for (const threadRadius of [2.3, 1.2]) {
    const body = maskOf(BODY);
    const solid = dropSpecks(body, width, height, threadRadius);
    const near = [1, 2].map((layer) => dilate(maskOf(layer), width, height, 3.2));
    const islands = findRegions(body, width, height);
    const main = largestRegion(islands);
    for (let p = 0; p < mask.length; p++) {
      if (body[p] === 0) continue;
      const isIsland =
        islands.labels[p] !== main && islands.sizes[islands.labels[p]] < 0.02 * mask.length;
      if (solid[p] !== 0 && !isIsland) continue;
      if (near[0][p] !== 0) give(p, 1);
      else if (near[1][p] !== 0) give(p, 2);
    }
  }
  for (const layer of [1, 2]) {
    const arm = maskOf(layer);
    const solid = dropSpecks(arm, width, height, 1.2);
    const nearBody = dilate(maskOf(BODY), width, height, 2.2);
    for (let p = 0; p < mask.length; p++) {
      if (arm[p] !== 0 && solid[p] === 0 && nearBody[p] !== 0) give(p, BODY);
    }
  }
}

/** Gives the three pixels around the outline the costs of their nearest neighbours inside. */
function extendOutside(costs: Float32Array, mask: Uint8Array, width: number, height: number): void {
  for (let ring = 0; ring < 3; ring++) {
    const before = costs.slice();
    for (let y = 1; y < height - 1; y++) {
      for (let p = y * width + 1; p < y * width + width - 1; p++) {
        if (mask[p] !== 0) continue;
        const nearest = Math.min(
          before[p - 1],
          before[p + 1],
          before[p - width],
          before[p + width],
        );
        if (nearest < costs[p]) costs[p] = nearest + 0.01;
      }
    }
  }
  for (let p = 0; p < costs.length; p++) costs[p] = Math.min(costs[p], HIGHEST_COST);
}
