import { expect, test } from 'vitest';
import type { I420 } from '../../src/image/i420.ts';
import { paintBackdrop } from '../../src/plate/backdrop.ts';
import { findSources } from '../../src/plate/sources.ts';

/** A striped wall above a dark floor, twice as fine as the masks. */
function stripedRoom(width: number, height: number): I420 {
  const data = new Uint8Array((width * height * 3) / 2).fill(128);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      data[y * width + x] = y > 0.7 * height ? 40 : x % 16 < 8 ? 180 : 110;
  }
  return { width, height, data };
}

test('stripes and the edge of the floor go on behind what was never seen', () => {
  const room = stripedRoom(240, 160);
  const covered = new Uint8Array(120 * 80);
  for (let y = 20; y < 70; y++) covered.fill(1, y * 120 + 50, y * 120 + 72);
  const picture = { ...room, data: room.data.slice() };
  for (let y = 40; y < 140; y++) picture.data.fill(230, y * 240 + 100, y * 240 + 144);
  const samples = [{ picture, covered }];
  const { data } = paintBackdrop(samples, 120, 80);
  let error = 0;
  for (let p = 0; p < 240 * 160; p++) error += Math.abs((data[p] ?? 0) - (room.data[p] ?? 0));
  // A smooth fill is wrong by 30 levels and more on average.
  expect(error / (44 * 100)).toBeLessThan(4);
  expect(paintBackdrop(samples, 120, 80).data).toEqual(data);
});

test('sources lie where the picture is seen, and nothing is copied when nothing is seen', () => {
  const width = 40;
  const height = 30;
  const plane = () => Float32Array.from({ length: width * height }, (_, p) => (p * 7) % 200);
  const planes = { y: plane(), u: plane(), v: plane() };
  const hidden = new Uint8Array(width * height);
  for (let y = 10; y < 30; y++) hidden.fill(1, y * width, y * width + 9);
  const sources = findSources(planes, hidden, width, height);
  sources.forEach((source, p) => {
    if (hidden[p] === 0) expect(source).toBe(-1);
    else expect(hidden[source]).toBe(0);
  });
  expect(findSources(planes, hidden.fill(1), width, height).every((s) => s === -1)).toBe(true);
});
