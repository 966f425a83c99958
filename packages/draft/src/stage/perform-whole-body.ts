import { isAboutCharacter, type Misfit } from '../gate/gate.ts';
import { followLumps, lumpJoints, measureLump, stiffMesh } from '../gate/whole-body.ts';
import type { CharacterImage } from '../image/character-image.ts';
import type { ColourCoding } from '../image/colour-coding.ts';
import { boundsOf } from '../image/picture.ts';
import { paintWhole, shownTextureScale } from '../rig/layers.ts';
import type { StagedCharacter } from './stage-character.ts';
import { analysisToOutput, type Performance, type Views } from './views.ts';

/** Moves the cut-out as one piece: place, lean and squash of the performer's outline. */
export function performWholeBody(
  views: Views,
  staged: StagedCharacter,
  image: CharacterImage,
  coding: ColourCoding,
  misfits: readonly Misfit[],
): Performance {
  const { footage, size, scene, evidence, boxes, trackedFps } = views;
  const area = scene.width * scene.height;
  const lumps = boxes.map((box, f) =>
    measureLump(evidence.subarray(f * area, (f + 1) * area), scene.width, box),
  );
  const whole = { left: 0, top: 0, right: image.width - 1, bottom: image.height - 1 };
  const box = boundsOf(staged.matte.mask, image.width, image.height) ?? whole;
  const figure = { width: box.right - box.left + 1, height: box.bottom - box.top + 1 };
  const isTrusted = misfits.every(isAboutCharacter);
  const motion = followLumps(lumps, trackedFps, figure, size, analysisToOutput(views), isTrusted);
  const textureScale = shownTextureScale(motion.scale);
  const feetX = ((box.left + box.right + 1) / 2) * textureScale;
  const feetY = (box.bottom + 1) * textureScale;
  const joints: Float64Array[] = [];
  let at = 0;
  for (let frame = 0; frame < footage.times.length; frame++) {
    while (at < footage.tracked.length - 1 && footage.tracked[at + 1] <= frame) at++;
    const next = Math.min(at + 1, footage.tracked.length - 1);
    const span = footage.tracked[next] - footage.tracked[at];
    const t = span > 0 ? (frame - footage.tracked[at]) / span : 0;
    const mix = (values: readonly number[]) => values[at] * (1 - t) + values[next] * t;
    const height = figure.height * motion.scale * mix(motion.stretch);
    joints.push(lumpJoints(mix(motion.x), mix(motion.ground), height, mix(motion.lean)));
  }
  return {
    meshes: [stiffMesh(paintWhole(image, staged.matte, textureScale, coding))],
    drawn: lumpJoints(feetX, feetY, figure.height * textureScale, 0),
    scale: motion.scale / textureScale,
    joints,
  };
}
