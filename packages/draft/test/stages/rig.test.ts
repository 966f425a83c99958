import sharp from 'sharp';
import { expect, test } from 'vitest';
import { checkCharacter, checkMotion, checkTrack, describeMisfit } from '../../src/gate/gate.ts';
import { measureOutline } from '../../src/gate/outline.ts';
import { followLumps } from '../../src/gate/whole-body.ts';
import type { CharacterImage } from '../../src/image/character-image.ts';
import { BT601 } from '../../src/image/colour-coding.ts';
import { i420Size } from '../../src/image/i420.ts';
import { cutOut } from '../../src/matte/matte.ts';
import { averageProportions, DEGREE, JOINT, restPose } from '../../src/puppet/pose.ts';
import { renderFrames } from '../../src/render/render.ts';
import { retarget } from '../../src/retarget/retarget.ts';
import { DRAWN_LAYERS, paintLayers } from '../../src/rig/layers.ts';
import { buildMeshes } from '../../src/rig/mesh.ts';
import { stageCharacter } from '../../src/stage/stage-character.ts';
import { FIGURE } from '../helpers/media.ts';

async function loadFigure(background?: string): Promise<CharacterImage> {
  const image = sharp(Buffer.from(FIGURE));
  const { data, info } = await (background != null ? image.flatten({ background }) : image)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgba: new Uint8Array(data) };
}

const byAlpha = await loadFigure();
const staged = stageCharacter(null)(byAlpha);

function fitted() {
  const { fit, parts } = staged;
  if (fit == null || parts == null) throw new Error('the figure was not fitted');
  return { fit, parts };
}

test('a figure on a plain colour is cut out like its own alpha', async () => {
  const byColour = cutOut(await loadFigure('#cfe8ef'));
  const truth = cutOut(byAlpha);
  expect([truth.source, byColour.source]).toEqual(['alpha', 'border colours']);
  let both = 0;
  let either = 0;
  truth.mask.forEach((value, p) => {
    if (value !== 0 && byColour.mask[p] !== 0) both++;
    if (value !== 0 || byColour.mask[p] !== 0) either++;
  });
  expect(both / either).toBeGreaterThan(0.95);
});

test('the puppet fits a figure: head above hips, arms on their sides, feet at the bottom', () => {
  const { fit } = fitted();
  const at = (joint: number) => ({
    x: fit.joints[2 * joint] ?? 0,
    y: fit.joints[2 * joint + 1] ?? 0,
  });
  expect(fit.fit).toBeGreaterThan(0.85);
  expect(at(JOINT.headCentre).y).toBeLessThan(95);
  expect(at(JOINT.leftWrist).x).toBeLessThan(85);
  expect(at(JOINT.rightWrist).x).toBeGreaterThan(155);
  expect(at(JOINT.leftAnkle).y).toBeGreaterThan(290);
});

test('the identity pose reproduces the character', () => {
  const { fit, parts } = fitted();
  const textures = paintLayers(byAlpha, staged.matte, fit, parts, 1, BT601);
  expect(textures.map(({ layer }) => layer)).toEqual([...DRAWN_LAYERS]);
  const { width, height } = byAlpha;
  const size = i420Size(width, height);
  const plate = new Uint8Array(new SharedArrayBuffer(size)).fill(128);
  const slots = new Uint8Array(new SharedArrayBuffer(size));
  const meshes = buildMeshes(textures, fit, parts, 1);
  renderFrames({ width, height, plate, meshes, drawn: fit.joints, scale: 1, slots })({
    slot: 0,
    joints: fit.joints,
  });
  let worst = 0;
  let sum = 0;
  let count = 0;
  for (let p = 0; p < width * height; p++) {
    const y = Math.floor(p / width);
    // The mark is drawn into the corner; half-transparent edges belong to both.
    if (y > height - 30 || (byAlpha.rgba[4 * p + 3] ?? 0) < 255) continue;
    const [red = 0, green = 0, blue = 0] = byAlpha.rgba.subarray(4 * p, 4 * p + 3);
    const error = Math.abs(
      (slots[p] ?? 0) - (16 + (219 / 255) * (0.299 * red + 0.587 * green + 0.114 * blue)),
    );
    worst = Math.max(worst, error);
    sum += error;
    count++;
  }
  expect(sum / count).toBeLessThan(2);
  expect(worst).toBeLessThan(190);
});

test('a motion keeps its angles, its ground and the whole character inside the frame', () => {
  const { fit } = fitted();
  const poses = [0, 60, 120, 170].map((degrees) => {
    const pose = restPose(160, 120);
    pose.angles[2] = degrees * DEGREE;
    pose.angles[3] = degrees * DEGREE;
    return pose;
  });
  const times = Float64Array.from(poses, (_, f) => f / 4);
  const shape = averageProportions(220);
  const motion = retarget({ poses, shape, times }, fit, 'video', 320, 240);
  motion.joints.forEach((joints, f) => {
    const [sx = 0, sy = 0] = joints.subarray(2 * JOINT.rightShoulder);
    const [ex = 0, ey = 0] = joints.subarray(2 * JOINT.rightElbow);
    expect(Math.atan2(ex - sx, ey - sy) / DEGREE).toBeCloseTo(
      (poses[f]?.angles[2] ?? 0) / DEGREE,
      3,
    );
    for (let i = 0; i < joints.length; i += 2) {
      expect(joints[i]).toBeGreaterThan(0);
      expect(joints[i]).toBeLessThan(320);
      expect(joints[i + 1]).toBeGreaterThan(0);
      expect(joints[i + 1]).toBeLessThan(240);
    }
  });
  const feet = motion.joints.map((joints) =>
    Math.max(joints[2 * JOINT.leftAnkle + 1] ?? 0, joints[2 * JOINT.rightAnkle + 1] ?? 0),
  );
  for (const foot of feet) expect(foot).toBeCloseTo(feet[0] ?? 0, 3);
});

