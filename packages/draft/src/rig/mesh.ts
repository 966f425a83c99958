import { JOINT } from '../puppet/pose.ts';
import { BORDER, type CharacterFit } from './fit-character.ts';
import { DRAWN_LAYERS, type LayerTexture } from './layers.ts';
import { findFitOwners, NOBODY } from './owners.ts';
import type { Parts } from './parts.ts';

/**
 * A layer cut into triangles. Vertex i sits at (positions[2i], positions[2i + 1]) in texture pixels; `triangles` holds
 * three vertex indices each. Each vertex follows up to two hinges, `INFLUENCE` numbers each: parent bone, child bone,
 * pivot joint, how far it follows the child (0 to 1), share of this hinge (shares add to 1).
 */
export interface Mesh {
  readonly texture: LayerTexture;
  readonly positions: Float32Array;
  readonly triangles: Int32Array;
  readonly influences: Float32Array;
}

export const INFLUENCE = 5;
export const HINGES = 2;

interface Hinge {
  readonly parent: number;
  readonly child: number;
  readonly pivot: number;
}

const TORSO = 0;
const HEAD = 1;
const NECK: Hinge = { parent: TORSO, child: HEAD, pivot: JOINT.neck };
const HIPS: readonly Hinge[] = [
  { parent: TORSO, child: 6, pivot: JOINT.leftHip },
  { parent: TORSO, child: 8, pivot: JOINT.rightHip },
];
const KNEES: readonly Hinge[] = [
  { parent: 6, child: 7, pivot: JOINT.leftKnee },
  { parent: 8, child: 9, pivot: JOINT.rightKnee },
];
const ELBOWS: readonly Hinge[] = [
  { parent: 2, child: 3, pivot: JOINT.leftElbow },
  { parent: 4, child: 5, pivot: JOINT.rightElbow },
];

/** Cells along the character's height. */
const CELLS = 64;
const SMALLEST_CELL = 3;
/** How sharply a joint bends, in girths. */
const BEND = 0.3;
/** How widely skirts and hips share between the thighs. */
const HIP_SHARE = 0.45;

/** Triangulates each layer's visible pixels and hangs them on the bones. `scale`: texture pixels per image pixel. */
export function buildMeshes(
  textures: readonly LayerTexture[],
  fit: CharacterFit,
  parts: Parts,
  scale: number,
): Mesh[] {
  const boxHeight = (fit.box.bottom - fit.box.top + 1) * scale;
  const cell = Math.max(SMALLEST_CELL, boxHeight / CELLS);
  const owners = findFitOwners(fit, parts);
  return textures.map((texture) => buildMesh(texture, fit, parts, owners, scale, cell));
}

function buildMesh(
  texture: LayerTexture,
  fit: CharacterFit,
  parts: Parts,
  owners: Uint8Array,
  scale: number,
  cell: number,
): Mesh {
  const { width, height, yuva } = texture;
  const columns = Math.ceil(width / cell) + 1;
  const rows = Math.ceil(height / cell) + 1;
  const used = new Uint8Array(columns * rows);
  // A pixel on a cell's edge is drawn by both neighbours: bilinear sampling reaches half a pixel over.
  for (let y = 0, p = 3; y < height; y++) {
    for (let x = 0; x < width; x++, p += 4) {
      if (yuva[p] !== 0)
        used[Math.floor((y + 0.5) / cell) * columns + Math.floor((x + 0.5) / cell)] = 1;
    }
  }
  const vertexAt = new Int32Array((columns + 1) * (rows + 1)).fill(-1);
  const positions: number[] = [];
  const influences: number[] = [];
  const triangles: number[] = [];
  const vertex = (column: number, row: number): number => {
    const at = row * (columns + 1) + column;
    if (vertexAt[at] < 0) {
      vertexAt[at] = positions.length / 2;
      positions.push(column * cell, row * cell);
      influences.push(
        ...influencesAt(texture, fit, parts, owners, (column * cell) / scale, (row * cell) / scale),
      );
    }
    return vertexAt[at];
  };
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (used[row * columns + column] === 0) continue;
      const a = vertex(column, row);
      const b = vertex(column + 1, row);
      const c = vertex(column, row + 1);
      const d = vertex(column + 1, row + 1);
      // Alternating diagonals: no direction bends more easily than the other.
      if ((column + row) % 2 === 0) triangles.push(a, b, d, a, d, c);
      else triangles.push(a, b, c, b, d, c);
    }
  }
  return {
    texture,
    positions: Float32Array.from(positions),
    triangles: Int32Array.from(triangles),
    influences: Float32Array.from(influences),
  };
}

