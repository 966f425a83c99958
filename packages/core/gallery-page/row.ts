import { type ClipPlace, hideClip, showClip } from './clip.ts';
import { within } from './elements.ts';
import { giveAddress } from './media.ts';
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
  const places = [...item.querySelectorAll<HTMLElement>('.clip')].map(
    (place): ClipPlace => ({ place, video: null }),
  );
  const scrubber = findScrubber(item);
  let isLoaded = false;
  const clips = () => places.flatMap(({ video }) => (video == null ? [] : [video]));
  const transport =
    scrubber == null ? null : new Transport(clips, (state) => showState(scrubber, state, false));
  const row: Row = {
    item,
    article,
    text: textOf(item),
    transport,
    clips,
    heard: () =>
      ['output', 'draft', 'before', 'motion']
        .map((role) => clips().find((video) => video.dataset.role === role))
        .find((video) => video != null) ?? null,
    load() {
      if (isLoaded) return;
      isLoaded = true;
      for (const place of places)
        showClip(place, (video) => {
          takeShape(item, video);
          events.loaded(row, video);
        });
    },
    unload() {
      if (!isLoaded) return;
      transport?.pause();
      isLoaded = false;
      for (const place of places) hideClip(place);
    },
  };
  for (const link of item.querySelectorAll<HTMLAnchorElement>('a[data-media]'))
    link.addEventListener('click', () => giveAddress(link));
  if (scrubber != null && transport != null)
    connect(scrubber, transport, () => events.toggled(row));
  return row;
}

/** Without the clips, which are text too. */
function textOf(item: HTMLElement): string {
  const parts = [...item.querySelectorAll('.about, .file, .empty')];
  return parts
    .map(({ textContent }) => textContent)
    .join(' ')
    .toLowerCase();
}

function findScrubber(item: HTMLElement): Scrubber | null {
  const button = within(item, '.controls .play', HTMLButtonElement);
  const range = within(item, '.controls input', HTMLInputElement);
  const time = within(item, '.controls .time', HTMLElement);
  if (button == null || range == null || time == null) return null;
  return { button, range, time, label: null, what: item.dataset.name ?? '' };
}

/** Frames are of the shape of the clips; the page was made with the best guess. */
function takeShape(item: HTMLElement, { videoWidth, videoHeight }: HTMLVideoElement): void {
  const aspect = videoWidth / videoHeight;
  const shape = aspect < 0.85 ? 'tall' : aspect > 1.2 ? 'wide' : 'square';
  for (const name of ['tall', 'square', 'wide']) item.classList.toggle(name, name === shape);
}
