import { type ByteSource, damaged } from '../byte-source.ts';
import { flagsOf, readFragmentStart, readMovieExtends, versionOf } from './box-fields.ts';
import { type Box, childrenOf, findBox, readBody, visitTable } from './boxes.ts';
import type { Composition, Samples } from './sample-times.ts';

/** What the fragments of one track add up to, in the track's clock. */
export interface FragmentedTrack extends Samples {
  /** From the start of the first fragment to the end of the last. */
  readonly spanTicks: number;
  /** When the first sample is shown and the last one ends; `null` where they are shown as they are decoded. */
  readonly shown: Composition | null;
}

export interface Fragments {
  /** By track id. */
  readonly tracks: ReadonlyMap<number, FragmentedTrack>;
  /** `mehd`, in the movie's clock. */
  readonly movieTicks: number | null;
  /** Seconds that each `sidx` index promises, by the stream it is about. */
  readonly indexSeconds: readonly number[];
}

/** Adds up everything that a fragmented file says of its length; `null` for a file without fragments. */
export async function readFragments(
  source: ByteSource,
  top: readonly Box[],
  moov: Box,
): Promise<Fragments | null> {
  const extension = findBox(moov, 'mvex');
  const fragments = top.filter(({ type }) => type === 'moof');
  if (extension == null && fragments.length === 0) return null;

  const defaults = await readDefaults(source, childrenOf(extension, 'trex'));
  const tracks = new Map<number, RunningTrack>();
  for (const fragment of fragments) {
    for (const box of childrenOf(fragment, 'traf')) {
      await addFragment(source, box, defaults, tracks);
    }
  }
  const mehd = findBox(extension, 'mehd');
  return {
    tracks: new Map([...tracks].map(([id, track]) => [id, finish(track)])),
    movieTicks: mehd == null ? null : await readMovieExtends(source, mehd),
    indexSeconds: await readIndexes(source, top),
  };
}

interface RunningTrack {
  count: number;
  ticks: number;
  first: number | null;
  end: number;
  shown: Composition;
  hasOffsets: boolean;
}

const NOTHING_SHOWN: Composition = { startTicks: Number.POSITIVE_INFINITY, endTicks: 0 };

function finish(track: RunningTrack): FragmentedTrack {
  const { count, ticks, first, end, shown, hasOffsets } = track;
  const spanTicks = Math.max(ticks, end - (first ?? 0));
  return { count, ticks, spanTicks, shown: hasOffsets ? shown : null };
}

/** Default sample durations by track id, from `trex` (8.8.3). */
async function readDefaults(
  source: ByteSource,
  boxes: readonly Box[],
): Promise<ReadonlyMap<number, number>> {
  const defaults = new Map<number, number>();
  for (const box of boxes) {
    const view = await readBody(source, box, 16);
    defaults.set(view.getUint32(4), view.getUint32(12));
  }
  return defaults;
}

async function addFragment(
  source: ByteSource,
  traf: Box,
  defaults: ReadonlyMap<number, number>,
  tracks: Map<number, RunningTrack>,
): Promise<void> {
  const header = findBox(traf, 'tfhd');
  if (header == null) throw damaged(source, `the fragment at byte ${traf.start} names no track`);
  const { id, duration } = await readFragmentHeader(source, header);
  const sampleTicks = duration ?? defaults.get(id) ?? 0;
  const track: RunningTrack = tracks.get(id) ?? {
    count: 0,
    ticks: 0,
    first: null,
    end: 0,
    shown: NOTHING_SHOWN,
    hasOffsets: false,
  };
  tracks.set(id, track);

  const start = findBox(traf, 'tfdt');
  const at = (start == null ? null : await readFragmentStart(source, start)) ?? track.end;
  let ticks = 0;
  for (const run of childrenOf(traf, 'trun')) {
    const samples = await readRun(source, run, sampleTicks);
    if (samples.count > 0) track.shown = unite(track.shown, samples.shown, at + ticks);
    track.hasOffsets ||= samples.hasOffsets;
    track.count += samples.count;
    ticks += samples.ticks;
  }
  track.ticks += ticks;
  track.first = Math.min(track.first ?? at, at);
  track.end = Math.max(track.end, at + ticks);
}

