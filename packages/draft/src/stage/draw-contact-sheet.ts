import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openMotion } from '../decode/open-motion.ts';
import type { Frame420 } from '../image/picture.ts';
import type { JobWatch } from './job-watch.ts';

const WIDEST_CELL = 0.8;

export interface SheetRequest {
  readonly clips: readonly string[];
  readonly output: string;
  readonly columns: number;
  readonly cellHeight: number;
}

/** Writes a PNG with frames of each clip, one clip per row, the same moments below each other while all of them last. */
export async function drawContactSheet(
  { clips, output, columns, cellHeight }: SheetRequest,
  { enter }: JobWatch,
): Promise<null> {
  let shortestS = Number.POSITIVE_INFINITY;
  for (const path of clips) {
    enter({ kind: 'motion', path });
    shortestS = Math.min(shortestS, await durationOf(path));
  }
  const moments = Array.from({ length: columns }, (_, i) => ((i + 0.5) * shortestS) / columns);
  const rows: Cell[][] = [];
  for (const path of clips) {
    enter({ kind: 'motion', path });
    rows.push(await pickFrames(path, moments, cellHeight));
  }
  enter({ kind: 'output', path: output });
  const cellWidth = Math.max(...rows.flat().map((cell) => cell.width));
  const layers = rows.flatMap((cells, row) =>
    cells.map((cell, column) => ({
      input: cell.data,
      raw: { width: cell.width, height: cell.height, channels: 3 as const },
      left: column * cellWidth,
      top: row * cellHeight,
    })),
  );
  const { default: sharp } = await import('sharp');
  await mkdir(dirname(output), { recursive: true });
  await sharp({
    create: {
      width: columns * cellWidth,
      height: rows.length * cellHeight,
      channels: 3,
      background: 'white',
    },
  })
    .composite(layers)
    .png()
    .toFile(output);
  return null;
}

interface Cell {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

async function durationOf(path: string): Promise<number> {
  const motion = await openMotion(path);
  motion.close();
  return motion.packetCount / motion.fps;
}

/** The frames shown at `moments`, seconds in rising order. */
async function pickFrames(
  path: string,
  moments: readonly number[],
  cellHeight: number,
): Promise<Cell[]> {
  const { default: sharp } = await import('sharp');
  const motion = await openMotion(path);
  const cells: Cell[] = [];
  // The middle of a wide clip, the whole of a tall one.
  const shape = Math.min(WIDEST_CELL, motion.width / motion.height);
  for await (const { timeS, durationS, picture } of motion.frames(Number.POSITIVE_INFINITY)) {
    const due = moments.slice(cells.length).filter((moment) => moment < timeS + durationS);
    if (due.length === 0) continue;
    const frame = await picture();
    const { data, info } = await sharp(toRgb(frame), {
      raw: { width: frame.width, height: frame.height, channels: 3 },
    })
      .rotate(motion.rotation)
      .resize({ height: cellHeight, width: Math.round(cellHeight * shape), fit: 'cover' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    for (const _ of due) cells.push({ data, width: info.width, height: info.height });
    if (cells.length === moments.length) break;
  }
  motion.close();
  return cells;
}

/** Limited-range BT.601, good enough to look at. */
function toRgb(frame: Frame420): Buffer {
  const rgb = Buffer.alloc(3 * frame.width * frame.height);
  const clip = (value: number) => Math.max(0, Math.min(255, Math.round(value)));
  for (let y = 0, o = 0; y < frame.height; y++) {
    for (let x = 0; x < frame.width; x++, o += 3) {
      const c = (y >> 1) * frame.uvStride + (x >> 1);
      const luma = 1.164 * (frame.y[y * frame.yStride + x] - 16);
      const u = frame.u[c] - 128;
      const v = frame.v[c] - 128;
      rgb[o] = clip(luma + 1.596 * v);
      rgb[o + 1] = clip(luma - 0.392 * u - 0.813 * v);
      rgb[o + 2] = clip(luma + 2.017 * u);
    }
  }
  return rgb;
}
