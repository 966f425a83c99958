import type { GrowthRow, Measured } from '../results.ts';
import { count, renderTable } from './markdown.ts';
import { renderPlot } from './plot.ts';
import type { Section } from './section.ts';
import { bend } from './target.ts';

export function reportGrowth({ rows }: Measured<GrowthRow>): Section {
  const sizes = [...new Set(rows.map(({ transfers }) => transfers))];
  const names = [...new Set(rows.map(({ what }) => what))];
  const pointsOf = (what: string) => rows.filter((row) => row.what === what);
  const plotOf = (title: string, unit: GrowthRow['unit'], y: string) =>
    renderPlot({
      title,
      y,
      x: 'transfers',
      lines: names
        .filter((what) => pointsOf(what)[0]?.unit === unit)
        .map((what) => ({
          name: what,
          points: pointsOf(what).map(({ transfers, value }) => ({ x: transfers, y: value })),
        })),
    });
  return {
    name: 'growth',
    title: 'Growth',
    text: `Processor time, memory, and the size of what is written, of plans up to 10,000 new transfers and runs up to 1,000 with
jobs of 0.1 s. The target compares what each further transfer costs in the last step with the step before it.`,
    targets: names.map((what) => ({
      what: `${what}: each further transfer in the last step / in the step before`,
      value: bend(pointsOf(what).map(({ transfers, value }) => ({ at: transfers, value }))),
      atMost: 1.25,
    })),
    figures: renderTable(
      ['', ...sizes.map((size) => `${count(size)} transfers`)],
      names.map((what) => [
        what,
        ...sizes.map((size) => {
          const row = pointsOf(what).find(({ transfers }) => transfers === size);
          return row == null ? '-' : `${count(Number(row.value.toPrecision(3)))} ${row.unit}`;
        }),
      ]),
    ),
    plots: {
      'growth-time.svg': plotOf('Processor time', 's', 'seconds'),
      'growth-size.svg': plotOf('Size of what is written', 'kB', 'kB'),
    },
  };
}
