export { writeContactSheet } from './contact-sheet.js';
export { drawStrip, } from './draw-strip.js';
export { CharacterUnreadableError, CodecMissingError, DraftError, DraftNotWrittenError, DraftOptionsError, DraftStoppedError, MotionUnreadableError, WebFileNotWrittenError, } from './errors.js';
export { describeMisfit } from './gate/gate.js';
export { renderDraft } from './render-draft.js';
export { samplePictures } from './sample-pictures.js';
export { LONGEST_SECONDS, } from './types.js';
export { WEB_FILE_KINDS, WEB_FILE_SIZES, } from './web-file/formats.js';
export { writeWebFile } from './write-web-file.js';
