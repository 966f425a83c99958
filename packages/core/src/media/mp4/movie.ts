import { MediaError } from '../../model/errors.ts';
import type { DurationEvidence } from '../../model/media.ts';
import { type ByteSource, damaged } from '../byte-source.ts';
import { HEAD_BYTES, nameContent, refuseLfsPointer } from '../content.ts';
import {
  readEditList,
  readHandler,
  readHeaderClock,
  readSampleEntry,
  readTimeToSample,
  readTrackHeader,
  type SampleEntry,
  type TrackHeader,
} from './box-fields.ts';
import { type Box, childrenOf, findBox, readBoxes } from './boxes.ts';
import { type Fragments, readFragments } from './fragments.ts';

/** What an MP4 or MOV file says of itself. */
export interface Movie {
  readonly container: 'mp4' | 'mov';
  readonly boxes: readonly Box[];
  readonly tracks: readonly Track[];
  /** Every place that claims a duration, of the whole and of each track. */
  readonly evidence: readonly DurationEvidence[];
}

export interface Track {
  readonly header: TrackHeader;
  readonly handler: string;
  readonly entry: SampleEntry | null;
  readonly sampleCount: number;
  /** What its samples add up to, in fragments or not. */
  readonly seconds: number;
  readonly box: Box;
}

/** A clip has two or three; a thousand would only cost time. */
const MAX_TRACKS = 64;

/** Types that a file may start with (QuickTime files need no `ftyp`). */
const FIRST_TYPES = /^(ftyp|styp|moov|mdat|wide|free|skip|pnot|uuid|sidx|moof)$/;

/** Throws `MediaError` for anything but an undamaged MP4 or MOV. */
export async function readMovie(source: ByteSource): Promise<Movie> {
  await refuseLfsPointer(source);
  const container = await detectContainer(source);
  const boxes = await readBoxes(source);
  const [moov, second] = boxes.filter(({ type }) => type === 'moov');
  if (moov == null) throw damaged(source, 'it has no index (box "moov"), so it was cut off');
  if (second != null) throw damaged(source, 'it has two indexes (boxes "moov")');
  const movieHeader = findBox(moov, 'mvhd');
  if (movieHeader == null) throw damaged(source, 'its index has no header (box "mvhd")');
  const clock = await readHeaderClock(source, movieHeader);
  const fragments = await readFragments(source, boxes, moov);

  const claims = new EvidenceList(fragments != null);
  for (const box of childrenOf(moov, 'mvhd')) {
    const { timescale, ticks } = await readHeaderClock(source, box);
    claims.add('mvhd', ticks, timescale);
  }
  claims.add('mehd', fragments?.movieTicks ?? null, clock.timescale);
  for (const seconds of fragments?.indexSeconds ?? []) claims.add('sidx', seconds, 1);

  const trackBoxes = childrenOf(moov, 'trak');
  if (trackBoxes.length > MAX_TRACKS) throw damaged(source, `it has ${trackBoxes.length} tracks`);
  const tracks: Track[] = [];
  for (const box of trackBoxes) {
    tracks.push(
      await readTrack(source, box, { movieTimescale: clock.timescale, fragments, claims }),
    );
  }
  return { container, boxes, tracks, evidence: claims.items };
}

async function detectContainer(source: ByteSource): Promise<'mp4' | 'mov'> {
  const head = await source.read(0, HEAD_BYTES);
  const text = Buffer.from(head.subarray(0, 12)).toString('latin1');
  const content = nameContent(head);
  if (!FIRST_TYPES.test(text.slice(4, 8)) || content.endsWith('image')) {
    throw new MediaError(
      `${source.name} is not an MP4 or MOV video: it looks like ${content}; convert it to MP4 (H.264)`,
    );
  }
  return text.slice(4, 8) === 'ftyp' && text.slice(8, 12) !== 'qt  ' ? 'mp4' : 'mov';
}

interface Surroundings {
  readonly movieTimescale: number;
  readonly fragments: Fragments | null;
  readonly claims: EvidenceList;
}

async function readTrack(source: ByteSource, box: Box, around: Surroundings): Promise<Track> {
  const { movieTimescale, fragments, claims } = around;
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

  for (const one of childrenOf(box, 'tkhd')) {
    claims.add(`tkhd ${name}`, (await readTrackHeader(source, one)).ticks, movieTimescale);
  }
  for (const one of childrenOf(media, 'mdhd')) {
    const clock = await readHeaderClock(source, one);
    claims.add(`mdhd ${name}`, clock.ticks, clock.timescale);
  }
  for (const one of childrenOf(findBox(box, 'edts'), 'elst')) {
    claims.add(`edit list ${name}`, await readEditList(source, one), movieTimescale);
  }
  let [count, ticks] = [0, 0];
  for (const one of childrenOf(tables, 'stts')) {
    const samples = await readTimeToSample(source, one);
    claims.add(`stts ${name}`, samples.ticks, timescale);
    count += samples.count;
    ticks += samples.ticks;
  }
  const fragmented = fragments?.tracks.get(header.id);
  if (fragmented != null) {
    count += fragmented.count;
    claims.add(`fragments ${name}`, ticks + fragmented.spanTicks, timescale);
    ticks += fragmented.ticks;
  }
  const handler = findBox(media, 'hdlr');
  const description = findBox(tables, 'stsd');
  return {
    header,
    handler: handler == null ? '' : await readHandler(source, handler),
    entry: description == null ? null : await readSampleEntry(source, description),
    sampleCount: count,
    seconds: ticks / timescale,
    box,
  };
}

/** Unknown durations are no evidence, and in a fragmented file the zeros of its first part are none either. */
class EvidenceList {
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
