import { distanceTo } from '../../src/image/distance.ts';
import { dilate, erode, findRegions, largestRegion } from '../../src/image/regions.ts';
import type { Shown } from './poser.ts';

/** Coverage of each pixel, 0 to 1: what does not change between a black and a white ground is drawn. */
export function coverageOf(onBlack: Shown, onWhite: Shown): Float32Array {
  const luma = ({ rgb }: Shown, p: number) =>
    0.299 * (rgb[3 * p] ?? 0) + 0.587 * (rgb[3 * p + 1] ?? 0) + 0.114 * (rgb[3 * p + 2] ?? 0);
  const { size } = onBlack;
  const coverage = new Float32Array(size * size);
  // The word in the corner is not the character.
  for (let p = 0; p < size * (size - MARK_ROWS); p++)
    coverage[p] = 1 - (luma(onWhite, p) - luma(onBlack, p)) / 255;
  return coverage;
}

const MARK_ROWS = 70;

export interface Looks {
  /** Share of the figure that is not connected to its largest piece. */
  readonly detached: number;
  /** Enclosed specks of background of up to `SPECK` pixels, as a share of the figure. */
  readonly pinholes: number;
  /** Area of spikes and notches thinner than 4 pixels over the length of the outline. */
  readonly raggedness: number;
}

const SPECK = 60;
const THIN = 2;

/** Measures how whole and how even a drawn figure is. */
export function measureLooks(coverage: Float32Array, size: number): Looks {
  const figure = Uint8Array.from(coverage, (value) => (value > 0.5 ? 1 : 0));
  const area = figure.reduce((sum, value) => sum + value, 0);
  const pieces = findRegions(figure, size, size);
  const main = pieces.sizes[largestRegion(pieces)] ?? 0;
  const holes = findRegions(
    figure.map((value) => 1 - value),
    size,
    size,
  );
  const pinholes = holes.sizes.reduce((sum, hole) => sum + (hole <= SPECK ? hole : 0), 0);
  const closed = erode(dilate(figure, size, size, THIN), size, size, THIN);
  const even = dilate(erode(closed, size, size, THIN), size, size, THIN);
  const inside = distanceTo(even, size, size, 'unset');
  let outline = 0;
  let uneven = 0;
  for (let p = 0; p < figure.length; p++) {
    if (even[p] !== 0 && (inside[p] ?? 0) <= 1) outline++;
    if (even[p] !== figure[p]) uneven++;
  }
  return { detached: 1 - main / area, pinholes: pinholes / area, raggedness: uneven / outline };
}
