import type { RowPrice } from '../row-price.ts';
import { anchorOf } from './anchors.ts';
import { type Html, html } from './html.ts';
import { playIcon } from './icons.ts';
import type { GalleryRow } from './model.ts';
import { breakable } from './names.ts';
import { renderClips } from './render-clip.ts';
import { isPicture, type PageMedia } from './render-media.ts';

/** One transfer: what it is, what it costs and why, beside its clips. */
export function renderRow(row: GalleryRow, index: number, page: PageMedia): Html {
  const title = `transfer-${index}`;
  const anchor = anchorOf(row.id);
  return html`<li class="row ${row.shape}" id="${anchor}" data-order="${index}" data-state="${row.state.code}" data-provider="${row.provider ?? ''}" data-price="${row.price.microUsd ?? -1}" data-seconds="${row.seconds ?? -1}" data-name="${row.id}">
<article aria-labelledby="${title}" tabindex="-1">
<div class="about">
<div class="name"><h2 id="${title}"><a href="#${anchor}">${breakable(row.id)}</a></h2>${row.output === `${row.id}.mp4` ? null : html`<p class="path">${breakable(row.output)}</p>`}</div>
<p class="badges"><span class="badge ${row.state.tone}">${row.state.label}</span>${row.isDraft && row.state.code !== 'draft' ? html`<span class="badge draft">DRAFT</span>` : null}${renderMark(row.warnings)}</p>
${renderPrice(row.price)}
${renderDetails(row)}
</div>
<div class="stage">
<div class="strip">
${renderClips(row, page)}
</div>
${renderControls(row, page)}
</div>
</article>
</li>`;
}

function renderPrice({ figure, mark }: RowPrice): Html | null {
  if (figure == null) return null;
  const kind = mark == null ? null : html` <span class="mark">${mark}</span>`;
  return html`<p class="price"><span class="figure">${figure}</span>${kind}</p>`;
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

function renderControls(row: GalleryRow, { media }: PageMedia): Html | null {
  const plays = row.clips.some(({ key }) => {
    const source = media.get(key);
    return (
      (source?.kind === 'embedded' || source?.kind === 'beside') && !isPicture(source.mimeType)
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
