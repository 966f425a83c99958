import { type Html, raw } from './html.ts';

/** Both faces of a play button; the style shows the one that fits. */
export const playIcon = icon(
  '<path class="when-paused" d="M4.5 2.5v11l8.5-5.5z"/><path class="when-playing" d="M4 3h2.8v10H4zm5.2 0H12v10H9.2z"/>',
);

/** A loudspeaker, crossed out while it is silent. */
export const soundIcon = icon(
  '<path d="M2 6v4h2.5L8 13V3L4.5 6z"/><path class="when-silent" d="m10.3 6.1 3.8 3.8m0-3.8-3.8 3.8"/><path class="when-heard" d="M10.5 5.8a3 3 0 0 1 0 4.4m1.9-6.2a5.5 5.5 0 0 1 0 8"/>',
);

export const themeIcon = icon(
  '<circle class="line" cx="8" cy="8" r="5.8"/><path d="M8 2.2a5.8 5.8 0 0 1 0 11.6z"/>',
);

export const keysIcon = icon(
  '<rect class="line" x="1.7" y="3.7" width="12.6" height="8.6" rx="1.5"/><path class="line" d="M4 6.2h1m1.7 0h1m1.7 0h1m1.6 0h.5M5 9.7h6"/>',
);

function icon(shapes: string): Html {
  return raw(`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${shapes}</svg>`);
}
