import { drawContactSheet } from '../stage/draw-contact-sheet.js';
import { drawDraft } from '../stage/draw-draft.js';
import { takeSamples } from '../stage/take-samples.js';
import { drawStrip } from '../strip/draw-strip.js';
import { makeWebFile } from '../web-file/make-web-file.js';
export const JOBS = {
    draft: drawDraft,
    contactSheet: drawContactSheet,
    samples: takeSamples,
    strip: drawStrip,
    webFile: makeWebFile,
};
