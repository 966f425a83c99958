import { renderFrames } from '../render/render.ts';
import { segmentFrames } from '../segment/segment-frames.ts';
import { fillGrid } from '../track/fill-grid.ts';
import { findArms, findLegs } from '../track/find-limbs.ts';
import { findTorsos, fitHeight } from '../track/find-torsos.ts';
import { polishPose } from '../track/polish.ts';
import { fitShape } from '../track/proportions.ts';
import type { TaskRegistry } from '../workers/task.ts';
import { coverSubject, paintPlate } from './paint-stage.ts';
import { stageCharacter } from './stage-character.ts';

/** Everything that a draft hands to other threads. */
export const TASKS: TaskRegistry = {
  stageCharacter,
  segmentFrames,
  fillGrid,
  fitHeight,
  fitShape,
  findTorsos,
  findLegs,
  findArms,
  polishPose,
  coverSubject,
  paintPlate,
  renderFrames,
};
