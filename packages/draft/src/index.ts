export { writeContactSheet } from './contact-sheet.ts';
export {
  CharacterUnreadableError,
  CodecMissingError,
  DraftError,
  DraftNotWrittenError,
  DraftOptionsError,
  DraftStoppedError,
  MotionUnreadableError,
} from './errors.ts';
export { describeMisfit, type Misfit } from './gate/gate.ts';
export { LONGEST_SECONDS, renderDraft } from './render-draft.ts';
export type { Orientation } from './retarget/retarget.ts';
export type { DraftOptions, DraftProgress, DraftReport, Phase } from './types.ts';
