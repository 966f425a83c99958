import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { ByteSource } from '../../src/media/byte-source.ts';
import { readImage } from '../../src/media/image/image.ts';
import { checkCompleteMp4 } from '../../src/media/mp4/check-mp4.ts';
import { readMovieFacts } from '../../src/media/mp4/video-facts.ts';
import { DamagedOutputError, MediaError } from '../../src/model/errors.ts';
import { box, fragment, full, movie, mvhd, sound, track, u32 } from '../media/mp4/box-builder.ts';
import { sourceOf } from '../media/source.ts';
import { fuzzTarget } from './target.ts';

const assets = new URL('../../../../examples/assets/', import.meta.url);
const clip = readFileSync(new URL('motions/wave.mp4', assets));
const image = readFileSync(new URL('characters/robot.png', assets));
const trex = full('trex', 0, 0, u32(1, 1, 512, 0, 0));
const built = Buffer.concat([
  movie(
    mvhd(5000),
    track({
      edits: [5000],
      chunks: [40],
      offsets: [
        [100, 512],
        [50, 0],
      ],
      sizes: 150,
    }),
    sound(),
    box('mvex', trex),
  ),
  fragment({ start: 76_800, durations: [512, 512] }),
  fragment({ start: 77_824, defaultTicks: 512, offsets: [512, 0] }),
]);

const value = fc.constantFrom(0, 1, 7, 8, 0x7f, 0x80, 0xff);
const WIDE = [0, 1, 7, 8, 16, 0x7fffffff, 0x80000000, 0xffffffff] as const;

/** Up to four edits; `headAt` is where most of what is read stands. */
function editsOf(original: Buffer, headAt: number, headBytes: number) {
  const at = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: headAt, max: headAt + headBytes }) },
    { weight: 1, arbitrary: fc.nat(original.length - 1) },
    { weight: 1, arbitrary: fc.nat(64) },
  );
  const edit = fc.oneof(
    fc.record({ kind: fc.constant('byte' as const), at, value }),
    fc.record({ kind: fc.constant('word' as const), at, value: fc.constantFrom(...WIDE) }),
    fc.record({ kind: fc.constant('cut' as const), at, value: fc.nat(64) }),
  );
  return fc
    .array(edit, { minLength: 1, maxLength: 4 })
    .map((edits): Uint8Array => mutate(original, edits));
}

function mutate(original: Buffer, changes: readonly { kind: string; at: number; value: number }[]) {
  let bytes = Buffer.from(original);
  for (const { kind, at: anywhere, value: number } of changes) {
    if (bytes.length < 8) break;
    const at = anywhere % (bytes.length - 4);
    if (kind === 'byte') bytes[at] = number;
    else if (kind === 'word') bytes.writeUInt32BE(number, at);
    else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + number)]);
  }
  return bytes;
}

async function readOrRefuse(bytes: Uint8Array): Promise<void> {
  const readInput = async (source: ByteSource) => (await readMovieFacts(source)).facts;
  for (const read of [readInput, checkCompleteMp4]) {
    try {
      const facts = await read(sourceOf(bytes));
      assert.ok(facts.trackSeconds > 0);
      assert.ok(facts.longestSeconds >= facts.trackSeconds);
      assert.ok(Number.isFinite(facts.longestSeconds));
    } catch (error) {
      if (!(error instanceof MediaError || error instanceof DamagedOutputError)) throw error;
    }
  }
}

export const damagedClip = fuzzTarget({
  name: 'damaged-clip',
  input: editsOf(clip, clip.indexOf('moov') - 4, 1_500),
  check: readOrRefuse,
});

export const damagedFragments = fuzzTarget({
  name: 'damaged-fragments',
  input: editsOf(built, 0, built.length - 1),
  check: readOrRefuse,
});

export const bytesBehindBrand = fuzzTarget({
  name: 'bytes-behind-a-brand',
  input: fc
    .uint8Array({ maxLength: 200 })
    .map((rest): Uint8Array => Buffer.concat([built.subarray(0, 60), rest])),
  check: readOrRefuse,
});

/** A JPEG of two scans and a WebP, as small as they can be. */
const jpeg = Buffer.from(
  `ffd8 ffe00010 4a464946000101000001000100 00 ffc0000b 08000600080101 1100 ffda0008 010100003f00 12ff0034ffd056 ffc40004 0000 ffda0008 010100003f00 7f0a ffd9`.replaceAll(
    ' ',
    '',
  ),
  'hex',
);
const webp = Buffer.from(
  `52494646 2a000000 57454250 56503820 1e000000 0000009d012a20035802 ${'7f'.repeat(20)}`.replaceAll(
    ' ',
    '',
  ),
  'hex',
);

export const damagedImage = fuzzTarget({
  name: 'damaged-image',
  input: fc.oneof(
    editsOf(image, 0, 64),
    editsOf(jpeg, 0, jpeg.length - 1),
    editsOf(webp, 0, webp.length - 1),
  ),
  async check(bytes) {
    try {
      const { facts, problem } = await readImage(sourceOf(bytes, 'a.png'));
      assert.ok(problem == null || problem.length < 400);
      const { width, height } = facts;
      assert.ok(Number.isSafeInteger(width) && Number.isSafeInteger(height));
    } catch (error) {
      if (!(error instanceof MediaError)) throw error;
    }
  },
});
