import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readImage } from '../../../src/media/image/image.ts';
import { MediaError } from '../../../src/model/errors.ts';
import type { ImageFacts } from '../../../src/model/media/media.ts';
import { box, ftyp, full, u32 } from '../mp4/box-builder.ts';
import { sourceOf } from '../support.ts';

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

test.each([
  ['heic', 'heic'],
  ['heix', 'heic'],
  ['hevc', 'heic'],
  ['mif1', 'heic'],
  ['avif', 'avif'],
  ['mif1 that holds AVIF', 'avif'],
])('HEIF of the brand %s is called %s', async (name, format) => {
  const brands = name.includes('AVIF') ? 'mif1avifmiaf' : 'mif1heicmiaf';
  const type = box('ftyp', Buffer.from(name.slice(0, 4)), u32(0), Buffer.from(brands));
  const bytes = Buffer.concat([type, heic.subarray(ftyp('heic').length)]);
  expect(await factsOf(bytes)).toMatchObject({ format, width: 640 });
});

describe('the content behind a header that reads', () => {
  const problemOf = async (bytes: Uint8Array): Promise<string | null> =>
    (await readImage(sourceOf(bytes, 'hero.png'))).problem;

  function chunk(type: string, body: Uint8Array, checksum?: number): Uint8Array {
    const named = Buffer.concat([Buffer.from(type), body]);
    return Buffer.concat([u32(body.length), named, u32(checksum ?? crc32(named))]);
  }
  const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
  const IHDR = chunk('IHDR', Buffer.concat([u32(8, 6), Buffer.from([8, 2, 0, 0, 0])]));
  const noise = Buffer.from(Array.from({ length: 3_000 }, (_, at) => (at * 7919) % 251));
  const IDAT = chunk('IDAT', noise);
  const IEND = chunk('IEND', new Uint8Array());
  const wholePng = Buffer.concat([SIGNATURE, IHDR, IDAT, IDAT, IEND]);

  /** Entropy-coded data: each 0xFF of it is followed by 0. */
  const data = Buffer.from(noise.map((byte) => byte & 0x7f));
  const scan = Buffer.concat([
    segment(0xda, Buffer.alloc(10)),
    data,
    Buffer.from([0xff, 0x00, 0x12, 0xff, 0xd0]),
    data,
  ]);
  const wholeJpeg = (...segments: readonly Uint8Array[]) =>
    Buffer.concat([
      Buffer.from([0xff, 0xd8]),
      ...segments,
      frame(800, 600),
      scan,
      segment(0xc4, Buffer.alloc(20)),
      scan,
      Buffer.from([0xff, 0xff, 0xd9]),
    ]);

  const riff = (...chunks: readonly Uint8Array[]) => {
    const body = Buffer.concat([Buffer.from('WEBP'), ...chunks]);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(body.length);
    return Buffer.concat([Buffer.from('RIFF'), size, body]);
  };
  const riffChunk = (type: string, body: Uint8Array) => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(body.length);
    return Buffer.concat([Buffer.from(type), size, body, Buffer.alloc(body.length % 2)]);
  };
  const lossy = riffChunk(
    'VP8 ',
    Buffer.concat([Buffer.from('0000009d012a20035802', 'hex'), noise]),
  );
  const wholeWebp = riff(lossy);

  test.each([
    ['a PNG', wholePng],
    ['a PNG with something behind its end', Buffer.concat([wholePng, Buffer.from('\nmore')])],
    [
      'a PNG with a damaged note in it',
      Buffer.concat([SIGNATURE, IHDR, chunk('tEXt', noise, 1), IDAT, IEND]),
    ],
    ['a JPEG', wholeJpeg(APP0)],
    ['a JPEG with a clip behind its end', Buffer.concat([wholeJpeg(APP0), noise])],
    [
      'a JPEG with 2 MB of notes before its size',
      wholeJpeg(exif(6), ...Array(32).fill(segment(0xe2, Buffer.alloc(65_000)))),
    ],
    ['a WebP', wholeWebp],
    [
      'a WebP without its last padding byte',
      riff(
        riffChunk('VP8X', Buffer.from('10000000' + '1f0300' + '570200', 'hex')),
        riffChunk('VP8L', Buffer.from('2f0000000000', 'hex')),
      ),
    ],
    ['a WebP with something behind its end', Buffer.concat([wholeWebp, noise])],
    [
      'an example',
      readFileSync(new URL('../../../../../examples/assets/characters/girl.png', import.meta.url)),
    ],
  ])('of %s is no damage', async (_, bytes) => {
    expect(await problemOf(bytes)).toBeNull();
  });

  test.each([
    ['a PNG of nothing but a header', Buffer.concat([SIGNATURE, IHDR]), 'before its pixels begin'],
    ['a PNG without pixels', Buffer.concat([SIGNATURE, IHDR, IEND]), 'it has no pixels'],
    ['a PNG without an end', wholePng.subarray(0, -12), 'it is cut off before its end'],
    ['a PNG that is cut', wholePng.subarray(0, 4_000), 'it is cut off inside the chunk IDAT'],
    [
      'a PNG with a changed byte',
      Buffer.concat([SIGNATURE, IHDR, chunk('IDAT', noise, 1), IEND]),
      'is not what its checksum says',
    ],
    [
      'a PNG of an iPhone app',
      Buffer.concat([SIGNATURE, chunk('CgBI', Buffer.from([0x50, 0, 0x20, 6])), IHDR, IDAT, IEND]),
      'iPhone apps (CgBI)',
    ],
    [
      'a PNG with rubbish inside',
      Buffer.concat([SIGNATURE, IHDR, IDAT, noise]),
      'it has no chunk at byte',
    ],
    [
      'a JPEG that is cut in its pixels',
      wholeJpeg(APP0).subarray(0, 4_000),
      'it is cut off before its end',
    ],
    ['a JPEG without an end', wholeJpeg(APP0).subarray(0, -2), 'it is cut off before its end'],
    [
      'a JPEG without pixels',
      Buffer.concat([jpeg(APP0, frame(8, 6)).subarray(0, -2), Buffer.from([0xff, 0xd9])]),
      'before its pixels begin',
    ],
    [
      'a JPEG whose line feeds became two characters',
      convertLineEnds(wholeJpeg(APP0)),
      'mark it as `binary` in .gitattributes',
    ],
    ['a WebP that is cut', wholeWebp.subarray(0, 2_000), 'is cut off at 2000'],
    ['a WebP whose picture goes past its end', riff(lossy.subarray(0, -9)), 'goes past its end'],
    [
      'a WebP without a picture',
      riff(riffChunk('VP8X', Buffer.from('10000000' + '1f0300' + '570200', 'hex'))),
      'it holds no picture',
    ],
  ])('of %s keeps it from being bought with, and its facts are known', async (_, bytes, reason) => {
    const { facts, problem } = await readImage(sourceOf(bytes, 'hero.png'));
    expect(facts.width).toBeGreaterThan(0);
    expect(problem).toContain(reason);
  });

  function convertLineEnds(bytes: Uint8Array): Buffer {
    return Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
  }

  test('is cut anywhere: never taken for whole', async () => {
    for (const whole of [wholePng, wholeJpeg(APP0), wholeWebp]) {
      for (let length = 40; length < whole.length - 1; length += 97) {
        const bytes = whole.subarray(0, length);
        const reading = await readImage(sourceOf(bytes, 'hero.png')).catch((error) => error);
        expect(reading instanceof MediaError || reading.problem != null).toBe(true);
      }
    }
  });
});

