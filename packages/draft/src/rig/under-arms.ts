import { BONES } from '../puppet/pose.ts';
import type { CharacterFit } from './fit-character.ts';
import type { Source } from './layers.ts';

/** The body continues this far under the arms, in fit pixels, with its own colours: no crack between them. */
const BODY_UNDER_ARMS = 0.6;

/**
 * The body with its colours continued under the arms: where an arm hides the torso or the head, and a little along
 * every edge that an arm covers. Arms can then swing away without leaving a hole or a piece of themselves behind.
 */
export function paintUnderArms(
  source: Source,
  owner: Uint8Array,
  joints: Float64Array,
  radii: readonly number[],
  fit: CharacterFit,
  scale: number,
): Uint8Array {
  const { width, height } = source;
  const rgba = source.rgba.slice();
  const size = width * height;
  const margin = (BODY_UNDER_ARMS / fit.scale) * scale;
  const wanted = new Uint8Array(size);
  const between = betweenBody(owner, width, height);
  for (let p = 0; p < size; p++) {
    if (between[p] === 0) continue;
    if (nearBone(0, p, width, joints, radii[0]) || nearBone(1, p, width, joints, radii[1] * 0.95))
      wanted[p] = 1;
  }
  // Breadth first from the body outwards: each new pixel takes the mean of its painted neighbours.
  const painted = Uint8Array.from(owner, (value) => (value === 2 ? 1 : 0));
  const depth = new Float32Array(size);
  let front: number[] = [];
  for (let p = 0; p < size; p++) if (painted[p] !== 0) front.push(p);
  while (front.length > 0) {
    const next: number[] = [];
    for (const p of front) {
      const x = p % width;
      const y = (p / width) | 0;
      for (const [dx, dy] of NEIGHBOURS) {
        const nx = x + dx;
        const ny = y + dy;
        if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue;
        const q = ny * width + nx;
        if (painted[q] !== 0 || (owner[q] !== 3 && owner[q] !== 4)) continue;
        if (wanted[q] === 0 && depth[p] + 1 > margin) continue;
        depth[q] = wanted[q] !== 0 ? depth[p] : depth[p] + 1;
        meanOfPainted(rgba, painted, q, width, height);
        painted[q] = 1;
        next.push(q);
      }
    }
    front = next;
  }
  for (let p = 0; p < size; p++) if (painted[p] === 0) rgba[4 * p + 3] = 0;
  return rgba;
}

/** Arm pixels with body on both sides in their row: an arm in front of the body, not beside it. */
function betweenBody(owner: Uint8Array, width: number, height: number): Uint8Array {
  const between = new Uint8Array(owner.length);
  for (let y = 0; y < height; y++) {
    const row = owner.subarray(y * width, (y + 1) * width);
    const first = row.indexOf(2);
    const last = row.lastIndexOf(2);
    for (let x = first + 1; x < last; x++)
      if (row[x] === 3 || row[x] === 4) between[y * width + x] = 1;
  }
  return between;
}

const NEIGHBOURS = [
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
] as const;

function meanOfPainted(
  rgba: Uint8Array,
  painted: Uint8Array,
  p: number,
  width: number,
  height: number,
): void {
  const x = p % width;
  const y = (p / width) | 0;
  let count = 0;
  const sum = [0, 0, 0];
  for (let ny = Math.max(0, y - 2); ny <= Math.min(height - 1, y + 2); ny++) {
    for (let nx = Math.max(0, x - 2); nx <= Math.min(width - 1, x + 2); nx++) {
      const q = ny * width + nx;
      if (painted[q] === 0 || rgba[4 * q + 3] === 0) continue;
      count++;
      for (let c = 0; c < 3; c++) sum[c] += rgba[4 * q + c];
    }
  }
  if (count === 0) return;
  for (let c = 0; c < 3; c++) rgba[4 * p + c] = sum[c] / count;
}

export function nearBone(
  bone: number,
  p: number,
  width: number,
  joints: Float64Array,
  radius: number,
): boolean {
  const [from, to] = BONES[bone];
  const x0 = joints[2 * from];
  const y0 = joints[2 * from + 1];
  const dx = joints[2 * to] - x0;
  const dy = joints[2 * to + 1] - y0;
  const x = (p % width) - x0;
  const y = Math.floor(p / width) - y0;
  const t = Math.max(0, Math.min(1, (x * dx + y * dy) / (dx * dx + dy * dy || 1e-6)));
  return Math.hypot(x - t * dx, y - t * dy) <= radius;
}
