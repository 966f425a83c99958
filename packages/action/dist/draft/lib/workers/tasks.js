import { renderFrames } from '../render/render.js';
import { segmentFrames } from '../segment/segment-frames.js';
import { coverSubject, paintPlate } from '../stage/paint-stage.js';
import { stageCharacter } from '../stage/stage-character.js';
import { fillGrid } from '../track/fill-grid.js';
import { findArms, findLegs } from '../track/find-limbs.js';
import { findTorsos, fitHeight } from '../track/find-torsos.js';
import { polishPose } from '../track/polish.js';
import { fitShape } from '../track/proportions.js';
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
};
export function taskNamed(name) {
    return TASKS[name];
}
