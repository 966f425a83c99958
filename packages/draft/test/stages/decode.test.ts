import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VideoSample, type VideoSamplePixelFormat } from 'mediabunny';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { openMotion } from '../../src/decode/open-motion.ts';
import { createConverter } from '../../src/decode/planes.ts';
import { readCharacter } from '../../src/decode/read-character.ts';
import { BT601 } from '../../src/image/colour-coding.ts';
import { inTemporaryFolder, writeClip } from '../helpers/media.ts';

const WIDTH = 5;
const HEIGHT = 3;
const LUMA = 180;
const U = 90;
const V = 160;

/** A plain picture in a planar format, samples of 8 bits or, little endian, more. */
function plainSample(format: VideoSamplePixelFormat, across: 1 | 2, down: 1 | 2, bits: number) {
  const columns = Math.ceil(WIDTH / across);
  const rows = Math.ceil(HEIGHT / down);
  const values = [
    ...Array.from({ length: WIDTH * HEIGHT }, () => LUMA),
    ...Array.from({ length: columns * rows }, () => U),
    ...Array.from({ length: columns * rows }, () => V),
  ].map((value) => value << (bits - 8));
  const data =
    bits === 8 ? Uint8Array.from(values) : new Uint8Array(Uint16Array.from(values).buffer);
  return new VideoSample(data, { format, codedWidth: WIDTH, codedHeight: HEIGHT, timestamp: 0 });
}

test.each([
  ['I420', 2, 2, 8],
  ['I420P10', 2, 2, 10],
  ['I420P12', 2, 2, 12],
  ['I422', 2, 1, 8],
  ['I422P10', 2, 1, 10],
  ['I444', 1, 1, 8],
  ['I444P12', 1, 1, 12],
] as const)(
  '%s pictures of odd size become 8-bit 4:2:0 with the same colour',
  async (format, across, down, bits) => {
    const sample = plainSample(format, across, down, bits);
    const frame = await createConverter(BT601)(sample);
    const at = (plane: Uint8Array, stride: number, columns: number, rows: number) =>
      Array.from({ length: rows }, (_, y) => [...plane.subarray(y * stride, y * stride + columns)]);
    expect([frame.width, frame.height]).toEqual([WIDTH, HEIGHT]);
    const luma = at(frame.y, frame.yStride, WIDTH, HEIGHT).flat();
    expect(luma).toEqual(luma.map(() => LUMA));
    expect(luma).toHaveLength(WIDTH * HEIGHT);
    expect(at(frame.u, frame.uvStride, 3, 2).flat()).toEqual([U, U, U, U, U, U]);
    expect(at(frame.v, frame.uvStride, 3, 2).flat()).toEqual([V, V, V, V, V, V]);
    sample.close();
  },
);

test('a clip whose edit list begins within a frame begins with the rest of that frame', () =>
  inTemporaryFolder(async (folder) => {
    const path = join(folder, 'clip.mp4');
    // Starting late makes the writer add an edit list, which is then replaced.
    await writeClip(path, { width: 64, height: 48, times: [1, 1.1, 1.2, 1.3, 1.4] });
    const bytes = await readFile(path);
    const at = bytes.indexOf('elst');
    expect(bytes.readUInt32BE(at + 8)).toBe(2);
    const timescale = bytes.readUInt32BE(bytes.indexOf('mdhd') + 16);
    const entry = bytes[at + 4] === 0 ? at + 12 : Number.NaN;
    bytes.writeUInt32BE(1, at + 8);
    bytes.writeUInt32BE(1000, entry);
    bytes.writeInt32BE(Math.round(0.16 * timescale), entry + 4);
    await writeFile(path, bytes);
    const motion = await openMotion(path);
    const frames: [number, number][] = [];
    for await (const { timeS, durationS } of motion.frames(1)) frames.push([timeS, durationS]);
    motion.close();
    expect(frames.map(([timeS]) => Math.round(1000 * timeS))).toEqual([0, 40, 140, 240]);
    expect(frames[0]?.[1]).toBeCloseTo(0.04, 3);
  }));

test('characters come upright, in sRGB, with their alpha, whatever file they are in', () =>
  inTemporaryFolder(async (folder) => {
    // Red above, see-through or white below.
    const tall = sharp({
      create: { width: 40, height: 60, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    }).composite([
      {
        input: { create: { width: 40, height: 30, channels: 3, background: '#d02020' } },
        top: 0,
        left: 0,
      },
    ]);
    const png = await tall.png().toBuffer();
    const lying = await sharp(png).flatten({ background: '#fff' }).rotate(-90).toBuffer();
    const files: Record<string, Promise<unknown>> = {
      'plain.png': writeFile(join(folder, 'plain.png'), png),
      'alpha.webp': sharp(png).webp({ lossless: true }).toFile(join(folder, 'alpha.webp')),
      'deep.png': sharp(png).toColourspace('rgb16').png().toFile(join(folder, 'deep.png')),
      'turned.jpg': sharp(lying)
        .withMetadata({ orientation: 6 })
        .jpeg({ quality: 100 })
        .toFile(join(folder, 'turned.jpg')),
      'cmyk.jpg': sharp(png)
        .flatten({ background: '#fff' })
        .toColourspace('cmyk')
        .jpeg({ quality: 100 })
        .toFile(join(folder, 'cmyk.jpg')),
    };
    for (const [name, written] of Object.entries(files)) {
      await written;
      const { width, height, rgba } = await readCharacter(join(folder, name));
      expect([name, width, height]).toEqual([name, 40, 60]);
      const pixel = (y: number) => [
        ...rgba.subarray(4 * (y * width + 20), 4 * (y * width + 20) + 4),
      ];
      const [red = 0, green = 0, blue = 0, alpha] = pixel(10);
      expect([name, alpha, red > 150, green < 90, blue < 90]).toEqual([
        name,
        255,
        true,
        true,
        true,
      ]);
      const isOpaque = name.endsWith('.jpg');
      expect([name, pixel(50)[3]]).toEqual([name, isOpaque ? 255 : 0]);
      if (isOpaque) expect(Math.min(...pixel(50))).toBeGreaterThan(240);
    }
  }));
