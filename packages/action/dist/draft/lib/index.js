export { writeContactSheet } from './contact-sheet.js';
export { CharacterUnreadableError, CodecMissingError, DraftError, DraftNotWrittenError, DraftOptionsError, DraftStoppedError, MotionUnreadableError, } from './errors.js';
export { describeMisfit } from './gate/gate.js';
export { renderDraft } from './render-draft.js';
export { samplePictures } from './sample-pictures.js';
export { LONGEST_SECONDS, } from './types.js';
