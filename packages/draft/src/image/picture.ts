/**
 * A small colour picture: three planes of `width * height` bytes, row-major, one byte per pixel each (4:4:4).
 * `y` is video-range luma, `u` and `v` chroma centred on 128, exactly as decoded: no gamma or matrix is applied.
 */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
}

/**
 * A decoded 4:2:0 frame. `u` and `v` have half the width and height, rounded up. Strides are bytes per row.
 * The planes may be reused for the next frame: copy what must be kept.
 */
export interface Frame420 {
  readonly width: number;
  readonly height: number;
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
  readonly yStride: number;
  readonly uvStride: number;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Inclusive pixel bounds. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A distance between two colours that weights chroma over luma: shadows change luma, clothes change chroma. */
export const CHROMA_WEIGHT = 1.6;

/** How far one frame is from another at pixel `p`, 0 to about 870. */
export function colourDistance(a: Picture, b: Picture, p: number): number {
  return (
    Math.abs(a.y[p] - b.y[p]) +
    CHROMA_WEIGHT * (Math.abs(a.u[p] - b.u[p]) + Math.abs(a.v[p] - b.v[p]))
  );
}

export function createPicture(width: number, height: number): Picture {
  const size = width * height;
  const shared = new Uint8Array(new SharedArrayBuffer(3 * size));
  return {
    width,
    height,
    y: shared.subarray(0, size),
    u: shared.subarray(size, 2 * size),
    v: shared.subarray(2 * size),
  };
}

/** Bounds of the non-zero pixels, or null when there are none. */
export function boundsOf(data: Uint8Array, width: number, height: number): Box | null {
  let left = width;
  let right = -1;
  let top = height;
  let bottom = -1;
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      if (data[p] === 0) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  return right < 0 ? null : { left, top, right, bottom };
}

/** 1 where `evidence` is positive. A plain loop: `Uint8Array.from` with a function takes ten times as long. */
export function positivePixels(evidence: Int8Array): Uint8Array {
  const mask = new Uint8Array(evidence.length);
  for (let p = 0; p < mask.length; p++) mask[p] = evidence[p] > 0 ? 1 : 0;
  return mask;
}
