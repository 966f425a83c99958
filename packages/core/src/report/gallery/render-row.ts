import type { RowPrice } from '../row-price.ts';
import type { ClipRole } from './clips.ts';
import { type Html, html } from './html.ts';
import { playIcon } from './icons.ts';
import type { ClipMedia, GalleryClip, GalleryRow } from './model.ts';

type Media = ReadonlyMap<string, ClipMedia>;
type Numbers = ReadonlyMap<string, number>;

/** One transfer: what it is, what it costs and why, beside its clips. */
export function renderRow(row: GalleryRow, index: number, media: Media, numbers: Numbers): Html {
  const title = `transfer-${index}`;
  return html`<li class="row ${row.shape}" data-order="${index}" data-state="${row.state.code}" data-provider="${row.provider ?? ''}" data-price="${row.price.microUsd ?? -1}" data-seconds="${row.seconds ?? -1}" data-name="${row.id}">
<article aria-labelledby="${title}" tabindex="-1">
<div class="about">
<div class="name"><h2 id="${title}">${breakable(row.id)}</h2>${row.output === `${row.id}.mp4` ? null : html`<p class="path">${breakable(row.output)}</p>`}</div>
<p class="badges"><span class="badge ${row.state.tone}">${row.state.label}</span>${row.isDraft && row.state.code !== 'draft' ? html`<span class="badge draft">draft</span>` : null}${renderMark(row.warnings)}</p>
${renderPrice(row.price)}
${renderDetails(row)}
</div>
<div class="stage">
<div class="strip">
${(['character', 'motion', 'draft', 'output'] as const).flatMap((role) => renderRole(row, role, media, numbers))}
</div>
${renderControls(row, media)}
</div>
</article>
</li>`;
}

function renderPrice({ figure, mark }: RowPrice): Html | null {
  if (figure == null) return null;
  const kind = mark == null ? null : html` <span class="mark">${mark}</span>`;
  return html`<p class="price"><span class="figure">${figure}</span>${kind}</p>`;
}

/** A path may be broken after each of its parts, sooner than inside one. */
function breakable(path: string): Html {
  const parts = path.split('/').map((part) => html`${part}`.markup);
  return { markup: parts.join('/<wbr>') };
}

function renderDetails(row: GalleryRow): Html | null {
  const details = [
    ['Provider', row.provider],
    ['Model', row.model],
    ['Tier', row.tier],
    ['Orientation', row.orientation],
    ['Length', row.seconds == null ? null : `${formatSeconds(row.seconds)} s`],
    ['Take', row.take == null ? null : String(row.take)],
    ['Prompt', row.prompt],
  ] as const;
  const shown = details.flatMap(([label, value]) =>
    value == null ? [] : [html`<div><dt>${label}</dt><dd>${value}</dd></div>`],
  );
  return html`<dl class="details">${[...shown, ...renderList('Warning', row.warnings), ...renderList('Why', row.why)]}</dl>`;
}

/** So that it is seen without reading. */
function renderMark({ length }: readonly string[]): Html | null {
  if (length === 0) return null;
  return html`<span class="badge bad">${length === 1 ? 'warning' : `${length} warnings`}</span>`;
}

function renderList(title: string, sentences: readonly string[]): Html[] {
  if (sentences.length === 0) return [];
  const items = sentences.map((sentence) => html`<li>${sentence}</li>`);
  return [html`<div><dt>${title}</dt><dd><ul class="why">${items}</ul></dd></div>`];
}

const LABELS: Readonly<Record<ClipRole, string>> = {
  character: 'Character',
  motion: 'Reference',
  draft: 'Draft',
  output: 'Output',
};

function renderRole(row: GalleryRow, role: ClipRole, media: Media, numbers: Numbers): Html[] {
  const clip = row.clips.find((candidate) => candidate.role === role);
  if (clip != null) return [renderClip(row, clip, media, numbers)];
  if (role !== 'output' || row.noVideo == null) return [];
  return [
    html`<figure class="output"><div class="frame empty"><p><strong>No video</strong><span>${row.noVideo}</span></p></div><figcaption><b>Output</b></figcaption></figure>`,
  ];
}

function renderClip(row: GalleryRow, clip: GalleryClip, media: Media, numbers: Numbers): Html {
  const source = media.get(clip.key) ?? { kind: 'absent', reason: 'not available' };
  const isDraft = clip.role === 'draft' || (clip.role === 'output' && row.isDraft);
  const label = LABELS[clip.role];
  return html`<figure class="${clip.role}">
<div class="frame">${isDraft ? html`<span class="tag">draft</span>` : null}${renderSource(source, `${label} of ${row.id}`, numbers.get(clip.key) ?? -1, clip.role)}</div>
<figcaption><b>${label}</b> <span title="${clip.name}">${clip.name.split('/').at(-1) ?? ''}</span></figcaption>
</figure>`;
}

function renderSource(source: ClipMedia, label: string, number: number, role: ClipRole): Html {
  switch (source.kind) {
    case 'absent':
      return html`<p class="missing"><strong>Not shown here</strong><span>${source.reason}</span></p>`;
    case 'elsewhere':
      return html`<p class="missing"><strong>Not shown here</strong><span>${source.reason}</span><a href="${source.url}" rel="noreferrer">Open it</a></p>`;
    case 'embedded':
      return renderMediaElement(html`data-media="${number}"`, label, role, source.mimeType);
    case 'beside':
      return renderMediaElement(
        html`data-beside="${source.path.split('/').map(encodeURIComponent).join('/')}"`,
        label,
        role,
        source.mimeType,
      );
  }
}

function renderMediaElement(source: Html, label: string, role: ClipRole, mimeType: string): Html {
  return mimeType.startsWith('image/')
    ? html`<img ${source} alt="${label}" decoding="async">`
    : html`<video ${source} data-role="${role}" aria-label="${label}" muted playsinline disablepictureinpicture preload="auto"></video>`;
}

function renderControls(row: GalleryRow, media: Media): Html | null {
  const plays = row.clips.some(({ key }) => {
    const source = media.get(key);
    return (
      (source?.kind === 'embedded' || source?.kind === 'beside') &&
      source.mimeType.startsWith('video/')
    );
  });
  if (!plays) return null;
  const seconds = row.seconds ?? 0;
  return html`<div class="controls needs-script">
<button type="button" class="play" aria-label="Play ${row.id}">${playIcon}</button>
<input type="range" min="0" max="${seconds}" step="any" value="0" aria-label="Position of ${row.id}" aria-valuetext="0.0 seconds">
<span class="time">0.0 / ${formatSeconds(seconds)} s</span>
</div>`;
}

function formatSeconds(seconds: number): string {
  return seconds.toFixed(1);
}
