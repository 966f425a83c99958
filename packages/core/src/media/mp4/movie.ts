import { MediaError } from '../../model/errors.ts';
import type { DurationEvidence, VideoFacts } from '../../model/media/media.ts';
import { type ByteSource, damaged } from '../byte-source.ts';
import {
  adviseOn,
  containerOfBrand,
  HEAD_BYTES,
  nameContent,
  refuseLfsPointer,
} from '../content.ts';
import { readHeaderClock } from './box-fields.ts';
import { type Box, childrenOf, findBox, readBoxes, type Trailing } from './boxes.ts';
import { readFragments } from './fragments.ts';
import { ClaimList, readTrack, type Track } from './track.ts';

/** What an MP4 or MOV file says of itself. */
export interface Movie {
  readonly container: Exclude<VideoFacts['container'], 'webm'>;
  readonly boxes: readonly Box[];
  readonly tracks: readonly Track[];
  /** Every place that claims a duration of the whole. */
  readonly claims: readonly DurationEvidence[];
}

/** A clip has two or three; a thousand would only cost time. */
const MAX_TRACKS = 64;

/** Types that a file may start with (QuickTime files need no `ftyp`). */
const FIRST_TYPES = /^(ftyp|styp|moov|mdat|wide|free|skip|pnot|uuid|sidx|moof)$/;

/** Throws `MediaError` for anything but an undamaged MP4 or MOV. */
export async function readMovie(source: ByteSource, trailing: Trailing): Promise<Movie> {
  await refuseLfsPointer(source);
  const container = await detectContainer(source);
  const boxes = await readBoxes(source, trailing);
  const [moov, second] = boxes.filter(({ type }) => type === 'moov');
  if (moov == null) throw damaged(source, 'it has no index (box "moov"), so it was cut off');
  if (second != null) throw damaged(source, 'it has two indexes (boxes "moov")');
  const movieHeader = findBox(moov, 'mvhd');
  if (movieHeader == null) throw damaged(source, 'its index has no header (box "mvhd")');
  const clock = await readHeaderClock(source, movieHeader);
  const fragments = await readFragments(source, boxes, moov);

  const claims = new ClaimList(fragments != null);
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
    tracks.push(await readTrack(source, box, { movieTimescale: clock.timescale, fragments }));
  }
  return { container, boxes, tracks, claims: claims.items };
}

async function detectContainer(source: ByteSource): Promise<Movie['container']> {
  const head = await source.read(0, HEAD_BYTES);
  const text = Buffer.from(head.subarray(0, 12)).toString('latin1');
  const content = nameContent(head);
  if (!FIRST_TYPES.test(text.slice(4, 8)) || /(image|sound)$/.test(content)) {
    const advice = content.endsWith('image')
      ? 'give a video, MP4 (H.264)'
      : adviseOn(content, 'convert it to MP4 (H.264)');
    throw new MediaError(
      `${source.name} is not an MP4 or MOV video: it looks like ${content}; ${advice}`,
    );
  }
  return text.slice(4, 8) === 'ftyp' ? containerOfBrand(text.slice(8, 12)) : 'mov';
}
