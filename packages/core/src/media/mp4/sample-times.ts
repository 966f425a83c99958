import type { ByteSource } from '../byte-source.ts';
import { type Box, readBody, visitTable } from './boxes.ts';

export interface Samples {
  readonly count: number;
  readonly ticks: number;
}

/** So many samples in a row with one value: how the tables of times are written. */
export interface Run {
  readonly count: number;
  readonly value: number;
}

/** The runs of `stts` (ISO/IEC 14496-12, 8.6.1.2): how long each sample lasts. */
export function readTimeToSample(source: ByteSource, box: Box): Promise<Run[]> {
  return readRuns(source, box, (entry, at) => entry.getUint32(at));
}

/**
 * The runs of `ctts` (8.6.1.3): how much later than decoded each sample is shown. Signed in version 1, and by
 * QuickTime in version 0, which says that there it is not; no clip has an offset of 2^31 ticks.
 */
export function readCompositionOffsets(source: ByteSource, box: Box): Promise<Run[]> {
  return readRuns(source, box, (entry, at) => entry.getInt32(at));
}

async function readRuns(
  source: ByteSource,
  box: Box,
  read: (entry: DataView, at: number) => number,
): Promise<Run[]> {
  const view = await readBody(source, box, 8);
  const runs: Run[] = [];
  const table = { offset: 8, entryBytes: 8, count: view.getUint32(4) };
  await visitTable(source, box, table, (entry, at) => {
    const count = entry.getUint32(at);
    if (count > 0) runs.push({ count, value: read(entry, at + 4) });
  });
  return runs;
}

export function sumOf(durations: readonly Run[]): Samples {
  return durations.reduce<Samples>(
    (sum, { count, value }) => ({ count: sum.count + count, ticks: sum.ticks + count * value }),
    { count: 0, ticks: 0 },
  );
}

/** The number of samples in `stsz` (8.7.3.2) or `stz2` (8.7.3.3), which hold a size for each. */
export async function readSizeCount(source: ByteSource, box: Box): Promise<number> {
  return (await readBody(source, box, 12)).getUint32(8);
}

/** What the samples last where there are more of them than durations: players go on with the last one. */
export function ticksOf(durations: readonly Run[], sampleCount: number): number {
  const { count, ticks } = sumOf(durations);
  const last = durations.at(-1)?.value ?? 0;
  return ticks + Math.max(0, sampleCount - count) * last;
}

/** When the first sample is shown and the last one ends, in ticks. */
export interface Composition {
  readonly startTicks: number;
  readonly endTicks: number;
}

/** Samples behind the last offset are shown when they are decoded. */
export function compose(durations: readonly Run[], offsets: readonly Run[]): Composition {
  let startTicks = Number.POSITIVE_INFINITY;
  let endTicks = 0;
  let decodedAt = 0;
  let at = 0;
  let left = offsets[0]?.count ?? Number.POSITIVE_INFINITY;
  for (const { count, value: duration } of durations) {
    for (let rest = count; rest > 0; ) {
      const taken = Math.min(rest, left);
      const offset = offsets[at]?.value ?? 0;
      startTicks = Math.min(startTicks, decodedAt + offset);
      decodedAt += taken * duration;
      endTicks = Math.max(endTicks, decodedAt + offset);
      rest -= taken;
      left -= taken;
      if (left > 0) continue;
      at += 1;
      left = offsets[at]?.count ?? Number.POSITIVE_INFINITY;
    }
  }
  return { startTicks: Number.isFinite(startTicks) ? startTicks : 0, endTicks };
}

/** The samples of a clip with B-frames are all shown some frames late; what starts later than that is waited for. */
const MAX_REORDERING_SECONDS = 0.5;

/** How long the samples are shown. */
export function shownTicksOf({ startTicks, endTicks }: Composition, timescale: number): number {
  const isReordered = startTicks > 0 && startTicks <= MAX_REORDERING_SECONDS * timescale;
  return isReordered ? endTicks - startTicks : endTicks;
}
