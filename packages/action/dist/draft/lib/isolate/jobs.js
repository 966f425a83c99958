import { drawContactSheet } from '../stage/draw-contact-sheet.js';
import { drawDraft } from '../stage/draw-draft.js';
import { takeSamples } from '../stage/take-samples.js';
export const JOBS = { draft: drawDraft, contactSheet: drawContactSheet, samples: takeSamples };
