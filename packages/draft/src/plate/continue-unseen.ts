import { distanceTo } from '../image/distance.ts';
import type { I420 } from '../image/i420.ts';
import { clamp, resizePlane } from '../image/resize.ts';
import { pushPull } from './push-pull.ts';
import { evenLight } from './seams.ts';
import { findSources } from './sources.ts';

/** Copies hide the subject's blurred edge: fully this far around what was never seen, gone at the second; mask pixels. */
const FEATHER = { full: 1.5, none: 3 };

interface Plane {
  /** Index of its first sample in `I420.data`. */
  readonly start: number;
  readonly width: number;
  readonly height: number;
}

export function planesOf({ width, height }: I420): readonly [Plane, Plane, Plane] {
  const luma = width * height;
  const half = { width: width / 2, height: height / 2 };
  return [
    { start: 0, width, height },
    { start: luma, ...half },
    { start: luma + luma / 4, ...half },
  ];
}

/**
 * Fills what was never seen (`unseen`, row-major `maskWidth * maskHeight` over the whole picture) by copying what
 * continues its surroundings best, tapered into them and in their light. Changes `picture`.
 */
export function continueUnseen(
  picture: I420,
  unseen: Uint8Array,
  maskWidth: number,
  maskHeight: number,
): void {
  const share = distanceTo(unseen, maskWidth, maskHeight, 'set').map((distance) =>
    clamp((FEATHER.none - distance) / (FEATHER.none - FEATHER.full), 0, 1),
  );
  const hidden = Uint8Array.from(share, (value) => (value > 0 ? 1 : 0));
  const planes = planesOf(picture);
  const [y, u, v] = planes.map((plane) =>
    Float32Array.from(
      resizePlane(
        picture.data.subarray(plane.start, plane.start + plane.width * plane.height),
        plane.width,
        plane.height,
        plane.width,
        maskWidth,
        maskHeight,
      ),
    ),
  );
  const sources = findSources({ y, u, v }, hidden, maskWidth, maskHeight);
  const isCopied = sources.some((source) => source >= 0);
  [y, u, v].forEach((small, i) => {
    const add = isCopied
      ? evenLight(small, sources, maskWidth, maskHeight, i === 0 ? 'luma' : 'chroma')
      : smoothContinuation(small, hidden, maskWidth, maskHeight);
    const map = { width: maskWidth, height: maskHeight, share, hidden, add };
    paintPlane(picture, planes[i], map, isCopied ? sources : null);
  });
}

function smoothContinuation(
  small: Float32Array,
  hidden: Uint8Array,
  width: number,
  height: number,
): Float32Array {
  const weights = Float32Array.from(hidden, (value) => 1 - value);
  const filled = small.slice();
  pushPull(filled, weights, width, height);
  return filled;
}

/** Maps of mask size. */
interface FillMap {
  readonly width: number;
  readonly height: number;
  /** Of the fill in the result, 0 to 1. */
  readonly share: Float32Array;
  readonly hidden: Uint8Array;
  /** Added to what is copied. */
  readonly add: Float32Array;
}

function paintPlane(
  picture: I420,
  { start, width, height }: Plane,
  map: FillMap,
  sources: Int32Array | null,
): void {
  const plane = picture.data.subarray(start, start + width * height);
  // Sources lie outside of what is painted, so the plane can be read while it changes.
  for (let y = 0, p = 0; y < height; y++) {
    const my = ((y + 0.5) * map.height) / height - 0.5;
    const row = clamp(Math.round(my), 0, map.height - 1) * map.width;
    for (let x = 0; x < width; x++, p++) {
      const mx = ((x + 0.5) * map.width) / width - 0.5;
      if (map.hidden[row + clamp(Math.round(mx), 0, map.width - 1)] === 0) continue;
      const share = bilinear(map.share, map.width, map.height, mx, my);
      const copy = sources != null ? copyAt(plane, width, height, map, sources, x, y, mx, my) : 0;
      const fill = copy + bilinear(map.add, map.width, map.height, mx, my);
      plane[p] = clamp(plane[p] + (fill - plane[p]) * share + 0.5, 0, 255);
    }
  }
}

/** What the four mask pixels around (mx, my) copy to plane pixel (x, y), by their nearness: soft seams. */
function copyAt(
  plane: Uint8Array,
  width: number,
  height: number,
  map: FillMap,
  sources: Int32Array,
  x: number,
  y: number,
  mx: number,
  my: number,
): number {
  const left = Math.floor(mx);
  const top = Math.floor(my);
  let sum = 0;
  let total = 0;
  for (let corner = 0; corner < 4; corner++) {
    const column = left + (corner & 1);
    const row = top + (corner >> 1);
    if (column < 0 || row < 0 || column >= map.width || row >= map.height) continue;
    const m = row * map.width + column;
    const source = sources[m];
    if (source < 0) continue;
    const weight = (1 - Math.abs(mx - column)) * (1 - Math.abs(my - row));
    const dx = Math.round((((source % map.width) - column) * width) / map.width);
    const dy = Math.round(((Math.floor(source / map.width) - row) * height) / map.height);
    const q = clamp(y + dy, 0, height - 1) * width + clamp(x + dx, 0, width - 1);
    sum += weight * plane[q];
    total += weight;
  }
  return total > 0 ? sum / total : plane[y * width + x];
}

function bilinear(map: Float32Array, width: number, height: number, x: number, y: number): number {
  const cx = clamp(x, 0, width - 1);
  const cy = clamp(y, 0, height - 1);
  const left = Math.floor(cx);
  const top = Math.floor(cy);
  const right = Math.min(width - 1, left + 1);
  const below = Math.min(height - 1, top + 1) * width;
  const fx = cx - left;
  const upper = map[top * width + left] * (1 - fx) + map[top * width + right] * fx;
  const lower = map[below + left] * (1 - fx) + map[below + right] * fx;
  return upper * (1 - (cy - top)) + lower * (cy - top);
}
