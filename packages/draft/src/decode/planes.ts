import type { VideoSample } from 'mediabunny';
import type { ColourCoding } from '../image/colour-coding.ts';
import type { Frame420 } from '../image/picture.ts';

/** Asks the codec to convert; the option is in WebCodecs but not yet in its published types. */
const AS_RGBA: NonNullable<Parameters<VideoSample['copyTo']>[1]> & { format: 'RGBA' } = {
  format: 'RGBA',
};

/** Y, U and V planes by WebCodecs name: chroma subsampling, alpha or not, bits when more than 8. */
const PLANAR = /^I4(20|22|44)A?(?:P(10|12))?$/;

/**
 * Copies samples of any pixel format into 8-bit 4:2:0 planes that are reused from sample to sample. Only what FFmpeg
 * hands out as RGB is coded anew, with `coding`.
 */
export function createConverter(coding: ColourCoding): (sample: VideoSample) => Promise<Frame420> {
  let buffer = new Uint8Array(0);
  const fit = (size: number) => {
    if (buffer.length < size) buffer = new Uint8Array(size);
    return buffer.subarray(0, size);
  };
  return async (sample) => {
    const { width, height } = sample.visibleRect;
    const planar = PLANAR.exec(sample.format ?? '');
    if (planar != null) {
      const [, subsampling, bits] = planar;
      const bytes = fit(sample.allocationSize());
      const [y, u, v] = await sample.copyTo(bytes);
      if (subsampling === '20' && bits == null && width % 2 === 0) {
        return {
          width,
          height,
          y: bytes.subarray(y.offset),
          u: bytes.subarray(u.offset),
          v: bytes.subarray(v.offset),
          yStride: y.stride,
          uvStride: u.stride,
        };
      }
      const isWide = subsampling === '44';
      const isTall = subsampling !== '20';
      // mediabunny rounds the width of chroma planes down.
      const chroma = {
        across: isWide ? 2 : 1,
        down: isTall ? 2 : 1,
        width: isWide ? width : Math.max(1, width >> 1),
        height: isTall ? height : (height + 1) >> 1,
      } as const;
      const shift = bits != null ? Number(bits) - 8 : 0;
      const columns = (width + 1) >> 1;
      const rows = (height + 1) >> 1;
      return {
        width,
        height,
        y: average(bytes, y, { across: 1, down: 1, width, height }, width, height, shift),
        u: average(bytes, u, chroma, columns, rows, shift),
        v: average(bytes, v, chroma, columns, rows, shift),
        yStride: width,
        uvStride: columns,
      };
    }
    const bytes = fit(sample.allocationSize(AS_RGBA));
    const [layout] = await sample.copyTo(bytes, AS_RGBA);
    return fromRgba(bytes, layout, width, height, coding);
  };
}

interface PlaneLayout {
  readonly offset: number;
  readonly stride: number;
}

interface Samples {
  readonly width: number;
  readonly height: number;
  readonly across: 1 | 2;
  readonly down: 1 | 2;
}

/**
 * One plane of `columns` x `rows` bytes, each the mean of `across` x `down` samples out of `width` x `height`, whose
 * edges are repeated. Samples are one byte (`shift` 0) or two (little endian, `shift` bits too many).
 */
function average(
  bytes: Uint8Array,
  { offset, stride }: PlaneLayout,
  { width, height, across, down }: Samples,
  columns: number,
  rows: number,
  shift: number,
): Uint8Array {
  const out = new Uint8Array(columns * rows);
  const size = shift === 0 ? 1 : 2;
  for (let row = 0, p = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, p++) {
      let sum = 0;
      for (let j = 0; j < down; j++) {
        const line = offset + Math.min(row * down + j, height - 1) * stride;
        for (let i = 0; i < across; i++) {
          const q = line + size * Math.min(column * across + i, width - 1);
          sum += size === 1 ? bytes[q] : bytes[q] | (bytes[q + 1] << 8);
        }
      }
      out[p] = sum / (across * down) / 2 ** shift;
    }
  }
  return out;
}

/** RGBA to 4:2:0; chroma of the lower right pixel of each four. */
function fromRgba(
  bytes: Uint8Array,
  { offset, stride }: PlaneLayout,
  width: number,
  height: number,
  coding: ColourCoding,
): Frame420 {
  const uvStride = (width + 1) >> 1;
  const rows = (height + 1) >> 1;
  const y = new Uint8Array(width * height);
  const u = new Uint8Array(uvStride * rows);
  const v = new Uint8Array(uvStride * rows);
  const { red, blue, fullRange } = coding;
  const lumaStart = fullRange ? 0 : 16;
  const lumaScale = fullRange ? 1 : 219 / 255;
  const chromaScale = fullRange ? 1 : 224 / 255;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const q = offset + row * stride + 4 * column;
      const luma = red * bytes[q] + (1 - red - blue) * bytes[q + 1] + blue * bytes[q + 2];
      y[row * width + column] = lumaStart + lumaScale * luma + 0.5;
      const c = (row >> 1) * uvStride + (column >> 1);
      u[c] = 128 + (chromaScale * (bytes[q + 2] - luma)) / (2 * (1 - blue)) + 0.5;
      v[c] = 128 + (chromaScale * (bytes[q] - luma)) / (2 * (1 - red)) + 0.5;
    }
  }
  return { width, height, y, u, v, yStride: width, uvStride };
}
