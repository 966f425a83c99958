import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkCompleteMp4 } from '../../../src/media/mp4/check-mp4.ts';
import { readMovieFacts } from '../../../src/media/mp4/video-facts.ts';
import { DamagedOutputError, MediaError } from '../../../src/model/errors.ts';
import { sourceOf } from '../support.ts';
import { box, fragment, full, movie, mvhd, sound, track, u32 } from './box-builder.ts';

const clip = await readFile(
  new URL('../../../../../examples/assets/motions/wave.mp4', import.meta.url),
);
const trex = full('trex', 0, 0, u32(1, 1, 512, 0, 0));
const built = Buffer.concat([
  movie(mvhd(5000), track({ edits: [5000], chunks: [40] }), sound(), box('mvex', trex)),
  fragment({ start: 76_800, durations: [512, 512] }),
]);

/** Everything but the frames: mutating those would change nothing that is read. */
const moovStart = clip.indexOf('moov') - 4;
const interesting = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: moovStart, max: moovStart + 1500 }) },
  { weight: 1, arbitrary: fc.nat(clip.length - 1) },
  { weight: 1, arbitrary: fc.nat(64) },
);

const value = fc.constantFrom(0, 1, 7, 8, 0x7f, 0x80, 0xff);
const WIDE = [0, 1, 7, 8, 16, 0x7fffffff, 0x80000000, 0xffffffff] as const;

const edit = fc.oneof(
  fc.record({ kind: fc.constant('byte' as const), at: interesting, value }),
  fc.record({
    kind: fc.constant('word' as const),
    at: interesting,
    value: fc.constantFrom(...WIDE),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: interesting, value: fc.nat(64) }),
);
const edits = fc.array(edit, { minLength: 1, maxLength: 4 });

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
  for (const read of [readMovieFacts, checkCompleteMp4]) {
    try {
      const facts = await read(sourceOf(bytes));
      expect(facts.trackSeconds).toBeGreaterThan(0);
      expect(facts.longestSeconds).toBeGreaterThanOrEqual(facts.trackSeconds);
      expect(Number.isFinite(facts.longestSeconds)).toBe(true);
    } catch (error) {
      if (!(error instanceof MediaError || error instanceof DamagedOutputError)) throw error;
    }
  }
}

test('5,000 damaged copies of a real clip are read or refused', async () => {
  await fc.assert(
    fc.asyncProperty(edits, (changes) => readOrRefuse(mutate(clip, changes))),
    { numRuns: 5000 },
  );
});

test('2,000 damaged copies of a fragmented clip are read or refused', async () => {
  await fc.assert(
    fc.asyncProperty(edits, (changes) => readOrRefuse(mutate(built, changes))),
    { numRuns: 2000 },
  );
});

test('random bytes behind a brand are refused', async () => {
  const bytes = fc
    .uint8Array({ maxLength: 200 })
    .map((rest) => Buffer.concat([built.subarray(0, 60), rest]));
  await fc.assert(fc.asyncProperty(bytes, readOrRefuse), { numRuns: 500 });
});
