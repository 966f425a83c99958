import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MotionUnreadableError } from '../src/errors.ts';
import { samplePictures } from '../src/sample-pictures.ts';
import { inTemporaryFolder, writeClip } from './helpers/media.ts';

const times = Array.from({ length: 24 }, (_, frame) => frame / 24);

test('samples are spread over the video and show brightness where it is', async () => {
  await inTemporaryFolder(async (folder) => {
    const path = join(folder, 'clip.mp4');
    // The left half becomes brighter by 120 levels a second, the right half stays.
    const luma = (x: number, _y: number, frame: number) => (x < 64 ? 40 + 5 * frame : 100);
    await writeClip(path, { width: 128, height: 96, times, luma });
    const samples = await samplePictures(path);
    expect(samples.map(({ length }) => length)).toEqual(Array(6).fill(32 * 32));
    const left = samples.map((cells) => cells[33] ?? -1);
    const right = samples.map((cells) => cells[32 + 30] ?? -1);
    for (const [index, level] of left.entries())
      expect(Math.abs(level - (40 + 120 * ((index + 0.5) / 6)))).toBeLessThan(8);
    for (const level of right) expect(Math.abs(level - 100)).toBeLessThan(4);
  });
});

test('a file that cannot be decoded is said to be one', async () => {
  await inTemporaryFolder(async (folder) => {
    const path = join(folder, 'clip.mp4');
    await writeFile(path, 'no video');
    await expect(samplePictures(path)).rejects.toThrow(MotionUnreadableError);
  });
});
