import { encodePath } from './anchors.ts';
import type { ClipRole } from './clips.ts';
import { type Html, html, raw } from './html.ts';
import type { ClipMedia, Gallery } from './model.ts';

/** How the clips of one page are told apart. */
export interface PageMedia {
  readonly media: ReadonlyMap<string, ClipMedia>;
  readonly numbers: ReadonlyMap<string, number>;
  /** Anchor of the first place where a clip is shown. */
  readonly homes: ReadonlyMap<string, string>;
}

/** What is shown in one place of the page. */
export interface Shown {
  readonly key: string;
  readonly role: ClipRole;
  readonly anchor: string;
  readonly label: string;
}

/** Where the bytes of an embedded clip, as base64, have to be put; no text of others can hold a NUL. */
export const MEDIA_PLACE = /\0(\d+)\0/;

const placeOf = (number: number): Html => raw(`\0${number}\0`);

/**
 * The clip in its frame. An embedded one is in the page once, as what is shown without JavaScript: where
 * scripts run, the text of a `noscript` is text, from which the script takes the bytes when they are needed.
 */
export function renderSource(shown: Shown, page: PageMedia): Html {
  const source = page.media.get(shown.key) ?? { kind: 'absent', reason: 'not available' };
  switch (source.kind) {
    case 'absent':
      return html`<p class="missing"><strong>Not shown here</strong><span>${source.reason}</span></p>`;
    case 'elsewhere':
      return html`<p class="missing"><strong>Not shown here</strong><span>${source.reason}</span><a href="${source.url}" rel="noreferrer">Open it</a></p>`;
    case 'embedded': {
      const number = page.numbers.get(shown.key) ?? -1;
      return html`${renderPlace(html`data-media="${number}"`, shown, source.mimeType)}${renderEmbedded(shown, number, source.mimeType, page)}`;
    }
    case 'beside': {
      const path = encodePath(source.path);
      return html`${renderPlace(html`data-beside="${path}"`, shown, source.mimeType)}<noscript>${renderStill(html`src="${path}"`, shown, source.mimeType)}</noscript>`;
    }
  }
}

export function isPicture(mimeType: string): boolean {
  return mimeType.startsWith('image/');
}

/** Its place: the script makes the element when the row comes near. */
function renderPlace(source: Html, { label, role }: Shown, mimeType: string): Html {
  const kind = isPicture(mimeType) ? 'picture' : 'video';
  return html`<div class="clip" ${source} data-kind="${kind}" data-role="${role}" data-label="${label}"></div>`;
}

function renderEmbedded(shown: Shown, number: number, mimeType: string, page: PageMedia): Html {
  if (isPicture(mimeType))
    return html`<noscript><svg role="img" aria-label="${shown.label}"><use href="#picture-${number}"/></svg></noscript>`;
  const home = page.homes.get(shown.key) ?? shown.anchor;
  if (home !== shown.anchor)
    return html`<noscript><p class="missing"><a href="#${home}">The same clip is shown above</a></p></noscript>`;
  return html`<noscript id="media-${number}" data-type="${mimeType}">${renderStill(html`src="data:${mimeType};base64,${placeOf(number)}"`, shown, mimeType)}</noscript>`;
}

/** What needs no script: the browser's own controls, on the first picture. */
function renderStill(source: Html, { label }: Shown, mimeType: string): Html {
  return isPicture(mimeType)
    ? html`<img ${source} alt="${label}">`
    : html`<video ${source} aria-label="${label}" controls muted playsinline preload="metadata"></video>`;
}

/** Pictures are shown in many rows: they are at the end of the page, and drawn from there. */
export function renderPictures({ media, numbers }: PageMedia): Html[] {
  return [...media].flatMap(([key, clip]) => {
    const number = numbers.get(key) ?? -1;
    return clip.kind === 'embedded' && isPicture(clip.mimeType)
      ? [
          html`<noscript id="media-${number}" data-type="${clip.mimeType}"><svg width="0" height="0"><symbol id="picture-${number}"><image width="100%" height="100%" href="data:${clip.mimeType};base64,${placeOf(number)}"/></symbol></svg></noscript>`,
        ]
      : [];
  });
}

export function numberMedia({ media, rows }: Gallery, anchorOfClip: AnchorOfClip): PageMedia {
  const numbers = new Map([...media.keys()].map((key, index) => [key, index]));
  const homes = new Map<string, string>();
  for (const row of rows)
    for (const { key, role } of row.clips)
      if (!homes.has(key)) homes.set(key, anchorOfClip(row.id, role));
  return { media, numbers, homes };
}

type AnchorOfClip = (transferId: string, role: ClipRole) => string;
