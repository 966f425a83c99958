import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readImage } from '../../src/media/image.ts';
import { MediaError } from '../../src/model/errors.ts';
import type { ImageFacts } from '../../src/model/media.ts';
import { box, ftyp, full, u32 } from './mp4/box-builder.ts';
import { sourceOf } from './support.ts';

const factsOf = async (bytes: Uint8Array): Promise<ImageFacts> =>
  (await readImage(sourceOf(bytes, 'hero.png'))).facts;

function png(width: number, height: number): Uint8Array {
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const header = Buffer.concat([Buffer.from('IHDR'), u32(width, height), Buffer.alloc(9)]);
  return Buffer.concat([signature, u32(13), header]);
}

function segment(marker: number, body: Uint8Array): Uint8Array {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(body.length + 2);
  return Buffer.concat([Buffer.from([0xff, marker]), length, body]);
}

/** One directory with one entry: tag 0x0112, a short, counted once (TIFF 6.0, big-endian). */
function exif(orientation: number): Uint8Array {
  const tiff = Buffer.from(
    '4d4d002a00000008' + '0001' + '01120003000000010000' + '0000' + '00000000',
    'hex',
  );
  tiff.writeUInt16BE(orientation, 18);
  return segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), tiff]));
}

function frame(width: number, height: number, marker = 0xc0): Uint8Array {
  const body = Buffer.alloc(15);
  body[0] = 8;
  body.writeUInt16BE(height, 1);
  body.writeUInt16BE(width, 3);
  return segment(marker, body);
}

