import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPieces, withPieces } from '../../src/media/pieces.ts';
import { MediaError } from '../../src/model/errors.ts';
import { sourceOf } from './support.ts';

const content = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * 7919) % 251));
const pieces = (() => {
  const all = createPieces();
  for (let at = 0; at < content.length; at += 30_001) all.add(content.subarray(at, at + 30_001));
  return all.finish();
})();

const range = fc.record({ offset: fc.nat(content.length + 10), length: fc.nat(content.length) });

test('every range of what was hashed is read as it is', () =>
  fc.assert(
    fc.asyncProperty(fc.array(range, { minLength: 1, maxLength: 5 }), async (ranges) => {
      const source = withPieces(sourceOf(content), pieces);
      for (const { offset, length } of ranges) {
        const bytes = await source.read(offset, length);
        expect(Buffer.from(bytes).equals(content.subarray(offset, offset + length))).toBe(true);
      }
    }),
  ));

test('no range that holds a byte of another content is read', () =>
  fc.assert(
    fc.asyncProperty(range, fc.nat(content.length - 1), async ({ offset, length }, at) => {
      const changed = Buffer.from(content);
      changed[at] = (content[at] ?? 0) ^ 1;
      const reading = withPieces(sourceOf(changed), pieces).read(offset, length);
      if (at >= offset && at < offset + length) await expect(reading).rejects.toThrow(MediaError);
      else await reading.catch((error) => expect(error).toBeInstanceOf(MediaError));
    }),
  ));

test.each([
  ['shorter', content.subarray(0, -1)],
  ['longer', Buffer.concat([content, Buffer.alloc(1)])],
])('a content that became %s is not read', async (_, changed) => {
  await expect(withPieces(sourceOf(changed), pieces).read(0, 10)).rejects.toThrow(
    'clip.mp4 changed while it was read; run again',
  );
});

test('a content that fills its pieces has no empty one behind them', async () => {
  const even = createPieces();
  even.add(Buffer.alloc(131_072));
  const { bytes, digests } = even.finish();
  expect([bytes, digests.length]).toEqual([131_072, 2]);
});
