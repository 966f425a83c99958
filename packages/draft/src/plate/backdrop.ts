import { dilate } from '../image/regions.ts';
import { resizePlane } from '../image/resize.ts';
import { type I420, i420Size } from '../render/i420.ts';
import { insertSorted } from './median.ts';
import { pushPull } from './push-pull.ts';

/** One frame at output size and where something covers the background, at mask size (1 = covered). */
export interface BackdropSample {
  readonly picture: I420;
  readonly covered: Uint8Array;
}

/** Filled areas begin this many mask pixels outside what was never seen, to hide the subject's blurred edge. */
const FEATHER = 2.5;

/**
 * The background at output size: the median over the samples that show it; where none does, a smooth continuation of
 * its surroundings. Masks are row-major, `maskWidth * maskHeight`, and span the whole output frame.
 * The result is in shared memory.
 */
export function paintBackdrop(
  samples: readonly BackdropSample[],
  maskWidth: number,
  maskHeight: number,
): I420 {
  const { width, height } = samples[0].picture;
  const out: I420 = {
    width,
    height,
    data: new Uint8Array(new SharedArrayBuffer(i420Size(width, height))),
  };
  const unseen = new Uint8Array(maskWidth * maskHeight);
  for (let p = 0; p < unseen.length; p++)
    unseen[p] = samples.every((s) => s.covered[p] !== 0) ? 1 : 0;
  const hidden = dilate(unseen, maskWidth, maskHeight, FEATHER);
  const luma = width * height;
  for (const [start, planeWidth, planeHeight] of [
    [0, width, height],
    [luma, width / 2, height / 2],
    [luma + luma / 4, width / 2, height / 2],
  ]) {
    medianPlane(samples, out, start, planeWidth, planeHeight, maskWidth, maskHeight);
    fillPlane(out, start, planeWidth, planeHeight, hidden, maskWidth, maskHeight);
  }
  return out;
}

function maskIndex(
  x: number,
  y: number,
  width: number,
  height: number,
  maskWidth: number,
  maskHeight: number,
): number {
  return Math.floor((y * maskHeight) / height) * maskWidth + Math.floor((x * maskWidth) / width);
}

function medianPlane(
  samples: readonly BackdropSample[],
  out: I420,
  start: number,
  width: number,
  height: number,
  maskWidth: number,
  maskHeight: number,
): void {
  const sorted = new Uint8Array(samples.length);
  for (let y = 0, p = start; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      const m = maskIndex(x, y, width, height, maskWidth, maskHeight);
      let count = 0;
      for (const { picture, covered } of samples) {
        if (covered[m] === 0) insertSorted(sorted, count++, picture.data[p]);
      }
      out.data[p] = count > 0 ? sorted[count >> 1] : 128;
    }
  }
}

function fillPlane(
  out: I420,
  start: number,
  width: number,
  height: number,
  hidden: Uint8Array,
  maskWidth: number,
  maskHeight: number,
): void {
  if (!hidden.includes(1)) return;
  const plane = out.data.subarray(start, start + width * height);
  const small = Float32Array.from(resizePlane(plane, width, height, width, maskWidth, maskHeight));
  const weights = Float32Array.from(hidden, (value) => 1 - value);
  pushPull(small, weights, maskWidth, maskHeight);
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      if (hidden[maskIndex(x, y, width, height, maskWidth, maskHeight)] !== 0) {
        plane[p] = bilinear(
          small,
          maskWidth,
          maskHeight,
          ((x + 0.5) * maskWidth) / width - 0.5,
          ((y + 0.5) * maskHeight) / height - 0.5,
        );
      }
    }
  }
}

function bilinear(map: Float32Array, width: number, height: number, x: number, y: number): number {
  const cx = Math.max(0, Math.min(width - 1, x));
  const cy = Math.max(0, Math.min(height - 1, y));
  const left = Math.floor(cx);
  const top = Math.floor(cy);
  const right = Math.min(width - 1, left + 1);
  const below = Math.min(height - 1, top + 1) * width;
  const fx = cx - left;
  const upper = map[top * width + left] * (1 - fx) + map[top * width + right] * fx;
  const lower = map[below + left] * (1 - fx) + map[below + right] * fx;
  return upper * (1 - (cy - top)) + lower * (cy - top) + 0.5;
}
