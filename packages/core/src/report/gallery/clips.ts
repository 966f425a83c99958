import type { PlannedAsset, Step } from '../../model/plan.ts';
import type { TransferResult } from '../../model/results.ts';
import type { Report } from '../report.ts';
import { isStale } from '../row-state.ts';
import { joinResults, type ReportedTransfer } from '../rows.ts';

/** What a clip is to its transfer; the order is the one in which room is given to them. */
export const CLIP_ROLES = ['character', 'output', 'before', 'draft', 'motion'] as const;
export type ClipRole = (typeof CLIP_ROLES)[number];

/** Where the bytes of a clip are: `bundle` is the directory that becomes the artifact. */
export type ClipSource =
  | { readonly in: 'bundle'; readonly path: string }
  | { readonly in: 'workspace'; readonly path: string }
  /** What was at this path of the workspace before the run put something else there. */
  | { readonly in: 'earlier'; readonly path: string }
  | { readonly in: 'url'; readonly url: string };

export interface WantedClip {
  /** Equal for clips of several transfers that are one file. */
  readonly key: string;
  readonly role: ClipRole;
  readonly place: ClipSource;
}

/** The free draft of one transfer, as far as the gallery tells about it. */
export interface GalleryDraft {
  readonly id: string;
  /** Relative to `drafts/` of the bundle; `null` when there is none. */
  readonly path: string | null;
  readonly videoSeconds: number | null;
  readonly warnings: readonly string[];
  readonly problem: string | null;
}

/** One line of the gallery: a transfer, its draft and its clips. */
export interface GalleryEntry extends ReportedTransfer {
  readonly draft: GalleryDraft | null;
  readonly clips: readonly WantedClip[];
}

export function listEntries(report: Report, drafts: readonly GalleryDraft[]): GalleryEntry[] {
  const draftsById = new Map(drafts.map((draft) => [draft.id, draft]));
  return joinResults(report).map(({ id, step, result }) => {
    const draft = draftsById.get(id) ?? null;
    const clips = [
      step == null ? null : ofAsset('character', step.character),
      step == null ? null : ofAsset('motion', step.motion),
      ofDraft(draft),
      ofEarlierOutput(step),
      ofOutput(step, result),
    ];
    return { id, step, result, draft, clips: clips.filter((clip) => clip != null) };
  });
}

function ofAsset(role: ClipRole, { source }: PlannedAsset): WantedClip {
  return source.kind === 'url'
    ? clip(role, { in: 'url', url: source.url })
    : clip(role, { in: 'workspace', path: source.path });
}

function ofDraft(draft: GalleryDraft | null): WantedClip | null {
  return draft?.path == null ? null : clip('draft', { in: 'bundle', path: `drafts/${draft.path}` });
}

/** A stale output is shown beside what takes its place; there may be none any more. */
function ofEarlierOutput(step: Step | null): WantedClip | null {
  if (step == null || !isStale(step)) return null;
  return clip('before', { in: 'earlier', path: step.output });
}

/** What was made in this run is shown as it was verified; what is reused, as it lies there. */
function ofOutput(step: Step | null, result: TransferResult | null): WantedClip | null {
  if (result != null && ['generated', 'copied', 'collected'].includes(result.state)) {
    return clip('output', { in: 'bundle', path: result.output });
  }
  if (step?.action !== 'reuse' || (result != null && result.state !== 'reused')) return null;
  const path = result == null ? (step.copyFrom ?? step.output) : step.output;
  return clip('output', { in: 'workspace', path });
}

function clip(role: ClipRole, place: ClipSource): WantedClip {
  return { key: `${place.in}:${place.in === 'url' ? place.url : place.path}`, role, place };
}
