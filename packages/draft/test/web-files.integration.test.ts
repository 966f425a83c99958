import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { openMotion } from '../src/decode/open-motion.ts';
import {
  MotionUnreadableError,
  WEB_FILE_KINDS,
  WebFileNotWrittenError,
  writeWebFile,
} from '../src/index.ts';
import { inTemporaryFolder, writeClip } from './helpers/media.ts';

const FPS = 25;
const SECONDS = 1;

/** Red above and blue below, with sound; the frames become brighter. */
async function prepare(folder: string, more: { rotation?: 90 } = {}): Promise<string> {
  const path = join(folder, 'clip.mp4');
  const height = 640;
  await writeClip(path, {
    width: 800,
    height,
    sound: true,
    colours: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false },
    times: Array.from({ length: FPS * SECONDS }, (_, frame) => frame / FPS),
    luma: (_x, y, frame) => (y < height / 2 ? 63 : 32) + 4 * frame,
    // Red and blue of BT.709 in limited range.
    chroma: (_x, y) => (y < height / 2 ? [102, 240] : [240, 118]),
    ...more,
  });
  return path;
}

/** Red, green and blue of one pixel of one page. */
async function pixelOf(path: string, page: number, left: number, top: number): Promise<number[]> {
  const image = sharp(path, path.endsWith('.jpg') ? {} : { page });
  const { data } = await image
    .extract({ left, top, width: 1, height: 1 })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [...data];
}

function expectColour(found: readonly number[], expected: readonly number[]): void {
  for (const [channel, value] of found.entries())
    expect(Math.abs(value - (expected[channel] ?? -1))).toBeLessThan(24);
}

test('a poster is the first frame as JPEG, as large as the video and in its colours', () =>
  inTemporaryFolder(async (folder) => {
    const videoPath = await prepare(folder);
    const outputPath = join(folder, 'new', 'clip.jpg');
    await writeWebFile({ kind: 'poster', videoPath, outputPath });
    const { format, width, height } = await sharp(outputPath).metadata();
    expect({ format, width, height }).toEqual({ format: 'jpeg', width: 800, height: 640 });
    expectColour(await pixelOf(outputPath, 0, 400, 100), [254, 0, 0]);
    expectColour(await pixelOf(outputPath, 0, 400, 540), [0, 0, 254]);
    expect(await readdir(join(folder, 'new'))).toEqual(['clip.jpg']);
  }));

test.for([
  ['webp', 640, 512, 15],
  ['gif', 480, 384, 12.5],
] as const)(
  '%s is shrunk to %d pixels, repeats for ever and lasts as long as the video',
  ([kind, width, height, fps]) =>
    inTemporaryFolder(async (folder) => {
      const videoPath = await prepare(folder);
      const outputPath = join(folder, `clip.${kind}`);
      await writeWebFile({ kind, videoPath, outputPath });
      const found = await sharp(outputPath, { animated: true }).metadata();
      expect(found).toMatchObject({ format: kind, width, pageHeight: height, loop: 0 });
      // The WebP encoder joins frames that look the same.
      expect(found.pages).toBeGreaterThan(3);
      expect(found.pages).toBeLessThanOrEqual(fps * SECONDS + 1);
      const lengthMs = (found.delay ?? []).reduce((sum, delay) => sum + delay, 0);
      expect(Math.abs(lengthMs - 1000 * SECONDS)).toBeLessThan(90);
      expectColour(await pixelOf(outputPath, 0, width / 2, 80), [254, 0, 0]);
      expectColour(await pixelOf(outputPath, 0, width / 2, height - 80), [0, 0, 254]);
    }),
);

test('a WebM has every frame, the size and the sound of the video', () =>
  inTemporaryFolder(async (folder) => {
    const videoPath = await prepare(folder);
    const outputPath = join(folder, 'clip.webm');
    await writeWebFile({ kind: 'webm', videoPath, outputPath });
    expect((await readFile(outputPath)).subarray(0, 4)).toEqual(
      Buffer.from([0x1a, 0x45, 0xdf, 0xa3]),
    );
    const motion = await openMotion(outputPath);
    try {
      const { width, height, packetCount, audio } = motion;
      expect({ width, height, packetCount }).toEqual({
        width: 800,
        height: 640,
        packetCount: FPS * SECONDS,
      });
      expect(audio?.codec).toBe('opus');
      expect(Math.abs(motion.fps - FPS)).toBeLessThan(0.5);
    } finally {
      motion.close();
    }
  }));

test('a video that is turned when it is shown stands upright in what is made of it', () =>
  inTemporaryFolder(async (folder) => {
    const videoPath = await prepare(folder, { rotation: 90 });
    for (const kind of ['poster', 'gif'] as const) {
      const outputPath = join(folder, kind === 'poster' ? 'clip.jpg' : 'clip.gif');
      await writeWebFile({ kind, videoPath, outputPath });
      const { width = 0, height = 0 } = await sharp(outputPath).metadata();
      expect(width / height).toBe(0.8);
      // A quarter turn clockwise takes what is above to the right.
      expectColour(await pixelOf(outputPath, 0, width - 60, height / 2), [254, 0, 0]);
      expectColour(await pixelOf(outputPath, 0, 60, height / 2), [0, 0, 254]);
    }
  }));

test('the same video makes the same bytes', () =>
  inTemporaryFolder(async (folder) => {
    const videoPath = await prepare(folder);
    for (const kind of WEB_FILE_KINDS) {
      const [first, second] = [join(folder, `1.${kind}`), join(folder, `2.${kind}`)];
      await writeWebFile({ kind, videoPath, outputPath: first });
      await writeWebFile({ kind, videoPath, outputPath: second });
      expect((await readFile(first)).equals(await readFile(second))).toBe(true);
      expect((await stat(first)).size).toBeGreaterThan(100);
    }
  }));

test('what cannot be read or written is a typed error, and the file that was there stays', () =>
  inTemporaryFolder(async (folder) => {
    const broken = join(folder, 'broken.mp4');
    const outputPath = join(folder, 'clip.gif');
    await writeFile(broken, 'no video');
    await writeFile(outputPath, 'earlier');
    await expect(writeWebFile({ kind: 'gif', videoPath: broken, outputPath })).rejects.toThrow(
      MotionUnreadableError,
    );
    expect(await readFile(outputPath, 'utf8')).toBe('earlier');
    const videoPath = await prepare(folder);
    await expect(
      writeWebFile({ kind: 'gif', videoPath, outputPath: join(broken, 'clip.gif') }),
    ).rejects.toThrow(WebFileNotWrittenError);
    expect((await readdir(folder)).sort()).toEqual(['broken.mp4', 'clip.gif', 'clip.mp4']);
  }));
