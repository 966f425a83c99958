import type { CharacterImage } from '../image/character-image.ts';
import type { Matte } from '../matte/matte.ts';

/** The cut-out character at texture size, row-major RGBA; straight alpha, 0 outside the matte. */
export interface Source {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** Shrinks the cut-out by area, weighting colours by alpha so that nothing invisible bleeds in. */
export function shrinkCutOut(
  { width: imageWidth, height: imageHeight }: CharacterImage,
  { rgba: cutOut }: Matte,
  scale: number,
): Source {
  const width = Math.max(1, Math.round(imageWidth * scale));
  const height = Math.max(1, Math.round(imageHeight * scale));
  const rgba = new Uint8Array(4 * width * height);
  for (let y = 0, p = 0; y < height; y++) {
    const top = Math.min(imageHeight - 1, Math.floor(y / scale));
    const bottom = Math.max(top + 1, Math.min(imageHeight, Math.floor((y + 1) / scale)));
    for (let x = 0; x < width; x++, p++) {
      const left = Math.min(imageWidth - 1, Math.floor(x / scale));
      const right = Math.max(left + 1, Math.min(imageWidth, Math.floor((x + 1) / scale)));
      let red = 0;
      let green = 0;
      let blue = 0;
      let alpha = 0;
      for (let sy = top; sy < bottom; sy++) {
        for (let sx = left; sx < right; sx++) {
          const q = 4 * (sy * imageWidth + sx);
          const share = cutOut[q + 3];
          red += cutOut[q] * share;
          green += cutOut[q + 1] * share;
          blue += cutOut[q + 2] * share;
          alpha += share;
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
