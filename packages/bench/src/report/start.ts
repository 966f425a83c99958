import type { Measured, StartRow } from '../results.ts';
import { milliseconds, renderTable } from './markdown.ts';
import type { Section } from './section.ts';
import { ratio } from './target.ts';

export function reportStart({ rows }: Measured<StartRow>): Section {
  const wallOf = (what: string) => rows.find((row) => row.what === what)?.wallS;
  const nothing = wallOf('node -e 0');
  return {
    name: 'start',
    title: 'Start',
    text: `From the start of the process to the first line of its log, and to the end of a plan of the examples (two characters
with three clips), interleaved with Node doing nothing.`,
    targets: [
      {
        what: 'first log line / `node -e 0`',
        value: ratio(wallOf('first log line'), nothing),
        atMost: 2,
      },
      {
        what: 'plan of the examples / `node -e 0`',
        value: ratio(wallOf('plan of the examples'), nothing),
        atMost: 5,
      },
    ],
    figures: renderTable(
      ['', 'Wall time'],
      rows.map(({ what, wallS }) => [what, milliseconds(wallS * 1_000)]),
    ),
    plots: {},
  };
}