function influencesAt(
  { layer }: LayerTexture,
  fit: CharacterFit,
  { boneCosts }: Parts,
  owners: Uint8Array,
  imageX: number,
  imageY: number,
): number[] {
  const p = nearestFitPixel(fit, owners, DRAWN_LAYERS.indexOf(layer), imageX, imageY);
  const cost = (bone: number) => Math.min(boneCosts[bone][p], 60);
  if (layer === 'left arm' || layer === 'right arm') {
    const elbow = ELBOWS[layer === 'left arm' ? 0 : 1];
    return [...hinge(elbow, follow(cost(elbow.parent), cost(elbow.child)), 1), ...NO_HINGE];
  }
  const leftLeg = Math.min(cost(6), cost(7));
  const rightLeg = Math.min(cost(8), cost(9));
  if (layer !== 'body') {
    const side = layer === 'left leg' ? 0 : 1;
    const hip = HIPS[side];
    const knee = KNEES[side];
    if (cost(knee.child) < cost(TORSO)) {
      return [...hinge(knee, follow(cost(knee.parent), cost(knee.child)), 1), ...NO_HINGE];
    }
    return [...hinge(hip, follow(cost(TORSO), cost(hip.child)), 1), ...NO_HINGE];
  }
  if (cost(HEAD) < Math.min(leftLeg, rightLeg)) {
    return [...hinge(NECK, follow(cost(TORSO), cost(HEAD)), 1), ...NO_HINGE];
  }
  const leftShare = 1 / (1 + Math.exp((cost(6) - cost(8)) / HIP_SHARE));
  return [
    ...hinge(HIPS[0], follow(cost(TORSO), cost(6)), leftShare),
    ...hinge(HIPS[1], follow(cost(TORSO), cost(8)), 1 - leftShare),
  ];
}

const NO_HINGE = [0, 0, 0, 0, 0];

function hinge({ parent, child, pivot }: Hinge, blend: number, share: number): number[] {
  return [parent, child, pivot, blend, share];
}

/** 0 on the parent bone, 1 on the child, smooth between. */
function follow(parentCost: number, childCost: number): number {
  return 1 / (1 + Math.exp((childCost - parentCost) / BEND));
}

/** How far away, in fit pixels, a layer's own pixel is looked for before any other is taken. */
const OWN_REACH = 12;

/** The fit pixel of the layer nearest to an image point, else the nearest of the character. */
function nearestFitPixel(
  fit: CharacterFit,
  owners: Uint8Array,
  layer: number,
  imageX: number,
  imageY: number,
): number {
  const x = Math.round((imageX - fit.box.left) * fit.scale + BORDER - 0.5);
  const y = Math.round((imageY - fit.box.top) * fit.scale + BORDER - 0.5);
  const search = (accept: (owner: number) => boolean) => {
    let best = -1;
    let nearest = Number.POSITIVE_INFINITY;
    for (let reach = 0; reach <= OWN_REACH; reach++) {
      for (let row = Math.max(0, y - reach); row <= Math.min(fit.height - 1, y + reach); row++) {
        for (
          let column = Math.max(0, x - reach);
          column <= Math.min(fit.width - 1, x + reach);
          column++
        ) {
          const away = (column - x) ** 2 + (row - y) ** 2;
          if (away < nearest && accept(owners[row * fit.width + column])) {
            nearest = away;
            best = row * fit.width + column;
          }
        }
      }
      if (best >= 0) return best;
    }
    return best;
  };
  const own = search((owner) => owner === layer);
  if (own >= 0) return own;
  const any = search((owner) => owner !== NOBODY);
  if (any >= 0) return any;
  return (
    Math.max(0, Math.min(fit.height - 1, y)) * fit.width + Math.max(0, Math.min(fit.width - 1, x))
  );
}
