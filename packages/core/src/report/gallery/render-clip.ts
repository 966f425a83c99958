import { anchorOf, encodePath } from './anchors.ts';
import type { ClipRole } from './clips.ts';
import { type Html, html } from './html.ts';
import type { GalleryClip, GalleryRow } from './model.ts';
import { breakable } from './names.ts';
import { type PageMedia, renderSource, type Shown } from './render-media.ts';

/** The clips of a row as figures, what was there before beside what takes its place. */
export function renderClips(row: GalleryRow, page: PageMedia): Html[] {
  return orderOf(row).flatMap((role) => {
    const clip = row.clips.find((candidate) => candidate.role === role);
    if (clip != null) return [renderClip(row, clip, page)];
    if (role !== 'output' || row.noVideo == null) return [];
    return [
      html`<figure class="output"><div class="frame empty"><p><strong>No video</strong><span>${row.noVideo}</span></p></div><figcaption><b>${labelOf(row, role)}</b></figcaption></figure>`,
    ];
  });
}

function orderOf({ clips }: GalleryRow): readonly ClipRole[] {
  return clips.some(({ role }) => role === 'output')
    ? ['character', 'motion', 'draft', 'before', 'output']
    : ['character', 'motion', 'before', 'draft', 'output'];
}

function labelOf({ clips }: GalleryRow, role: ClipRole): string {
  switch (role) {
    case 'character':
      return 'Character';
    case 'motion':
      return 'Reference';
    case 'draft':
      return 'Draft';
    case 'before':
      return 'Before';
    case 'output':
      return clips.some((clip) => clip.role === 'before') ? 'After' : 'Output';
  }
}

function renderClip(row: GalleryRow, clip: GalleryClip, page: PageMedia): Html {
  const isDraft = clip.role === 'draft' || (clip.role === 'output' && row.isDraft);
  const label = `${labelOf(row, clip.role)} of ${row.id}`;
  const anchor = anchorOf(row.id, clip.role);
  const shown = { key: clip.key, role: clip.role, anchor, label };
  return html`<figure class="${clip.role}" id="${anchor}">
<div class="frame">${isDraft ? html`<span class="tag">DRAFT</span>` : null}${renderSource(shown, page)}</div>
<figcaption><span class="file"><b>${labelOf(row, clip.role)}</b> ${renderName(clip)}</span><span class="links">${renderDownload(clip, shown, page)}<a href="#${anchor}" title="Permalink" aria-label="Link to ${label}">Link</a></span></figcaption>
</figure>`;
}

function renderName({ name, url }: GalleryClip): Html {
  const file = breakable(name.split('/').at(-1) ?? '');
  return url == null
    ? html`<span title="${name}">${file}</span>`
    : html`<a href="${url}" title="${name}" rel="noreferrer">${file}</a>`;
}

/** An embedded clip has no address: the script gives it one when the link is used. */
function renderDownload(clip: GalleryClip, { anchor, label }: Shown, page: PageMedia): Html | null {
  const source = page.media.get(clip.key);
  const name = downloadName(clip);
  if (source?.kind === 'embedded')
    return html`<a class="needs-script" href="#${anchor}" download="${name}" data-media="${page.numbers.get(clip.key) ?? -1}" aria-label="Download ${label}">Download</a>`;
  if (source?.kind === 'beside')
    return html`<a href="${encodePath(source.path)}" download="${name}" aria-label="Download ${label}">Download</a>`;
  return null;
}

/** On somebody's disk, too, what is no output must not look like one. */
function downloadName({ role, name }: GalleryClip): string {
  const file = name.split('/').at(-1) ?? '';
  return role === 'draft' || role === 'before' ? `${role}-${file}` : file;
}
