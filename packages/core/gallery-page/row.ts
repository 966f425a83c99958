import { within } from './elements.ts';
import { attachSource, detachSource } from './media.ts';
import { connect, type Scrubber, showState } from './scrubber.ts';
import { Transport } from './transport.ts';

/** One transfer of the page. */
export interface Row {
  readonly item: HTMLElement;
  readonly article: HTMLElement;
  /** Text to search in, lower case. */
  readonly text: string;
  /** `null` when nothing in it plays. */
  readonly transport: Transport | null;
  /** Clips that are loaded now. */
  clips(): readonly HTMLVideoElement[];
  /** The clip that is heard when sound is on. */
  heard(): HTMLVideoElement | null;
  load(): void;
  unload(): void;
}

export interface RowEvents {
  toggled(row: Row): void;
  loaded(row: Row, clip: HTMLVideoElement): void;
}

export function makeRow(item: HTMLElement, events: RowEvents): Row {
  const article = within(item, 'article', HTMLElement) ?? item;
  const pictures = [...item.querySelectorAll('img')];
  const videos = [...item.querySelectorAll('video')];
  const scrubber = findScrubber(item);
  let isLoaded = false;
  const clips = () => (isLoaded ? videos.filter((video) => video.error == null) : []);
  const transport =
    scrubber == null ? null : new Transport(clips, (state) => showState(scrubber, state, false));
  const row: Row = {
    item,
    article,
    text: (item.textContent ?? '').toLowerCase(),
    transport,
    clips,
    heard: () =>
      ['output', 'draft', 'motion']
        .map((role) => videos.find((video) => video.dataset.role === role))
        .find((video) => video != null) ?? null,
    load() {
      if (isLoaded) return;
      isLoaded = true;
      for (const element of [...pictures, ...videos]) attachSource(element);
    },
    unload() {
      if (!isLoaded) return;
      transport?.pause();
      isLoaded = false;
      for (const element of [...pictures, ...videos]) detachSource(element);
    },
  };
  if (scrubber != null && transport != null)
    connect(scrubber, transport, () => events.toggled(row));
  for (const video of videos) {
    video.addEventListener('loadedmetadata', () => {
      takeShape(item, video);
      events.loaded(row, video);
    });
    video.addEventListener('error', () => showUnplayable(video));
  }
  return row;
}

function findScrubber(item: HTMLElement): Scrubber | null {
  const button = within(item, '.controls .play', HTMLButtonElement);
  const range = within(item, '.controls input', HTMLInputElement);
  const time = within(item, '.controls .time', HTMLElement);
  if (button == null || range == null || time == null) return null;
  return { button, range, time, what: item.dataset.name ?? '' };
}

/** Frames are of the shape of the clips; the page was made with the best guess. */
function takeShape(item: HTMLElement, { videoWidth, videoHeight }: HTMLVideoElement): void {
  const aspect = videoWidth / videoHeight;
  const shape = aspect < 0.85 ? 'tall' : aspect > 1.2 ? 'wide' : 'square';
  for (const name of ['tall', 'square', 'wide']) item.classList.toggle(name, name === shape);
}

/** Codecs differ between browsers: a clip that this one cannot play says so. */
function showUnplayable(video: HTMLVideoElement): void {
  if (!video.hasAttribute('src')) return;
  const note = document.createElement('p');
  note.className = 'missing';
  const strong = document.createElement('strong');
  strong.textContent = 'Not shown here';
  const reason = document.createElement('span');
  reason.textContent = 'This browser cannot play the clip.';
  note.append(strong, reason);
  video.replaceWith(note);
}
