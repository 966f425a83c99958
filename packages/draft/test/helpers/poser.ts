import type { CharacterImage } from '../../src/image/character-image.ts';
import { BT601 } from '../../src/image/colour-coding.ts';
import { i420Size } from '../../src/image/i420.ts';
import { clonePose, DEGREE, type Pose, placeJoints } from '../../src/puppet/pose.ts';
import { renderFrames } from '../../src/render/render.ts';
import type { CharacterFit } from '../../src/rig/fit-character.ts';
import { type LayerTexture, paintLayers, shownTextureScale } from '../../src/rig/layers.ts';
import { buildMeshes, type Mesh } from '../../src/rig/mesh.ts';
import { stageCharacter } from '../../src/stage/stage-character.ts';

/** Limb angles in degrees, `Pose.angles` order; missing ones stay as drawn. `head` and `torso` are added to the drawing's. */
export interface TestPose {
  readonly limbs: readonly (number | null)[];
  readonly head?: number;
  readonly torso?: number;
}

const arms = (upper: number, fore: number): (number | null)[] => [-upper, -fore, upper, fore];

export const POSES = {
  drawn: { limbs: [] },
  'arms out': { limbs: arms(90, 90) },
  'arms up': { limbs: arms(150, 160) },
  'elbows bent': { limbs: arms(60, 185) },
  'elbows folded': { limbs: arms(40, -100) },
  jack: { limbs: [...arms(130, 130), -35, -35, 35, 35] },
  squat: { limbs: [...arms(80, 80), -70, 35, 70, -35] },
  step: { limbs: [-30, -10, 20, 60, -30, 0, 30, -90], torso: 6 },
  lean: { limbs: [-100, -60, 140, 120, -10, -10, 25, 10], torso: 14, head: 18 },
} satisfies Record<string, TestPose>;

export interface Shown {
  readonly size: number;
  /** Where the picture's corner lies in the scaled image. */
  readonly left: number;
  readonly top: number;
  /** Row-major. */
  readonly rgb: Uint8Array;
}

export interface Poser {
  readonly fit: CharacterFit;
  readonly boxHeight: number;
  readonly textures: readonly LayerTexture[];
  readonly meshes: readonly Mesh[];
  show(pose: TestPose, options: ShowOptions): Shown;
}

interface ShowOptions {
  /** Output pixels per image pixel. */
  readonly scale: number;
  readonly background: readonly [red: number, green: number, blue: number];
  readonly size: number;
}

/** A puppet of the character that can be put into poses without a clip. */
export function createPoser(image: CharacterImage): Poser {
  const { fit, parts, matte } = stageCharacter(null)(image);
  if (fit == null || parts == null) throw new Error('the character was not fitted');
  const boxHeight = fit.box.bottom - fit.box.top + 1;
  const paint = (scale: number) => {
    const textures = paintLayers(image, matte, fit, parts, scale, BT601);
    return { textures, meshes: buildMeshes(textures, fit, parts, scale) };
  };
  const atOne = paint(1);
  return {
    fit,
    boxHeight,
    ...atOne,
    show(pose, { scale, background, size }) {
      const textureScale = shownTextureScale(scale);
      const { meshes } = textureScale === 1 ? atOne : paint(textureScale);
      const joints = poseJoints(fit, pose).map((value) => value * scale);
      // Whole even pixels: at scale 1 the drawn pose then lands on the drawing's own pixels.
      const centreX = 2 * Math.round(((joints[0] ?? 0) - size / 2) / 2);
      const centreY = 2 * Math.round(((joints[1] ?? 0) - size * 0.62) / 2);
      const slots = new Uint8Array(new SharedArrayBuffer(i420Size(size, size)));
      renderFrames({
        width: size,
        height: size,
        plate: plain(size, background),
        meshes,
        drawn: fit.joints.map((value) => value * textureScale),
        scale: scale / textureScale,
        slots,
      })({ slot: 0, joints: joints.map((value, i) => value - (i % 2 === 0 ? centreX : centreY)) });
      return { size, left: centreX, top: centreY, rgb: toRgb(slots, size) };
    },
  };
}

/** Joints of a test pose in image pixels. */
export function poseJoints(fit: CharacterFit, pose: TestPose): Float64Array {
  const next: Pose = clonePose(fit.pose);
  next.torsoAngle += (pose.torso ?? 0) * DEGREE;
  next.headAngle += (pose.head ?? 0) * DEGREE;
  pose.limbs.forEach((degrees, bone) => {
    if (degrees != null) next.angles[bone] = degrees * DEGREE;
  });
  const [x = 0, y = 0] = fit.joints;
  return placeJoints({ ...next, x, y }, { ...fit.shape, height: fit.shape.height / fit.scale });
}

function plain(size: number, [red, green, blue]: readonly [number, number, number]): Uint8Array {
  const data = new Uint8Array(new SharedArrayBuffer(i420Size(size, size)));
  const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
  data.fill(Math.round(16 + (219 / 255) * luma), 0, size * size);
  data.fill(
    Math.round(128 + (112 / 255) * ((blue - luma) / 0.886)),
    size * size,
    1.25 * size * size,
  );
  data.fill(Math.round(128 + (112 / 255) * ((red - luma) / 0.701)), 1.25 * size * size);
  return data;
}

function toRgb(data: Uint8Array, size: number): Uint8Array {
  const rgb = new Uint8Array(3 * size * size);
  const clip = (value: number) => Math.max(0, Math.min(255, Math.round(value)));
  for (let y = 0, o = 0; y < size; y++) {
    for (let x = 0; x < size; x++, o += 3) {
      const c = size * size + (y >> 1) * (size >> 1) + (x >> 1);
      const luma = 1.164 * ((data[y * size + x] ?? 0) - 16);
      const u = (data[c] ?? 0) - 128;
      const v = (data[c + (size * size) / 4] ?? 0) - 128;
      rgb[o] = clip(luma + 1.596 * v);
      rgb[o + 1] = clip(luma - 0.392 * u - 0.813 * v);
      rgb[o + 2] = clip(luma + 2.017 * u);
    }
  }
  return rgb;
}