test('the gate names what does not fit in sentences', () => {
  const valid = {
    seenShare: 1,
    cameraDrift: 0,
    movingShare: 0.2,
    cutShare: 0,
    secondShare: 0,
    besideShare: 0,
  };
  expect(checkMotion(valid)).toEqual([]);
  expect(checkMotion({ ...valid, cameraDrift: 2, cutShare: 1 }).map(({ kind }) => kind)).toEqual([
    'moving camera',
    'half body',
  ]);
  expect(checkTrack({ fit: 0.9, legReach: 0.4, glideShare: 0 })).toEqual([]);
  expect(checkTrack({ fit: 0.4, legReach: 0.4, glideShare: 0 })[0]?.kind).toBe(
    'motion does not fit',
  );
  expect(checkTrack({ fit: 0.9, legReach: 0.1, glideShare: 0 })[0]?.kind).toBe('legs not seen');
  const gliding = { fit: 0.9, legReach: 0.4, glideShare: 0.9 };
  expect(checkTrack(gliding)[0]?.kind).toBe('panning camera');
  expect(checkMotion({ ...valid, cutShare: 0.9 })[0]?.kind).toBe('half body');
  expect(checkMotion({ ...valid, secondShare: 0.9 })[0]?.kind).toBe('several people');
  expect(checkMotion({ ...valid, besideShare: 0.6 })[0]?.kind).toBe('several people');
  const figure = {
    isSeparable: true,
    fit: 0.9,
    headShare: 0.2,
    legShare: 0.4,
    outline: { solidity: 0.7, aspect: 0.5, cutWidth: 0 },
  };
  expect(checkCharacter(figure)).toEqual([]);
  const misfits = [
    { ...figure, outline: { solidity: 0.95, aspect: 1, cutWidth: 0 } },
    { ...figure, outline: { solidity: 0.6, aspect: 1.5, cutWidth: 0 } },
    { ...figure, legShare: 0.1 },
    { ...figure, headShare: 0.35, outline: { ...figure.outline, cutWidth: 0.4 } },
    { ...figure, outline: { solidity: 0.7, aspect: 0.9, cutWidth: 0.9 } },
  ];
  for (const misfit of misfits)
    expect(checkCharacter(misfit)[0]?.kind).toBe('character is not humanoid');
  const gown = { ...figure, outline: { ...figure.outline, cutWidth: 0.4 } };
  expect(checkCharacter(gown)).toEqual([]);
  const busy = checkCharacter({ ...figure, isSeparable: false })[0];
  expect(busy?.kind).toBe('no separable character');
  if (busy != null) expect(describeMisfit(busy)).toMatch(/^The character .*\.$/);
});

test('a lump follows its subject and stays in the frame', () => {
  const lumps = Array.from({ length: 20 }, (_, i) => ({
    centreX: 10 * i,
    centreY: 50,
    top: 20,
    bottom: 90,
    lean: 0,
  }));
  const motion = followLumps(
    lumps,
    10,
    { width: 50, height: 100 },
    { width: 200, height: 100 },
    (x, y) => [x, y],
    true,
  );
  expect(motion.x[10]).toBeCloseTo(100, 0);
  for (const x of motion.x) expect(x).toBeGreaterThan(0);
  expect(Math.max(...motion.ground)).toBeLessThanOrEqual(100);
});

test('solidity is the share of the hull that is filled', () => {
  const square = new Uint8Array(100).fill(1);
  expect(measureOutline(square, 10, 10)).toEqual({ solidity: 1, aspect: 1, cutWidth: 1 });
  // An L of two arms 10 long and 2 wide: 36 of 10 * 10 - 8 * 8 / 2 pixels.
  const corner = square.map((_, p) => (p % 10 < 2 || p >= 80 ? 1 : 0));
  expect(measureOutline(corner, 10, 10).solidity).toBeCloseTo(36 / 68, 6);
  expect(measureOutline(new Uint8Array(100), 10, 10).solidity).toBe(0);
});

test('what is left of a busy picture or of lettering is no character: the picture stays whole', () => {
  const width = 120;
  const height = 90;
  const paint = (colourAt: (x: number, y: number) => number) => {
    const rgba = new Uint8Array(4 * width * height).fill(255);
    for (let p = 0; p < width * height; p++)
      for (let c = 0; c < 3; c++) rgba[4 * p + c] = colourAt(p % width, Math.floor(p / width));
    return { width, height, rgba };
  };
  const letters = paint((x, y) => (y > 30 && y < 60 && x > 10 && x < 110 && x % 25 < 15 ? 0 : 255));
  const busy = paint((x, y) => (((x >> 3) + (y >> 3)) * 23) % 251);
  for (const picture of [letters, busy]) {
    const matte = cutOut(picture);
    expect(matte.source).toBe('none');
    expect(matte.mask.every((value) => value === 1)).toBe(true);
    expect(matte.rgba).toEqual(picture.rgba);
  }
  const block = paint((x, y) => (y > 20 && y < 80 && x > 40 && x < 80 ? 0 : 255));
  expect(cutOut(block).source).toBe('border colours');
});
