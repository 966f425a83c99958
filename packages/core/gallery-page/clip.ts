import { attachSource, detachSource } from './media.ts';

/** The place of a clip in its frame, as the page was made. */
export interface ClipPlace {
  readonly place: HTMLElement;
  /** `null` for a picture, and while it is not shown. */
  video: HTMLVideoElement | null;
}

/** Elements are made when a row comes near: a thousand players that nobody sees take seconds to make. */
export function showClip(clip: ClipPlace, onMetadata: (video: HTMLVideoElement) => void): void {
  const { place } = clip;
  const { kind, label = '', role = '' } = place.dataset;
  if (kind === 'picture') {
    const picture = document.createElement('img');
    picture.alt = label;
    picture.decoding = 'async';
    attachSource(picture, place.dataset);
    place.replaceChildren(picture);
    return;
  }
  const video = document.createElement('video');
  Object.assign(video, { muted: true, playsInline: true, disablePictureInPicture: true });
  video.preload = 'auto';
  video.ariaLabel = label;
  video.dataset.role = role;
  video.addEventListener('loadedmetadata', () => onMetadata(video));
  video.addEventListener('error', () => showUnplayable(clip, video));
  clip.video = video;
  attachSource(video, place.dataset);
  place.replaceChildren(video);
}

/** Takes it away again: a clip out of view costs no decoder and no memory. */
export function hideClip(clip: ClipPlace): void {
  const { place } = clip;
  clip.video = null;
  for (const element of place.querySelectorAll<HTMLImageElement | HTMLVideoElement>('img, video'))
    detachSource(element, place.dataset);
  place.replaceChildren();
}

/** Codecs differ between browsers: a clip that this one cannot play says so. */
function showUnplayable(clip: ClipPlace, video: HTMLVideoElement): void {
  if (clip.video !== video || !video.hasAttribute('src')) return;
  const note = document.createElement('p');
  note.className = 'missing';
  const strong = document.createElement('strong');
  strong.textContent = 'Not shown here';
  const reason = document.createElement('span');
  reason.textContent = 'This browser cannot play the clip.';
  note.append(strong, reason);
  hideClip(clip);
  clip.place.replaceChildren(note);
}
