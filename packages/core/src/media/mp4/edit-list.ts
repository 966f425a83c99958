import type { ByteSource } from '../byte-source.ts';
import { readTicks, versionOf } from './box-fields.ts';
import { type Box, readBody, visitTable } from './boxes.ts';

/** The two clocks that an edit list mixes, in ticks a second. */
export interface EditClocks {
  readonly movie: number;
  readonly media: number;
}

/** What an edit list makes of a track, in seconds. */
export interface EditList {
  /** All segments, pauses included: where the track ends for whoever watches. */
  readonly totalSeconds: number;
  /** The segments that show something. */
  readonly playedSeconds: number;
  /** How far into the media the segments reach. */
  readonly reachSeconds: number;
  /** Where a segment starts that lasts to the end of the media, as fragmented files write it; `null` for none. */
  readonly openFromSeconds: number | null;
}

/** A rate of 1 in 16.16 fixed point. */
const NORMAL_RATE = 0x10000;

/** `elst` (ISO/IEC 14496-12, 8.6.6); `null` when it lists nothing. */
export async function readEditList(
  source: ByteSource,
  box: Box,
  clocks: EditClocks,
): Promise<EditList | null> {
  const view = await readBody(source, box, 8);
  const version = versionOf(view);
  const count = view.getUint32(4);
  if (count === 0) return null;
  const list = { totalSeconds: 0, playedSeconds: 0, reachSeconds: 0 };
  let openFromSeconds: number | null = null;
  const wide = version === 0 ? 4 : 8;
  const table = { offset: 8, entryBytes: 2 * wide + 4, count };
  await visitTable(source, box, table, (entry, at) => {
    const seconds = (readTicks(entry, at, version) ?? 0) / clocks.movie;
    const start = version === 0 ? entry.getInt32(at + wide) : Number(entry.getBigInt64(at + wide));
    list.totalSeconds += seconds;
    // A start of -1 is a pause before the media begins.
    if (start < 0) return;
    const startSeconds = start / clocks.media;
    if (seconds === 0) openFromSeconds ??= startSeconds;
    list.playedSeconds += seconds;
    const rate = Math.max(0, entry.getInt32(at + 2 * wide)) / NORMAL_RATE;
    list.reachSeconds = Math.max(list.reachSeconds, startSeconds + seconds * rate);
  });
  return { ...list, openFromSeconds };
}
