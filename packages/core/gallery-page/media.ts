/** Blob URLs of the clips that are text in the page, made when first shown, shared, and given back. */
const shown = new Map<string, { readonly url: string; users: number }>();

type Source = Readonly<DOMStringMap>;

/** Gives an `img` or `video` its source. */
export function attachSource(
  element: HTMLImageElement | HTMLVideoElement,
  { media, beside }: Source,
): void {
  if (beside != null) element.src = beside;
  else if (media != null) element.src = acquire(media);
}

/** Takes it away again. */
export function detachSource(
  element: HTMLImageElement | HTMLVideoElement,
  { media }: Source,
): void {
  if (!element.hasAttribute('src')) return;
  element.removeAttribute('src');
  if (element instanceof HTMLVideoElement) element.load();
  if (media != null) release(media);
}

/** Gives a download link its address; the browser reads it after the click, so that it is kept. */
export function giveAddress(link: HTMLAnchorElement): void {
  const { media } = link.dataset;
  if (media == null || link.href.startsWith('blob:')) return;
  link.href = acquire(media);
}

function acquire(media: string): string {
  const known = shown.get(media);
  if (known != null) {
    known.users += 1;
    return known.url;
  }
  const block = document.getElementById(`media-${media}`);
  const blob = new Blob([decodeBase64(base64In(block?.textContent ?? ''))], {
    type: block?.dataset.type ?? '',
  });
  const url = URL.createObjectURL(blob);
  shown.set(media, { url, users: 1 });
  return url;
}

function release(media: string): void {
  const known = shown.get(media);
  if (known == null) return;
  known.users -= 1;
  if (known.users > 0) return;
  URL.revokeObjectURL(known.url);
  shown.delete(media);
}

const BEGIN = ';base64,';

/** What a `noscript` holds is markup with a data URL; here it is text. */
function base64In(markup: string): string {
  const at = markup.indexOf(BEGIN);
  if (at < 0) return '';
  return markup.slice(at + BEGIN.length, markup.indexOf('"', at));
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
