import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { drawStrip, type StripCell } from '../src/draw-strip.ts';
import { inTemporaryFolder, writeClip } from './helpers/media.ts';

const FPS = 8;
const timesOf = (seconds: number) => Array.from({ length: FPS * seconds }, (_, i) => i / FPS);

test('what moves too much for the bytes allowed becomes coarser, then has fewer pictures, then none', async () => {
  await inTemporaryFolder(async (folder) => {
    const clip = join(folder, 'noise.mp4');
    const luma = (x: number, y: number, frame: number) =>
      (x * 31 + y * 17 + frame * 53) ** 2 % 101 < 50 ? 30 : 220;
    await writeClip(clip, { width: 32, height: 96, times: timesOf(4), luma });
    const cells: readonly StripCell[] = [{ role: 'before', kind: 'video', path: clip }];
    const output = join(folder, 'strip.webp');
    const draw = (maxBytes: number) => drawStrip({ cells, output, maxBytes });
    const whole = await draw(10_000_000);
    expect(whole.frames).toBe(24);
    const fewer = await draw(Math.round(whole.bytes / 6));
    expect(fewer.frames).toBeLessThan(24);
    expect(fewer.bytes).toBeLessThanOrEqual(Math.round(whole.bytes / 6));
    expect((await sharp(output).metadata()).pages ?? 1).toBe(fewer.frames);
    await expect(draw(50)).rejects.toThrow('does not fit into 50 bytes');
  });
});