test('a JPEG with 900 KB of profiles and previews before its size is read', async () => {
  const preview = Buffer.concat([Buffer.from('Exif\0\0'), jpeg(APP0, frame(160, 120))]);
  const bulky = Array.from({ length: 14 }, () => segment(0xe2, Buffer.alloc(65_000, 0xff)));
  const bytes = jpeg(APP0, segment(0xe1, preview), exif(6), ...bulky, frame(800, 600));
  expect(await factsOf(bytes)).toMatchObject({ format: 'jpg', width: 600, height: 800 });
});

test.each([['girl.png'], ['robot.png']])('the example %s is read', async (name) => {
  const path = new URL(`../../../../../examples/assets/characters/${name}`, import.meta.url);
  expect(await factsOf(await readFile(path))).toMatchObject({ format: 'png' });
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
    'a JPEG whose size comes after 32 MiB',
    jpeg(...Array(520).fill(segment(0xe2, Buffer.alloc(65_000))), frame(8, 6)),
    'has no frame header',
  ],
  ['a web page', Buffer.from('\ufeff\n<!-- x --><html><body>'), 'a web page; its address leads to'],
  [
    'a refusal',
    Buffer.from('<?xml version="1.0"?><Error/>'),
    'XML text; that is how servers answer',
  ],
  [
    'a PNG whose line ends were converted',
    Buffer.from('89504e470d0d0a1a0d0a0000000d49484452', 'hex'),
    'line ends were converted; git, an editor or a transfer took it for text: mark it as `binary`',
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

test('a Git LFS pointer with converted line ends is named, with the way out', async () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\r\noid sha256:${'a'.repeat(64)}\r\nsize 9\r\n`;
  await expect(factsOf(Buffer.from(pointer))).rejects.toThrow(
    'hero.png is a Git LFS pointer whose line ends were converted, not the file itself: put `-text`',
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
