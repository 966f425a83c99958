import { anchorOf } from './anchors.ts';
import type { GalleryFact } from './facts.ts';
import { type Html, html, raw } from './html.ts';
import { keysIcon, playIcon, soundIcon, themeIcon } from './icons.ts';
import type { Gallery } from './model.ts';
import { breakable } from './names.ts';
import { pageScript, pageStyle } from './page.generated.ts';
import { MEDIA_PLACE, numberMedia, renderPictures } from './render-media.ts';
import { renderRow } from './render-row.ts';

/** A piece of the page, in order: text as it is, or the clip of this key in `Gallery.media`, as base64. */
export type GalleryPart = string | { readonly key: string };

/**
 * The whole gallery as one page that needs nothing but itself: no request leaves it (its policy allows
 * none), and its pictures and videos are there without scripts, too. Clips are left to whoever writes the page,
 * so that it is never in memory as a whole.
 */
export function renderGallery(gallery: Gallery): GalleryPart[] {
  const keys = [...gallery.media.keys()];
  return renderPage(gallery)
    .split(MEDIA_PLACE)
    .map((part, index) => (index % 2 === 0 ? part : { key: keys[Number(part)] ?? '' }));
}

function renderPage(gallery: Gallery): string {
  const media = numberMedia(gallery, anchorOf);
  const rows = gallery.rows.map((row, index) => renderRow(row, index, media));
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policyOf(gallery))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${gallery.headline} - Motion Transfer</title>
<style>${raw(pageStyle.text)}</style>
</head>
<body>
<a class="skip" href="#transfers">Skip to the transfers</a>
<header class="top">
${renderTitle(gallery)}
${renderFilters(gallery)}
</header>
<main id="transfers" tabindex="-1" aria-label="Transfers">
<p id="count" class="count" role="status">${countOf(gallery.rows.length)}</p>
<ol class="rows">
${rows}
</ol>
<p id="none" class="none" hidden>No transfer fits the filter. <button type="button" id="clear" class="text-button">Show all</button></p>
</main>
${renderTransport(gallery)}
${renderHelp()}
<div class="pictures">
${renderPictures(media)}
</div>
<script type="module">${raw(`${pageScript.text}</script>`)}
</body>
</html>
`;
  return page.markup;
}

function countOf(rows: number): string {
  return `${rows} ${rows === 1 ? 'transfer' : 'transfers'}`;
}

/** Clips beside the page are read from there, and from nowhere else: `file:` is the same for a page on disk. */
function policyOf({ media }: Gallery): string {
  const beside = [...media.values()].some(({ kind }) => kind === 'beside');
  const sources = beside ? "data: blob: 'self' file:" : 'data: blob:';
  return [
    "default-src 'none'",
    `img-src ${sources}`,
    `media-src ${sources}`,
    `style-src '${pageStyle.sha256}'`,
    `script-src '${pageScript.sha256}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function renderTitle({ headline, facts, failure, notes }: Gallery): Html {
  return html`<div class="title">
<p class="brand">Motion Transfer</p>
<h1>${headline}</h1>
<dl class="totals">
${facts.filter(({ isMain }) => isMain).map(renderFact)}
</dl>
<details class="origin" id="origin" open><summary>Limits, commit, run</summary>
<dl class="totals">
${facts.filter(({ isMain }) => !isMain).map(renderFact)}
</dl>
</details>
${failure == null ? null : html`<p class="failure">${failure}</p>`}
${
  notes.length === 0
    ? null
    : html`<details class="notes"><summary>${notes.length} ${notes.length === 1 ? 'note' : 'notes'}</summary><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul></details>`
}
<noscript><p class="failure hint">Without JavaScript each video is played by itself; playing in step, filtering and sorting need it: download this page and open it in a browser.</p></noscript>
</div>`;
}

function renderFact({ label, value, url }: GalleryFact): Html {
  const text = breakable(value);
  return html`<div><dt>${label}</dt><dd>${url == null ? text : html`<a href="${url}" rel="noreferrer">${text}</a>`}</dd></div>`;
}

function renderFilters({ rows }: Gallery): Html {
  const states = new Map(rows.map(({ state }) => [state.code, state.label]));
  const providers = new Set(rows.flatMap(({ provider }) => (provider == null ? [] : [provider])));
  return html`<form class="filters needs-script" role="search" aria-label="Filter and sort">
<label class="search"><span>Filter</span><input id="filter" type="search" placeholder="Name, path, prompt" autocomplete="off" spellcheck="false" aria-keyshortcuts="/"></label>
<button type="button" id="more-filters" class="tool" aria-expanded="false" aria-controls="choices">Sort, filter</button>
<div id="choices" class="choices">
<label><span>State</span><select id="state"><option value="">All</option>${[...states].map(([code, label]) => html`<option value="${code}">${label}</option>`)}</select></label>
<label><span>Provider</span><select id="provider"><option value="">All</option>${[...providers].map((provider) => html`<option value="${provider}">${provider}</option>`)}</select></label>
<label><span>Sort</span><select id="sort"><option value="order">Plan order</option><option value="name">Name</option><option value="price">Price, highest first</option><option value="seconds">Length, longest first</option><option value="state">State</option></select></label>
</div>
</form>`;
}

function renderTransport({ rows }: Gallery): Html {
  const longest = Math.max(0, ...rows.map(({ seconds }) => seconds ?? 0));
  return html`<section class="transport needs-script" aria-label="Playback of all">
<button type="button" id="play-all" class="play" aria-label="Play all in view" aria-keyshortcuts="a">${playIcon}<span id="play-label" class="play-label">Play all</span></button>
<input type="range" id="scrub-all" min="0" max="${longest}" step="any" value="0" aria-label="Position of all" aria-valuetext="0.0 seconds">
<span id="time-all" class="time">0.0 s</span>
<button type="button" id="sound" class="tool" aria-pressed="false" aria-label="Sound" title="Sound (m)" aria-keyshortcuts="m">${soundIcon}</button>
<button type="button" id="theme" class="tool" aria-label="Switch between light and dark" title="Light or dark (t)" aria-keyshortcuts="t">${themeIcon}</button>
<button type="button" id="keys" class="tool" aria-label="Keys" title="Keys (?)" aria-haspopup="dialog" aria-keyshortcuts="?">${keysIcon}</button>
</section>`;
}

const KEYS = [
  ['Space', 'Play or pause this transfer'],
  ['←  →', 'One frame back or on; with Shift, one second'],
  ['j  k', 'Next, previous transfer'],
  ['a', 'Play or pause all in view'],
  ['/', 'Filter; Esc leaves it'],
  ['m', 'Sound on or off'],
  ['t', 'Light or dark'],
  ['?', 'This list'],
] as const;

function renderHelp(): Html {
  return html`<dialog id="help" aria-labelledby="help-title">
<h2 id="help-title">Keys</h2>
<dl class="keys">
${KEYS.map(([key, meaning]) => html`<div><dt>${key.split('  ').map((name) => html`<kbd>${name}</kbd>`)}</dt><dd>${meaning}</dd></div>`)}
</dl>
<form method="dialog"><button class="close">Close</button></form>
</dialog>`;
}