const jpeg = (...segments: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat([Buffer.from([0xff, 0xd8]), ...segments, Buffer.from([0xff, 0xda])]);

const APP0 = segment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1'));

function webp(kind: 'VP8 ' | 'VP8L' | 'VP8X', data: string): Uint8Array {
  const body = Buffer.concat([Buffer.from(`WEBP${kind}`), u32(0), Buffer.from(data, 'hex')]);
  return Buffer.concat([Buffer.from('RIFF'), u32(0), body, Buffer.alloc(16)]);
}

const heic = Buffer.concat([
  ftyp('heic'),
  full('meta', 0, 0, box('iprp', box('ipco', full('ispe', 0, 0, u32(640, 480))))),
]);

const IMAGES: readonly (readonly [string, Uint8Array, string, number, number])[] = [
  ['PNG', png(800, 600), 'png', 800, 600],
  ['PNG of 65,535 pixels a side', png(65_535, 65_535), 'png', 65_535, 65_535],
  ['JPEG', jpeg(APP0, frame(800, 600)), 'jpg', 800, 600],
  ['JPEG of 65,535 pixels a side', jpeg(APP0, frame(65_535, 65_535)), 'jpg', 65_535, 65_535],
  ['progressive JPEG', jpeg(APP0, frame(800, 600, 0xc2)), 'jpg', 800, 600],
  ['JPEG with EXIF orientation 1', jpeg(exif(1), frame(800, 600)), 'jpg', 800, 600],
  ['JPEG with EXIF orientation 3', jpeg(exif(3), frame(800, 600)), 'jpg', 800, 600],
  ['JPEG with EXIF orientation 6', jpeg(exif(6), frame(800, 600)), 'jpg', 600, 800],
  ['JPEG with EXIF orientation 8', jpeg(APP0, exif(8), frame(800, 600)), 'jpg', 600, 800],
  ['lossy WebP', webp('VP8 ', '000000 9d012a 2003 5802'.replaceAll(' ', '')), 'webp', 800, 600],
  ['extended WebP', webp('VP8X', '10000000 1f0300 570200'.replaceAll(' ', '')), 'webp', 800, 600],
  [
    'GIF',
    Buffer.concat([Buffer.from('GIF89a'), Buffer.from('20035802', 'hex'), Buffer.alloc(8)]),
    'gif',
    800,
    600,
  ],
  [
    'SVG',
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="80" height="60"></svg>'),
    'svg',
    80,
    60,
  ],
  ['HEIC', heic, 'heic', 640, 480],
];

test.each(IMAGES)('a %s is known by its content', async (_, bytes, format, width, height) => {
  expect(await factsOf(bytes)).toEqual({ format, width, height, bytes: bytes.length });
});

test('a JPEG with 900 KB of profiles and previews before its size is read', async () => {
  const preview = Buffer.concat([Buffer.from('Exif\0\0'), jpeg(APP0, frame(160, 120))]);
  const bulky = Array.from({ length: 14 }, () => segment(0xe2, Buffer.alloc(65_000, 0xff)));
  const bytes = jpeg(APP0, segment(0xe1, preview), exif(6), ...bulky, frame(800, 600));
  expect(await factsOf(bytes)).toMatchObject({ format: 'jpg', width: 600, height: 800 });
});

test.each([['girl.png'], ['robot.png']])('the example %s is read', async (name) => {
  const path = new URL(`../../../../examples/assets/characters/${name}`, import.meta.url);
  expect(await factsOf(await readFile(path))).toMatchObject({ format: 'png' });
});

test('only the head of a file is read', async () => {
  let furthest = 0;
  const bytes = Buffer.concat([png(800, 600), Buffer.alloc(5_000_000)]);
  await readImage({
    name: 'hero.png',
    bytes: bytes.length,
    read: async (offset, length) => {
      furthest = Math.max(furthest, offset + length);
      return bytes.subarray(offset, offset + length);
    },
  });
  expect(furthest).toBeLessThanOrEqual(4096);
});

const REFUSED: readonly (readonly [string, Uint8Array, string])[] = [
  ['nothing', new Uint8Array(), 'an empty file'],
  ['text', Buffer.from('hello there'), 'is not an image: it looks like text'],
  ['a PDF', Buffer.from('%PDF-1.7\x80', 'latin1'), 'it looks like a PDF'],
  ['an MP4', Buffer.concat([ftyp('isom')]), 'it looks like an MP4 video'],
  ['zeros', new Uint8Array(64), 'is not an image'],
  ['a PNG without a header', png(800, 600).subarray(0, 12), 'looks like a PNG image'],
  ['a PNG of no width', png(0, 600), 'its size is 0 x 600'],
  ['a JPEG without a frame', jpeg(APP0), 'has no frame header'],
  ['a JPEG that ends early', jpeg(APP0, frame(800, 600)).subarray(0, 24), 'JPEG image'],
  [
    'a JPEG whose size comes after 1 MiB',
    jpeg(...Array(20).fill(segment(0xe2, Buffer.alloc(60_000))), frame(8, 6)),
    'has no frame header',
  ],
  ['a JPEG of no height', jpeg(APP0, frame(800, 0)), 'its size is 800 x 0'],
  ['a lossless JPEG', jpeg(APP0, frame(800, 600, 0xc3)), 'header cannot be read'],
];

test.each(REFUSED)('%s is refused with a reason', async (_, bytes, reason) => {
  const error = await factsOf(bytes).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(MediaError);
  expect(error.message).toContain(reason);
  expect(error.message).toContain('hero.png');
});

test('a Git LFS pointer is named, with the way out', async () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 9\n`;
  await expect(factsOf(Buffer.from(pointer))).rejects.toThrow(
    'hero.png is a Git LFS pointer, not the file itself: set `lfs: true` on actions/checkout',
  );
});

test('damaged images are read or refused, never anything else', async () => {
  const originals = IMAGES.map(([, bytes]) => bytes);
  const change = fc.tuple(fc.nat(120), fc.constantFrom(0, 1, 0x7f, 0xff));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...originals),
      fc.array(change, { maxLength: 4 }),
      fc.nat(200),
      async (original, changes, length) => {
        const bytes = Buffer.from(original.subarray(0, length));
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        try {
          const facts = await factsOf(bytes);
          expect(facts.width * facts.height).toBeGreaterThan(0);
        } catch (error) {
          if (!(error instanceof MediaError)) throw error;
        }
      },
    ),
    { numRuns: 2000 },
  );
});
