import type { DurationEvidence } from '../../model/media/media.ts';
import { type ByteSource, damaged } from '../byte-source.ts';
import { isNearAny, MAX_DISAGREEMENT_SECONDS, spreadOf } from '../durations.ts';
import {
  readHandler,
  readHeaderClock,
  readSampleEntry,
  readTrackHeader,
  type SampleEntry,
  type TrackHeader,
} from './box-fields.ts';
import { type Box, childrenOf, findBox } from './boxes.ts';
import { type EditList, readEditList } from './edit-list.ts';
import type { Fragments } from './fragments.ts';
import {
  compose,
  type Run,
  readCompositionOffsets,
  readSizeCount,
  readTimeToSample,
  shownTicksOf,
  sumOf,
  ticksOf,
} from './sample-times.ts';

export interface Track {
  readonly header: TrackHeader;
  readonly handler: string;
  readonly entry: SampleEntry | null;
  readonly sampleCount: number;
  /** What its samples add up to, in fragments or not. */
  readonly mediaSeconds: number;
  /** What of them is shown: the edit list may leave some out. */
  readonly playedSeconds: number;
  /** Every place that claims a duration of this track. */
  readonly claims: readonly DurationEvidence[];
  /** Those of them that cannot be true together; empty where all agree. */
  readonly contradiction: readonly DurationEvidence[];
  readonly box: Box;
}

export interface Surroundings {
  readonly movieTimescale: number;
  readonly fragments: Fragments | null;
}

/** Everything that a track says of itself. Throws `MediaError` when it has no header. */
export async function readTrack(
  source: ByteSource,
  box: Box,
  { movieTimescale, fragments }: Surroundings,
): Promise<Track> {
  const media = findBox(box, 'mdia');
  const tables = findBox(media, 'minf', 'stbl');
  const headerBox = findBox(box, 'tkhd');
  const mediaHeader = findBox(media, 'mdhd');
  if (headerBox == null || mediaHeader == null) {
    throw damaged(source, `the track at byte ${box.start} has no header`);
  }
  const header = await readTrackHeader(source, headerBox);
  const { timescale } = await readHeaderClock(source, mediaHeader);
  const name = `of track ${header.id}`;

  const shown = new ClaimList(fragments != null);
  for (const one of childrenOf(box, 'tkhd')) {
    shown.add(`tkhd ${name}`, (await readTrackHeader(source, one)).ticks, movieTimescale);
  }
  const stored = new ClaimList(fragments != null);
  for (const one of childrenOf(media, 'mdhd')) {
    const clock = await readHeaderClock(source, one);
    stored.add(`mdhd ${name}`, clock.ticks, clock.timescale);
  }
  const edited = new ClaimList(fragments != null);
  let edits: EditList | null = null;
  for (const one of childrenOf(findBox(box, 'edts'), 'elst')) {
    const list = await readEditList(source, one, { movie: movieTimescale, media: timescale });
    edited.add(`edit list ${name}`, list?.totalSeconds ?? null, 1);
    edits ??= list;
  }
  const durations: Run[] = [];
  for (const one of childrenOf(tables, 'stts')) {
    const runs = await readTimeToSample(source, one);
    stored.add(`stts ${name}`, sumOf(runs).ticks, timescale);
    durations.push(...runs);
  }
  const offsetTable = findBox(tables, 'ctts');
  const offsets = offsetTable == null ? [] : await readCompositionOffsets(source, offsetTable);
  const composed = compose(durations, offsets);
  if (offsets.length > 0) {
    stored.add(`ctts ${name}`, shownTicksOf(composed, timescale), timescale);
  }
  let { count, ticks } = sumOf(durations);
  for (const one of [...childrenOf(tables, 'stsz'), ...childrenOf(tables, 'stz2')]) {
    const sizes = await readSizeCount(source, one);
    if (sizes > count) stored.add(`${one.type} ${name}`, ticksOf(durations, sizes), timescale);
  }
  const fragmented = fragments?.tracks.get(header.id);
  if (fragmented != null) {
    count += fragmented.count;
    stored.add(`fragments ${name}`, ticks + fragmented.spanTicks, timescale);
    const span = fragmented.shown;
    if (span != null) {
      const shownTicks = Math.max(0, span.endTicks - Math.max(span.startTicks, 0));
      stored.add(`composition offsets in fragments ${name}`, ticks + shownTicks, timescale);
    }
    ticks += fragmented.ticks;
  }
  const handler = findBox(media, 'hdlr');
  const description = findBox(tables, 'stsd');
  const mediaSeconds = ticks / timescale;
  const endSeconds = Math.max(mediaSeconds, composed.endTicks / timescale);
  return {
    header,
    handler: handler == null ? '' : await readHandler(source, handler),
    entry: description == null ? null : await readSampleEntry(source, description),
    sampleCount: count,
    mediaSeconds,
    playedSeconds: playedOf(edits, mediaSeconds, endSeconds),
    claims: [...shown.items, ...stored.items, ...edited.items],
    contradiction: findContradiction(shown.items, stored.items, edited.items, edits),
    box,
  };
}

/** An edit list counts in the movie's clock, which may be coarse: so little is no cut. */
const EDIT_ROUNDING_SECONDS = 0.05;

/** The whole media where the edit list leaves nothing out, or leaves nothing. */
function playedOf(edits: EditList | null, mediaSeconds: number, endSeconds: number): number {
  if (edits == null) return mediaSeconds;
  const { playedSeconds, reachSeconds, openFromSeconds } = edits;
  const missing = Math.max(0, reachSeconds - endSeconds);
  const open = openFromSeconds == null ? 0 : Math.max(0, endSeconds - openFromSeconds);
  const seconds = playedSeconds - missing + open;
  const isWhole = seconds <= 0 || Math.abs(seconds - mediaSeconds) <= EDIT_ROUNDING_SECONDS;
  return isWhole ? mediaSeconds : seconds;
}

/**
 * The media header and the tables speak of what is stored and must agree. The edit list may leave some of it out,
 * but not reach behind its end. The track header speaks of what is shown, of either kind.
 */
function findContradiction(
  shown: readonly DurationEvidence[],
  stored: readonly DurationEvidence[],
  edited: readonly DurationEvidence[],
  edits: EditList | null,
): readonly DurationEvidence[] {
  if (spreadOf(stored) > MAX_DISAGREEMENT_SECONDS) return stored;
  const storedSeconds = Math.max(...stored.map(({ seconds }) => seconds), 0);
  if ((edits?.reachSeconds ?? 0) > storedSeconds + MAX_DISAGREEMENT_SECONDS) {
    return [...stored, ...edited];
  }
  const others = [...stored, ...edited];
  const isAlone = shown.some(({ seconds }) => !isNearAny(seconds, others));
  return isAlone ? [...shown, ...others] : [];
}

/** Unknown durations are no claim, and in a fragmented file the zeros of its first part are none either. */
export class ClaimList {
  readonly items: DurationEvidence[] = [];
  readonly #isFragmented: boolean;

  constructor(isFragmented: boolean) {
    this.#isFragmented = isFragmented;
  }

  add(source: string, ticks: number | null, timescale: number): void {
    if (ticks == null || (ticks === 0 && this.#isFragmented)) return;
    this.items.push({ source, seconds: ticks / timescale });
  }
}
