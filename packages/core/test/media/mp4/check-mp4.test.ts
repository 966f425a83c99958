import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { checkCompleteMp4 } from '../../../src/media/mp4/check-mp4.ts';
import { DamagedOutputError } from '../../../src/model/errors.ts';
import { sourceOf } from '../support.ts';
import { box, fragment, ftyp, full, MDAT, movie, mvhd, track, u32 } from './box-builder.ts';

const clip = new URL('../../../../../examples/assets/motions/wave.mp4', import.meta.url);

async function reasonFor(bytes: Uint8Array): Promise<string> {
  const error = await checkCompleteMp4(sourceOf(bytes, 'out.mp4')).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(DamagedOutputError);
  return String(error.message);
}

test('a whole clip passes, with its facts', async () => {
  const facts = await checkCompleteMp4(sourceOf(await readFile(clip)));
  expect(facts).toMatchObject({ container: 'mp4', codec: 'h264' });
});

test('whatever is cut off its end, a clip is damaged', async () => {
  const bytes = await readFile(clip);
  for (const missing of [1, 7, 8, 100, 10_000, bytes.length - 40, bytes.length - 1, bytes.length]) {
    await reasonFor(bytes.subarray(0, bytes.length - missing));
  }
});

test('a fragmented clip passes', async () => {
  const trex = full('trex', 0, 0, u32(1, 1, 512, 0, 0));
  const empty = track({ samples: [], mdhd: 0, tkhd: 0 });
  const bytes = Buffer.concat([
    ftyp('iso6'),
    box('moov', mvhd(0), empty, box('mvex', trex)),
    fragment({ start: 0, count: 150 }),
  ]);
  expect(await checkCompleteMp4(sourceOf(bytes))).toMatchObject({ trackSeconds: 5 });
});

const moov = box('moov', mvhd(5000), track());

test.each([
  ['no ftyp', Buffer.concat([moov, MDAT]), 'does not say what it is'],
  ['no mdat', Buffer.concat([ftyp(), moov]), 'holds no frames'],
  ['an empty mdat', Buffer.concat([ftyp(), moov, box('mdat')]), 'holds no frames'],
  ['rubbish behind its end', Buffer.concat([ftyp(), moov, MDAT, Buffer.from('xyz')]), 'is damaged'],
  [
    'chunks past its end',
    movie(mvhd(5000), track({ chunks: [40, 99_999] })),
    'start at byte 99999',
  ],
  [
    'a line end behind its end',
    Buffer.concat([ftyp(), moov, MDAT, Buffer.from('\n')]),
    'is damaged',
  ],
  [
    'a trailer behind its end',
    Buffer.concat([ftyp(), moov, MDAT, Buffer.from('\x7f\xff\xff\xffRMKN rest', 'latin1')]),
    'goes 2147483634 bytes past its end',
  ],
  ['an HTML page', Buffer.from('<html>gone</html>'), 'a web page'],
  ['no bytes', new Uint8Array(), 'an empty file'],
])('a download with %s is damaged', async (_, bytes, reason) => {
  expect(await reasonFor(bytes)).toContain(reason);
});
