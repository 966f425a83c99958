import { withoutQueries } from '../../model/redact.ts';
import type { Report } from '../report.ts';
import { type ClipRole, type GalleryDraft, listEntries, type WantedClip } from './clips.ts';
import { describeFacts, describeHeadline } from './facts.ts';
import { describeRow, type GalleryRowText } from './row-text.ts';

/** The bytes of a clip as the shell can offer them. */
export type ClipMedia =
  | { readonly kind: 'embedded'; readonly mimeType: string; readonly base64: string }
  /** A file beside the page, by its relative path: played from there. */
  | { readonly kind: 'beside'; readonly mimeType: string; readonly path: string }
  /** A page of its own, opened by a click. */
  | { readonly kind: 'elsewhere'; readonly url: string; readonly reason: string }
  | { readonly kind: 'absent'; readonly reason: string };

export interface GalleryClip {
  readonly role: ClipRole;
  /** Path or address, for people. */
  readonly name: string;
  /** What it is kept under in `Gallery.media`. */
  readonly key: string;
}

export interface GalleryRow extends GalleryRowText {
  readonly clips: readonly GalleryClip[];
  /** Why there is nothing to see at the place of the output; `null` when there is. */
  readonly noVideo: string | null;
}

export interface GalleryFact {
  readonly label: string;
  readonly value: string;
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
): Gallery {
  return {
    headline: describeHeadline(report),
    facts: describeFacts(report),
    failure: report.failure,
    notes: report.notes,
    media,
    rows: listEntries(report, drafts).map((entry) => {
      const text = describeRow(entry);
      const hasVideo = entry.clips.some(({ role }) => role === 'output' || role === 'draft');
      return {
        ...text,
        clips: entry.clips.map(({ key, role, place }) => ({ key, role, name: nameOf(place) })),
        noVideo: hasVideo ? null : (text.why[0] ?? text.state.label),
      };
    }),
  };
}

function nameOf(place: WantedClip['place']): string {
  return place.in === 'url' ? withoutQueries(place.url) : place.path;
}
