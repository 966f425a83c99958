export { writeContactSheet } from './contact-sheet.ts';
export {
  drawStrip,
  type StripCell,
  type StripReport,
  type StripRequest,
  type StripRole,
} from './draw-strip.ts';
export {
  CharacterUnreadableError,
  CodecMissingError,
  DraftError,
  DraftNotWrittenError,
  DraftOptionsError,
  DraftStoppedError,
  MotionUnreadableError,
  WebFileNotWrittenError,
} from './errors.ts';
export { describeMisfit, type Misfit } from './gate/gate.ts';
export { renderDraft } from './render-draft.ts';
export type { Orientation } from './retarget/retarget.ts';
export { samplePictures } from './sample-pictures.ts';
export {
  type DraftOptions,
  type DraftProgress,
  type DraftReport,
  LONGEST_SECONDS,
  type Phase,
} from './types.ts';
export {
  WEB_FILE_KINDS,
  WEB_FILE_SIZES,
  type WebFileKind,
  type WebFileSize,
} from './web-file/formats.ts';
export { type WebFileOptions, writeWebFile } from './write-web-file.ts';
