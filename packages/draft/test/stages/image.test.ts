import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxBlur } from '../../src/image/blur.ts';
import { boxReach, distanceTo } from '../../src/image/distance.ts';
import { closeGaps, dilate, fillHoles, findRegions } from '../../src/image/regions.ts';
import { resizePlane, rotatePlane, samplePlane } from '../../src/image/resize.ts';

const masks = fc
  .record({ width: fc.integer({ min: 1, max: 14 }), height: fc.integer({ min: 1, max: 14 }) })
  .chain(({ width, height }) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      data: fc.uint8Array({ minLength: width * height, maxLength: width * height, max: 1 }),
    }),
  );

test('square rings are counted to the nearest unset pixel', () => {
  fc.assert(
    fc.property(masks, ({ width, height, data }) => {
      const reach = boxReach(data, width, height);
      for (let p = 0; p < data.length; p++) {
        let nearest = 1e6;
        data.forEach((value, q) => {
          const across = Math.abs((p % width) - (q % width));
          const down = Math.abs(Math.floor(p / width) - Math.floor(q / width));
          if (value === 0) nearest = Math.min(nearest, Math.max(across, down));
        });
        if (nearest < 1e6) expect(reach[p]).toBe(nearest);
        else expect(reach[p]).toBeGreaterThanOrEqual(1e6);
      }
    }),
  );
});

test('the distance map equals a search over all pixels', () => {
  fc.assert(
    fc.property(masks, ({ width, height, data }) => {
      const distance = distanceTo(data, width, height, 'set');
      for (let p = 0; p < data.length; p++) {
        let nearest = Number.POSITIVE_INFINITY;
        data.forEach((value, q) => {
          if (value !== 0) {
            nearest = Math.min(
              nearest,
              Math.hypot((p % width) - (q % width), Math.floor(p / width) - Math.floor(q / width)),
            );
          }
        });
        if (nearest < 1e5) expect(distance[p]).toBeCloseTo(nearest, 3);
        else expect(distance[p]).toBeGreaterThan(1000);
      }
    }),
    { numRuns: 60 },
  );
});

test('a blur keeps a constant plane and the mean of its square', () => {
  const plane = new Float32Array(30).fill(7);
  const out = new Float32Array(30);
  boxBlur(plane, 6, 5, 2, out, new Float32Array(30));
  for (const value of out) expect(value).toBeCloseTo(7, 4);
  plane.fill(0);
  plane[2 * 6 + 3] = 9;
  boxBlur(plane, 6, 5, 1, out, new Float32Array(30));
  expect(out[2 * 6 + 3]).toBeCloseTo(1, 5);
  expect(out[1 * 6 + 2]).toBeCloseTo(1, 5);
  expect(out[0]).toBeCloseTo(0, 5);
});

test('shrinking averages areas, and any size gives the target size', () => {
  const plane = Uint8Array.from([10, 20, 30, 40, 10, 20, 30, 40]);
  expect([...resizePlane(plane, 4, 2, 4, 2, 1)]).toEqual([15, 35]);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      (a, b, c) => {
        const out = resizePlane(new Uint8Array(a * b).fill(77), a, b, a, c, b);
        expect(out.length).toBe(c * b);
        expect(out.every((value) => value === 77)).toBe(true);
      },
    ),
  );
});

test('sampling at scale 1 without offset copies the plane', () => {
  const plane = Uint8Array.from({ length: 12 }, (_, i) => i * 20);
  expect([...samplePlane(plane, 4, 3, 4, 3, 1, 1, 0, 0)]).toEqual([...plane]);
});

test('four quarter turns are the identity, and one turns clockwise', () => {
  const plane = Uint8Array.from([1, 2, 3, 4, 5, 6]);
  expect([...rotatePlane(plane, 3, 2, 90)]).toEqual([4, 1, 5, 2, 6, 3]);
  let turned: Uint8Array = plane;
  for (let i = 0; i < 4; i++)
    turned = rotatePlane(turned, i % 2 === 0 ? 3 : 2, i % 2 === 0 ? 2 : 3, 90);
  expect([...turned]).toEqual([...plane]);
});

test('regions are 4-connected and know their size and box', () => {
  const mask = Uint8Array.from([1, 1, 0, 0, 0, 1, 0, 1, 1]);
  const regions = findRegions(mask, 3, 3);
  expect(regions.count).toBe(2);
  expect(regions.sizes.slice(1).sort()).toEqual([2, 3]);
});

test('holes are filled, bays are not', () => {
  const ring = Uint8Array.from([1, 1, 1, 1, 0, 1, 1, 1, 1]);
  expect([...fillHoles(ring, 3, 3)]).toEqual(new Array(9).fill(1));
  const bay = Uint8Array.from([1, 1, 1, 1, 0, 0, 1, 1, 1]);
  expect([...fillHoles(bay, 3, 3)]).toEqual([...bay]);
});

test('dilating reaches its radius, closing removes small gaps only', () => {
  const mask = new Uint8Array(81);
  mask[4 * 9 + 4] = 1;
  expect(dilate(mask, 9, 9, 2).reduce((sum, value) => sum + value, 0)).toBe(13);
  const gap = new Uint8Array(27 * 9);
  for (let y = 3; y < 6; y++) for (let x = 3; x < 24; x++) if (x !== 13) gap[y * 27 + x] = 1;
  expect(closeGaps(gap, 27, 9, 2)[4 * 27 + 13]).toBe(1);
});
