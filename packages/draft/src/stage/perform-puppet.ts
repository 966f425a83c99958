import type { CharacterImage } from '../image/character-image.ts';
import type { ColourCoding } from '../image/colour-coding.ts';
import { clonePose } from '../puppet/pose.ts';
import { type Orientation, type PerformerMotion, retarget } from '../retarget/retarget.ts';
import { paintLayers, shownTextureScale } from '../rig/layers.ts';
import { buildMeshes } from '../rig/mesh.ts';
import { resamplePoses } from '../track/series.ts';
import type { TrackedMotion } from '../track/track.ts';
import type { StagedCharacter } from './stage-character.ts';
import { analysisToOutput, gridToAnalysis, type Performance, type Views } from './views.ts';

/** The performer's poses for every frame of the clip, in output pixels. */
export function motionInOutput(views: Views, tracked: TrackedMotion): PerformerMotion {
  const { footage } = views;
  const times = Float64Array.from(footage.tracked, (frame) => footage.times[frame]);
  const poses = resamplePoses(tracked.poses, times, footage.times);
  const toAnalysis = gridToAnalysis(views);
  const toOutput = analysisToOutput(views);
  const place = (x: number, y: number) => toOutput(...toAnalysis(x, y));
  const [, top] = place(0, 0);
  const [, bottom] = place(0, 1000);
  const scale = (bottom - top) / 1000;
  return {
    poses: poses.map((pose) => {
      const [x, y] = place(pose.x, pose.y);
      return { ...clonePose(pose), x, y };
    }),
    shape: { ...tracked.shape, height: tracked.shape.height * scale },
    times: footage.times,
  };
}

/** Dresses the puppet in the character and gives it the performer's motion. */
export function performPuppet(
  views: Views,
  tracked: TrackedMotion,
  staged: StagedCharacter,
  image: CharacterImage,
  orientation: Orientation,
  coding: ColourCoding,
): Performance {
  if (staged.fit == null || staged.parts == null)
    throw new Error('A puppet needs a fitted character.');
  const { size } = views;
  const motion = retarget(
    motionInOutput(views, tracked),
    staged.fit,
    orientation,
    size.width,
    size.height,
  );
  // Textures are painted at the size at which they are shown, so that sampling neither blurs nor flickers.
  const textureScale = shownTextureScale(motion.scale);
  const textures = paintLayers(image, staged.matte, staged.fit, staged.parts, textureScale, coding);
  return {
    meshes: buildMeshes(textures, staged.fit, staged.parts, textureScale),
    drawn: staged.fit.joints.map((value) => value * textureScale),
    scale: motion.scale / textureScale,
    joints: motion.joints,
  };
}
