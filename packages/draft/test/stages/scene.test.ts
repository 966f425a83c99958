import { expect, test } from 'vitest';
import { createRandom } from '../../src/image/random.ts';
import { paintBackdrop } from '../../src/plate/backdrop.ts';
import { evenExposure, measureGains } from '../../src/plate/exposure.ts';
import { pushPull } from '../../src/plate/push-pull.ts';
import { learnScene } from '../../src/plate/scene.ts';
import { createSegmentScratch, segmentFrame } from '../../src/segment/segment.ts';
import { paintBox, plainPicture } from '../helpers/shapes.ts';

const WIDTH = 120;
const HEIGHT = 80;

/** A box that walks over a wall with a picture on it. */
function walkingBox(frames: number) {
  const random = createRandom(3);
  return Array.from({ length: frames }, (_, f) => {
    const picture = plainPicture(WIDTH, HEIGHT, 90);
    paintBox(picture, 60, 20, 12, 12, 150, 100, 170);
    paintBox(picture, 10 + 2 * f, 25, 16, 40, 200, 150, 90);
    for (let p = 0; p < picture.y.length; p++)
      picture.y[p] = (picture.y[p] ?? 0) + Math.floor(3 * random());
    return picture;
  });
}

test('the plate shows the wall and its picture, without who walks by', () => {
  const scene = learnScene(walkingBox(40));
  const at = (x: number, y: number) => scene.plate.y[y * WIDTH + x] ?? 0;
  expect(Math.abs(at(65, 26) - 151)).toBeLessThan(5);
  expect(Math.abs(at(40, 40) - 91)).toBeLessThan(5);
  expect(scene.region[10]).toBe(0);
});

test('a walking box is segmented to within its edge', () => {
  const pictures = walkingBox(40);
  const scene = learnScene(pictures);
  const evidence = new Int8Array(WIDTH * HEIGHT);
  for (const f of [5, 20, 33]) {
    const picture = pictures[f];
    if (picture == null) throw new Error('no such frame');
    segmentFrame(scene, picture, createSegmentScratch(WIDTH, HEIGHT), evidence);
    let both = 0;
    let either = 0;
    for (let p = 0; p < evidence.length; p++) {
      const x = p % WIDTH;
      const y = Math.floor(p / WIDTH);
      const truth = x >= 10 + 2 * f && x < 26 + 2 * f && y >= 25 && y < 65;
      const found = (evidence[p] ?? 0) > 0;
      if (truth && found) both++;
      if (truth || found) either++;
    }
    expect(both / either).toBeGreaterThan(0.75);
  }
});

test('push-pull keeps what is known and fills the rest between its neighbours', () => {
  const values = Float32Array.from({ length: 64 }, (_, p) => (p % 8 < 4 ? 10 : 50));
  const weights = new Float32Array(64).fill(1);
  for (let y = 2; y < 6; y++) for (let x = 2; x < 6; x++) weights[y * 8 + x] = 0;
  const before = values.slice();
  const known = weights.slice();
  for (let p = 0; p < 64; p++) if (known[p] === 0) values[p] = 0;
  pushPull(values, weights, 8, 8);
  for (let p = 0; p < 64; p++) {
    if (known[p] === 1) expect(values[p]).toBe(before[p]);
    else {
      expect(values[p]).toBeGreaterThanOrEqual(10);
      expect(values[p]).toBeLessThanOrEqual(50);
    }
  }
});

test('a backdrop is the median of what is not covered', () => {
  const picture = (luma: number) => ({
    width: 16,
    height: 16,
    data: new Uint8Array(384).fill(luma),
  });
  const covered = new Uint8Array(16);
  const all = new Uint8Array(16).fill(1);
  const backdrop = paintBackdrop(
    [
      { picture: picture(50), covered },
      { picture: picture(250), covered: all },
      { picture: picture(60), covered },
      { picture: picture(55), covered },
    ],
    4,
    4,
  );
  expect([...backdrop.data].every((value) => value === 55)).toBe(true);
});

/** A walking box in light of the given strengths. */
function litBox(strengths: readonly number[]) {
  const pictures = walkingBox(strengths.length);
  for (const [f, strength] of strengths.entries()) {
    const { y } = pictures[f] ?? { y: new Uint8Array(0) };
    for (let p = 0; p < y.length; p++) y[p] = 16 + ((y[p] ?? 0) - 16) * strength;
  }
  return pictures;
}

test('flickering light is evened out, and frames too dark to see show their neighbours', () => {
  const strengths = Array.from({ length: 24 }, (_, f) => 1 + 0.2 * Math.sin(2 * f));
  strengths[0] = 0.05;
  const pictures = litBox(strengths);
  const luma = (f: number) => pictures[f]?.y[5 * WIDTH + 5] ?? 0;
  evenExposure({ pictures, backdrops: [] });
  for (let f = 0; f < 24; f++) expect(Math.abs(luma(f) - luma(12))).toBeLessThan(5);
  expect(pictures[0]?.y).toEqual(pictures[1]?.y);
});

test('steady light changes nothing, whoever walks by', () => {
  expect(measureGains(walkingBox(40))).toEqual(new Array(40).fill(1));
});
