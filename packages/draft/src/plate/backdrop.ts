import { type I420, i420Size } from '../image/i420.ts';
import { continueUnseen, planesOf } from './continue-unseen.ts';
import { insertSorted } from './median.ts';

/** One frame at output size and where something covers the background, at mask size (1 = covered). */
export interface BackdropSample {
  readonly picture: I420;
  readonly covered: Uint8Array;
}

/**
 * The background at output size: the median over the samples that show it; where none does, its surroundings are
 * continued by copying from elsewhere in the picture. Masks are row-major, `maskWidth * maskHeight`, and span the whole
 * output frame. The result is in shared memory.
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
  for (const plane of planesOf(out)) {
    medianPlane(samples, out, plane.start, plane.width, plane.height, maskWidth, maskHeight);
  }
  if (unseen.includes(1)) continueUnseen(out, unseen, maskWidth, maskHeight);
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
