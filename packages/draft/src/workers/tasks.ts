import { renderFrames } from '../render/render.ts';
import { segmentFrames } from '../segment/segment-frames.ts';
import { coverSubject, paintPlate } from '../stage/paint-stage.ts';
import { stageCharacter } from '../stage/stage-character.ts';
import { fillGrid } from '../track/fill-grid.ts';
import { findArms, findLegs } from '../track/find-limbs.ts';
import { findTorsos, fitHeight } from '../track/find-torsos.ts';
import { polishPose } from '../track/polish.ts';
import { fitShape } from '../track/proportions.ts';

/**
 * Everything a worker can do. Each task takes what its items have in common, prepares its scratch once, and returns the
 * function for one item. An item's result depends on the common part and the item alone, never on order, thread or
 * earlier items: that makes drafts identical for any number of workers.
 */
const TASKS = {
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
} as const;

export type TaskName = keyof typeof TASKS;
export type CommonOf<Name extends TaskName> = Parameters<(typeof TASKS)[Name]>[0];
export type ItemOf<Name extends TaskName> = Parameters<ReturnType<(typeof TASKS)[Name]>>[0];
export type ResultOf<Name extends TaskName> = ReturnType<ReturnType<(typeof TASKS)[Name]>>;

/** A task with its types forgotten, for the message channel between threads. */
export type AnyTask = (common: unknown) => (item: unknown) => unknown;

export function taskNamed(name: TaskName): AnyTask {
  return TASKS[name] as unknown as AnyTask;
}
