/** Blob URLs of the clips that lie in the page as text, made when first shown, shared, and given back. */
const shown = new Map<string, { readonly url: string; users: number }>();

/** Gives an `img` or `video` its source. */
export function attachSource(element: HTMLImageElement | HTMLVideoElement): void {
  const { media, beside } = element.dataset;
  if (beside != null) element.src = beside;
  else if (media != null) element.src = acquire(media);
}

/** Takes it away again: a clip out of view costs no decoder and no memory. */
export function detachSource(element: HTMLImageElement | HTMLVideoElement): void {
  if (!element.hasAttribute('src')) return;
  element.removeAttribute('src');
  if (element instanceof HTMLVideoElement) element.load();
  if (element.dataset.media != null) release(element.dataset.media);
}

function acquire(media: string): string {
  const known = shown.get(media);
  if (known != null) {
    known.users += 1;
    return known.url;
  }
  const block = document.getElementById(`media-${media}`);
  const blob = new Blob([decodeBase64(block?.textContent ?? '')], {
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

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
