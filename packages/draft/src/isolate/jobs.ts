import { drawContactSheet, type SheetRequest } from '../stage/draw-contact-sheet.ts';
import { type DrawRequest, drawDraft } from '../stage/draw-draft.ts';
import type { CurrentFile, JobWatch } from '../stage/job-watch.ts';
import { type SampleRequest, takeSamples } from '../stage/take-samples.ts';
import { drawStrip, type StripReport, type StripRequest } from '../strip/draw-strip.ts';
import type { DraftProgress, DraftReport } from '../types.ts';
import { makeWebFile, type WebFileRequest } from '../web-file/make-web-file.ts';

/** Everything that hands untrusted bytes to native code, by name; requests and results are plain data. */
export interface Jobs {
  readonly webFile: { readonly request: WebFileRequest; readonly result: null };
  readonly draft: { readonly request: DrawRequest; readonly result: DraftReport };
  readonly contactSheet: { readonly request: SheetRequest; readonly result: null };
  readonly samples: { readonly request: SampleRequest; readonly result: readonly Uint8Array[] };
  readonly strip: { readonly request: StripRequest; readonly result: StripReport };
}
export type JobName = keyof Jobs;

export const JOBS: {
  readonly [Name in JobName]: (
    request: Jobs[Name]['request'],
    watch: JobWatch,
  ) => Promise<Jobs[Name]['result']>;
} = {
  draft: drawDraft,
  contactSheet: drawContactSheet,
  samples: takeSamples,
  strip: drawStrip,
  webFile: makeWebFile,
};

export interface JobMessage {
  readonly name: JobName;
  readonly request: unknown;
}

export type JobReply =
  | { readonly kind: 'enter'; readonly file: CurrentFile }
  | { readonly kind: 'alive' }
  | { readonly kind: 'progress'; readonly progress: DraftProgress }
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string };
