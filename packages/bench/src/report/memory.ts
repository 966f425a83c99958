import type { Measured, MemoryRow } from '../results.ts';
import { count, megabytes, renderTable, seconds } from './markdown.ts';
import type { Section } from './section.ts';
import { ratio, type Target } from './target.ts';

export function reportMemory({ rows }: Measured<MemoryRow>): Section {
  return {
    name: 'memory',
    title: 'Memory',
    text: `Jobs of exactly 2 s, so that all downloads begin at once. Our bundle uploads every video as an artifact too.
Peak memory is that of the process (VmHWM).`,
    targets: ['ours, no ledger', 'ours, git ledger'].flatMap((name) => targetsFor(rows, name)),
    figures: renderTable(
      ['Videos', 'Client', 'Peak memory', 'CPU', 'Wall time', 'Delivered'],
      rows.map((row) => [
        `${row.videos} x ${row.videoMb} MB`,
        row.client,
        megabytes(row.peakMb),
        seconds(row.processorS),
        seconds(row.wallS),
        count(row.delivered),
      ]),
    ),
    plots: {},
  };
}

function targetsFor(rows: readonly MemoryRow[], client: string): readonly Target[] {
  const peak = (videos: number, videoMb: number, name: string) =>
    rows.find((row) => row.videos === videos && row.videoMb === videoMb && row.client === name)
      ?.peakMb;
  const besideFloor = [
    [4, 200],
    [20, 20],
  ].map(([videos = 0, videoMb = 0]) => ({
    what: `${videos} x ${videoMb} MB, ${client}: peak memory / floor's`,
    value: ratio(peak(videos, videoMb, client), peak(videos, videoMb, 'floor')),
    atMost: 1.1,
  }));
  const flat = {
    what: `${client}: peak memory of 4 x 200 MB / 4 x 50 MB`,
    value: ratio(peak(4, 200, client), peak(4, 50, client)),
    atMost: 1.1,
  };
  return [...besideFloor, flat];
}
