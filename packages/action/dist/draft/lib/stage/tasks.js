import { renderFrames } from '../render/render.js';
import { segmentFrames } from '../segment/segment-frames.js';
import { fillGrid } from '../track/fill-grid.js';
import { findArms, findLegs } from '../track/find-limbs.js';
import { findTorsos, fitHeight } from '../track/find-torsos.js';
import { polishPose } from '../track/polish.js';
import { fitShape } from '../track/proportions.js';
import { coverSubject, paintPlate } from './paint-stage.js';
import { stageCharacter } from './stage-character.js';
/** Everything that a draft hands to other threads. */
export const TASKS = {
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
