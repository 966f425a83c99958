import { drawContactSheet } from '../stage/draw-contact-sheet.js';
import { drawDraft } from '../stage/draw-draft.js';
export const JOBS = { draft: drawDraft, contactSheet: drawContactSheet };
