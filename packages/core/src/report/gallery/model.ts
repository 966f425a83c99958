import { withoutQueries } from '../../model/secrets/redact.ts';
import { makeHeadline } from '../headline.ts';
import type { Report } from '../report.ts';
import { describeContract, makeRow, type ReportRow } from '../rows.ts';
import { notesOf } from '../shared-warnings.ts';
import { type ClipRole, type GalleryDraft, listEntries, type WantedClip } from './clips.ts';
import { describeDetails, describeDraft, type GalleryDetails } from './details.ts';
import { describeFacts, type GalleryFact } from './facts.ts';
import { type GalleryOrigin, permalinkOf } from './origin.ts';

/** The bytes of a clip as the shell can offer them. */
export type ClipMedia =
  /** Becomes part of the page where `renderGallery` leaves a place for it. */
  | { readonly kind: 'embedded'; readonly mimeType: string }
  /** A file beside the page, by its relative path: played from there. */
  | { readonly kind: 'beside'; readonly mimeType: string; readonly path: string }
  /** A page of its own, opened by a click. */
  | { readonly kind: 'elsewhere'; readonly url: string; readonly reason: string }
  | { readonly kind: 'absent'; readonly reason: string };

export interface GalleryClip {
  readonly role: ClipRole;
  /** Path or address, for people. */
  readonly name: string;
  /** Page of the file as the planned commit has it, or its own address; `null` where there is neither. */
  readonly url: string | null;
  /** What it is kept under in `Gallery.media`. */
  readonly key: string;
}

export interface GalleryRow extends ReportRow, GalleryDetails {
  readonly clips: readonly GalleryClip[];
  /** Why there is nothing to see at the place of the output; `null` when there is. */
  readonly noVideo: string | null;
}

/** Everything the page shows. */
export interface Gallery {
  readonly headline: string;
  readonly facts: readonly GalleryFact[];
  readonly failure: string | null;
  readonly notes: readonly string[];
  readonly rows: readonly GalleryRow[];
  readonly media: ReadonlyMap<string, ClipMedia>;
}

export function makeGallery(
  report: Report,
  drafts: readonly GalleryDraft[],
  media: ReadonlyMap<string, ClipMedia>,
  origin: GalleryOrigin,
): Gallery {
  const headline = makeHeadline(report);
  return {
    headline: headline.counts,
    facts: describeFacts(report, headline, origin),
    failure: report.failure,
    notes: notesOf(report),
    media,
    rows: listEntries(report, drafts).map((entry) => {
      const row = makeRow(entry, report.sharedWarnings);
      const reasons = [...row.why, ...describeContract(entry.step)];
      const why = [...row.outcome, ...reasons, ...describeDraft(entry)];
      const hasVideo = entry.clips.some(({ role }) => role === 'output' || role === 'draft');
      return {
        ...row,
        ...describeDetails(entry.step),
        // What stands at the place of the video is said there.
        why: hasVideo ? why : why.slice(1),
        seconds: entry.result?.videoSeconds ?? entry.draft?.videoSeconds ?? row.seconds,
        clips: entry.clips
          // An earlier output that is gone is no news.
          .filter(({ key, role }) => role !== 'before' || media.has(key))
          .map(({ key, role, place }) => ({
            key,
            role,
            name: nameOf(place),
            url: urlOf(place, report, origin),
          })),
        noVideo: hasVideo ? null : (why[0] ?? row.state.label),
      };
    }),
  };
}

function nameOf(place: WantedClip['place']): string {
  return place.in === 'url' ? withoutQueries(place.url) : place.path;
}

/** An address with a query may be signed, so that it is not linked. */
function urlOf(place: WantedClip['place'], report: Report, origin: GalleryOrigin): string | null {
  if (place.in === 'bundle') return null;
  if (place.in !== 'url') return permalinkOf(place.path, report, origin);
  return withoutQueries(place.url) === place.url && /^https?:/i.test(place.url) ? place.url : null;
}
