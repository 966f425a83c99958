import { expect, test } from 'vitest';
import { chooseFrameSize } from '../../src/decode/frame-size.ts';
import { clearTimestamps } from '../../src/encode/timestamps.ts';
import { createDraftWriter } from '../../src/encode/write-draft.ts';
import { DraftOptionsError } from '../../src/errors.ts';
import { BT601 } from '../../src/image/colour-coding.ts';
import { drawMark } from '../../src/render/mark.ts';

function box(type: string, ...content: Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

test('creation and modification times become zero, everything else stays', () => {
  const short = Uint8Array.from([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 9, 9]);
  const long = Uint8Array.from([1, 0, 0, 0, ...new Array(16).fill(3), 7, 7]);
  const file = box(
    'moov',
    box('mvhd', short),
    box('trak', box('tkhd', long), box('mdia', box('mdhd', short), box('minf', short))),
  );
  clearTimestamps(file);
  const expected = box(
    'moov',
    box('mvhd', Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 9])),
    box(
      'trak',
      box('tkhd', Uint8Array.from([1, 0, 0, 0, ...new Array(16).fill(0), 7, 7])),
      box(
        'mdia',
        box('mdhd', Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 9])),
        box('minf', short),
      ),
    ),
  );
  expect(Buffer.from(file).equals(Buffer.from(expected))).toBe(true);
});

test('frame sizes are even, keep the shape, and refuse nonsense', () => {
  expect(chooseFrameSize(1920, 1080, { kind: 'clip' })).toMatchObject({ width: 1280, height: 720 });
  expect(chooseFrameSize(853, 481, { kind: 'clip' })).toMatchObject({ width: 854, height: 482 });
  expect(chooseFrameSize(640, 360, { kind: 'shortest side', pixels: 1080 })).toMatchObject({
    width: 1920,
    height: 1080,
  });
  const enlarged = (width: number, height: number, pixels: number) => {
    const size = chooseFrameSize(width, height, { kind: 'shortest side', pixels });
    return [size.width, size.height];
  };
  expect(enlarged(854, 480, 720)).toEqual([1280, 720]);
  expect(enlarged(480, 854, 720)).toEqual([720, 1280]);
  expect(enlarged(854, 480, 1080)).toEqual([1920, 1080]);
  expect(enlarged(640, 480, 718)).toEqual([960, 718]);
  expect(chooseFrameSize(720, 1280, { kind: 'longest side', pixels: 640 })).toMatchObject({
    width: 360,
    height: 640,
  });
  const square = chooseFrameSize(200, 100, { kind: 'exact', width: 100, height: 100 });
  expect(square).toMatchObject({ width: 100, height: 100, scale: 1, cropLeft: 50, cropTop: 0 });
  expect(() => chooseFrameSize(100, 100, { kind: 'longest side', pixels: 3 })).toThrow(
    DraftOptionsError,
  );
});

test('the mark sits in the lower right corner, light on dark, and changes nothing else', () => {
  const picture = { width: 320, height: 240, data: new Uint8Array(320 * 240 * 1.5).fill(90) };
  drawMark(picture);
  const luma = picture.data.subarray(0, 320 * 240);
  expect(luma.includes(225)).toBe(true);
  luma.forEach((value, p) => {
    if (value !== 90) expect([p % 320 > 240, p > 200 * 320]).toEqual([true, true]);
  });
  const tiny = { width: 16, height: 16, data: new Uint8Array(384).fill(90) };
  expect(() => drawMark(tiny)).not.toThrow();
});

test('the mark is read in a thumbnail of 170 pixels: a fifth of its width, with a D that is no O', () => {
  const width = 854;
  const height = 480;
  const picture = { width, height, data: new Uint8Array(width * height * 1.5).fill(90) };
  drawMark(picture);
  const columns: number[] = [];
  const rows: number[] = [];
  picture.data.subarray(0, width * height).forEach((value, p) => {
    if (value !== 225) return;
    columns.push(p % width);
    rows.push(Math.floor(p / width));
  });
  const ends = (values: readonly number[]) =>
    values.reduce(
      ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
      [Infinity, -Infinity],
    );
  const [left = 0, right = 0] = ends(columns);
  const [top = 0, bottom = 0] = ends(rows);
  expect(right - left).toBeGreaterThan(0.18 * width);
  // One pixel of the thumbnail is five of the picture.
  const shrunk = (x: number, y: number) => {
    let sum = 0;
    for (let p = 0; p < 25; p++)
      sum += picture.data[(y + Math.floor(p / 5)) * width + x + (p % 5)] ?? 0;
    return sum / 25;
  };
  const letterWidth = ((right - left + 1) / 39) * 7;
  for (const y of [top, bottom - 4])
    expect(shrunk(left, y)).toBeGreaterThan(60 + shrunk(Math.floor(left + letterWidth) - 5, y));
});

test('x264 uses one thread on any machine: bytes do not depend on the number of cores', async () => {
  const writer = await createDraftWriter({
    width: 320,
    height: 180,
    fps: 24,
    coding: BT601,
    audio: null,
    endS: 1,
  });
  await writer.add(new Uint8Array(320 * 180 * 1.5).fill(90), 0, 1);
  // The encoder writes its settings into the first picture.
  const settings = Buffer.from(await writer.finish()).toString('latin1');
  expect(settings).toContain(' threads=1 lookahead_threads=1 sliced_threads=0 ');
});
