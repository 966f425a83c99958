import type { Measured, PlanRow } from '../results.ts';
import { count, megabytes, renderTable, seconds } from './markdown.ts';
import { renderPlot } from './plot.ts';
import type { Section } from './section.ts';
import { ratio } from './target.ts';

export function reportPlan({ rows }: Measured<PlanRow>): Section {
  const find = (transfers: number, what: string) =>
    rows.find((row) => row.transfers === transfers && row.what === what);
  const nothing = find(10_000, 'node -e 0');
  const lines = [...new Set(rows.map(({ what }) => what))].map((what) => ({
    name: what,
    points: rows
      .filter((row) => row.what === what)
      .map((row) => ({ x: row.transfers, y: row.wallS })),
  }));
  return {
    name: 'plan',
    title: 'Plan',
    text: `The whole process of \`command: plan\`, the page cache warm. *New*: every byte of every character is read (60 KB each).
*Unchanged*: all outputs are there, committed with the lockfile, as after a checkout; 100,000 are 400 characters with 250 clips.
Beside it \`find | xargs -0 -P2 -n 500 sha256sum\` over the same assets, and Node doing nothing.`,
    targets: [
      {
        what: '10,000 new: wall time / sha256sum -P2',
        value: ratio(find(10_000, 'new')?.wallS, find(10_000, 'sha256sum')?.wallS),
        atMost: 1.5,
      },
      {
        what: '10,000 unchanged: wall time / `node -e 0` (0.5 s where that takes 33 ms)',
        value: ratio(find(10_000, 'unchanged')?.wallS, nothing?.wallS),
        atMost: 15,
      },
      {
        what: '10,000 unchanged: peak memory in MB',
        value: find(10_000, 'unchanged')?.peakMb ?? null,
        atMost: 150,
      },
      {
        what: '100,000 unchanged: wall time / `node -e 0` (5 s where that takes 33 ms)',
        value: ratio(find(100_000, 'unchanged')?.wallS, nothing?.wallS),
        atMost: 150,
      },
      {
        what: '100,000 unchanged: peak memory in MB',
        value: find(100_000, 'unchanged')?.peakMb ?? null,
        atMost: 600,
      },
    ],
    figures: renderTable(
      ['Transfers', '', 'Wall time', 'CPU', 'Peak memory'],
      rows.map((row) => [
        count(row.transfers),
        row.what,
        seconds(row.wallS),
        seconds(row.processorS),
        row.what === 'sha256sum' ? '-' : megabytes(row.peakMb),
      ]),
    ),
    plots: {
      'plan.svg': renderPlot({ title: 'Planning', x: 'transfers', y: 'seconds', lines }),
    },
  };
}
