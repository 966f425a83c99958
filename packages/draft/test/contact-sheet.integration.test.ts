import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { writeContactSheet } from '../src/contact-sheet.ts';
import { inTemporaryFolder, writeClip } from './helpers/media.ts';

const FPS = 10;
const COLUMNS = 4;
const CELL = 64;

/** The brightness of every cell, row by row. */
async function readCells(sheet: string, rows: number): Promise<number[][]> {
  const { data, info } = await sharp(sheet).greyscale().raw().toBuffer({ resolveWithObject: true });
  const cellWidth = info.width / COLUMNS;
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: COLUMNS }, (_, column) => {
      const y = row * CELL + CELL / 2;
      return data[Math.floor(y * info.width + (column + 0.5) * cellWidth)] ?? -1;
    }),
  );
}

test('a sheet shows the same moments of clips that last differently long, and of uneven ones', async () => {
  await inTemporaryFolder(async (folder) => {
    // Brightness tells the time: 80 levels a second.
    const write = async (name: string, times: readonly number[]) => {
      const path = join(folder, name);
      const luma = (_x: number, _y: number, frame: number) => 30 + 80 * (times[frame] ?? 0);
      await writeClip(path, { width: 64, height: 64, times, luma });
      return path;
    };
    const even = (seconds: number) => Array.from({ length: FPS * seconds }, (_, i) => i / FPS);
    const clips = [
      await write('short.mp4', even(1)),
      await write('long.mp4', even(2.5)),
      await write('uneven.mp4', [0, 0.05, 0.1, 0.4, 0.5, 0.8, 0.9, 1, 1.2, 1.4]),
    ];
    const sheet = join(folder, 'sheet.png');
    await writeContactSheet(clips, sheet, COLUMNS, CELL);
    const [short = [], long = [], uneven = []] = await readCells(sheet, clips.length);
    for (let column = 0; column < COLUMNS; column++) {
      expect(Math.abs((short[column] ?? 0) - (long[column] ?? 99))).toBeLessThan(6);
      if (column > 0) expect(long[column]).toBeGreaterThan((long[column - 1] ?? 0) + 8);
    }
    // At 0.125 and 0.375 s the picture of 0.1 s is shown, at 0.625 s that of 0.5 s.
    expect(uneven[1]).toBe(uneven[0]);
    expect(uneven[2]).toBeGreaterThan((uneven[1] ?? 0) + 8);
  });
});
