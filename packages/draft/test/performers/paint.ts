import type { Colour } from './body.ts';

/** RGB picture and the subject's coverage, 0 to 255, both row-major. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8ClampedArray;
  readonly subject: Uint8Array | null;
}

export type Point = readonly [x: number, y: number];

const SUBROWS = 3;

/** Fills a polygon (non-zero winding is not needed: shapes are simple) with smooth edges. */
export function fillPolygon(canvas: Canvas, points: readonly Point[], colour: Colour): void {
  const { width, height, rgb, subject } = canvas;
  const ys = points.map((point) => point[1]);
  const top = Math.max(0, Math.floor(Math.min(...ys)));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(...ys)));
  const coverage = new Float32Array(width + 2);
  for (let y = top; y <= bottom; y++) {
    coverage.fill(0);
    let first = width;
    let last = -1;
    for (let sub = 0; sub < SUBROWS; sub++) {
      const sy = y + (sub + 0.5) / SUBROWS;
      const crossings: number[] = [];
      points.forEach(([x0, y0], i) => {
        const [x1, y1] = points[(i + 1) % points.length] as Point;
        if (y0 <= sy !== y1 <= sy) crossings.push(x0 + ((sy - y0) / (y1 - y0)) * (x1 - x0));
      });
      crossings.sort((a, b) => a - b);
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        const from = Math.max(0, crossings[i] ?? 0);
        const to = Math.min(width, crossings[i + 1] ?? 0);
        for (let x = Math.floor(from); x < to; x++) {
          const part = Math.min(to, x + 1) - Math.max(from, x);
          coverage[x] = (coverage[x] ?? 0) + part / SUBROWS;
          first = Math.min(first, x);
          last = Math.max(last, x);
        }
      }
    }
    for (let x = first; x <= Math.min(last, width - 1); x++) {
      const share = Math.min(1, coverage[x] ?? 0);
      const p = y * width + x;
      for (let c = 0; c < 3; c++) {
        rgb[3 * p + c] = (rgb[3 * p + c] ?? 0) * (1 - share) + (colour[c] ?? 0) * share;
      }
      if (subject != null) subject[p] = Math.max(subject[p] ?? 0, Math.round(255 * share));
    }
  }
}

export function ellipse(x: number, y: number, rx: number, ry: number, tilt = 0): Point[] {
  const cos = Math.cos(tilt);
  const sin = Math.sin(tilt);
  return Array.from({ length: 24 }, (_, i): Point => {
    const a = (i / 24) * 2 * Math.PI;
    const u = Math.cos(a) * rx;
    const v = Math.sin(a) * ry;
    return [x + u * cos - v * sin, y + u * sin + v * cos];
  });
}

/** A limb from a to b: half widths at both ends, and a bulge (muscle, cloth) of `bulge` in its upper half. */
export function limb(a: Point, b: Point, from: number, to: number, bulge: number): Point[] {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const length = Math.hypot(dx, dy) || 1e-6;
  const nx = -dy / length;
  const ny = dx / length;
  const sideOf = (sign: number): Point[] =>
    Array.from({ length: 9 }, (_, i): Point => {
      const t = i / 8;
      const half = from + (to - from) * t + bulge * Math.sin(Math.PI * Math.min(1, t * 1.4));
      return [a[0] + dx * t + nx * half * sign, a[1] + dy * t + ny * half * sign];
    });
  const cap = (at: Point, radius: number, start: number): Point[] =>
    Array.from({ length: 5 }, (_, i): Point => {
      const angle = start + ((i + 1) / 6) * Math.PI;
      return [at[0] + Math.cos(angle) * radius, at[1] + Math.sin(angle) * radius];
    });
  const normal = Math.atan2(ny, nx);
  return [
    ...sideOf(1),
    ...cap(b, to, normal + Math.PI)
      .reverse()
      .map((p) => p),
    ...sideOf(-1).reverse(),
    ...cap(a, from, normal).reverse(),
  ].map((p) => p);
}