function unite(before: Composition, run: Composition, startsAt: number): Composition {
  return {
    startTicks: Math.min(before.startTicks, startsAt + run.startTicks),
    endTicks: Math.max(before.endTicks, startsAt + run.endTicks),
  };
}

/** `tfhd` (8.8.7): track id, and the default sample duration behind two optional fields. */
async function readFragmentHeader(
  source: ByteSource,
  box: Box,
): Promise<{ readonly id: number; readonly duration: number | null }> {
  const view = await readBody(source, box, 8);
  const flags = flagsOf(view);
  const id = view.getUint32(4);
  if ((flags & 0x8) === 0) return { id, duration: null };
  const offset = 8 + ((flags & 0x1) !== 0 ? 8 : 0) + ((flags & 0x2) !== 0 ? 4 : 0);
  if (view.byteLength < offset + 4) throw damaged(source, 'tfhd is too short');
  return { id, duration: view.getUint32(offset) };
}

/** Samples in decoding order, and when the first of them is shown and the last one ends, from the start of the run. */
interface FragmentRun extends Samples {
  readonly shown: Composition;
  readonly hasOffsets: boolean;
}

/** `trun` (8.8.8): sample durations, each on its own or all the default; and how much later each is shown. */
async function readRun(source: ByteSource, box: Box, sampleTicks: number): Promise<FragmentRun> {
  const view = await readBody(source, box, 8);
  const flags = flagsOf(view);
  const count = view.getUint32(4);
  const hasDurations = (flags & 0x100) !== 0;
  const hasOffsets = (flags & 0x800) !== 0;
  if (!hasDurations && !hasOffsets) {
    const ticks = count * sampleTicks;
    return { count, ticks, shown: { startTicks: 0, endTicks: ticks }, hasOffsets };
  }
  const fields = [0x100, 0x200, 0x400, 0x800].filter((flag) => (flags & flag) !== 0).length;
  const offset = 8 + ((flags & 0x1) !== 0 ? 4 : 0) + ((flags & 0x4) !== 0 ? 4 : 0);
  let ticks = 0;
  const shown = { startTicks: Number.POSITIVE_INFINITY, endTicks: 0 };
  const table = { offset, entryBytes: 4 * fields, count };
  await visitTable(source, box, table, (entry, at) => {
    const late = hasOffsets ? entry.getInt32(at + table.entryBytes - 4) : 0;
    shown.startTicks = Math.min(shown.startTicks, ticks + late);
    ticks += hasDurations ? entry.getUint32(at) : sampleTicks;
    shown.endTicks = Math.max(shown.endTicks, ticks + late);
  });
  return { count, ticks, shown, hasOffsets };
}

/** Seconds by `reference_ID`; references to further indexes are left out, they list the same media. */
async function readIndexes(source: ByteSource, top: readonly Box[]): Promise<number[]> {
  const seconds = new Map<number, number>();
  for (const box of top) {
    if (box.type !== 'sidx') continue;
    const view = await readBody(source, box, 24);
    const counts = versionOf(view) === 0 ? 20 : 28;
    if (view.byteLength < counts + 4) throw damaged(source, 'sidx is too short');
    const timescale = view.getUint32(8);
    if (timescale === 0) throw damaged(source, 'sidx says that a second has 0 ticks');
    let ticks = 0;
    const table = { offset: counts + 4, entryBytes: 12, count: view.getUint16(counts + 2) };
    await visitTable(source, box, table, (entry, at) => {
      const isMedia = entry.getUint32(at) < 0x8000_0000;
      if (isMedia) ticks += entry.getUint32(at + 4);
    });
    const stream = view.getUint32(4);
    seconds.set(stream, (seconds.get(stream) ?? 0) + ticks / timescale);
  }
  return [...seconds.values()];
}
