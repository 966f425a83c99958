import type { LedgerRow, Measured } from '../results.ts';
import { count, renderTable, seconds } from './markdown.ts';
import type { Section } from './section.ts';
import { ratio } from './target.ts';

export function reportLedger({ rows }: Measured<LedgerRow>): Section {
  const cases = [...new Set(rows.map(({ what }) => what))];
  const find = (what: string, ledger: LedgerRow['ledger']) =>
    rows.find((row) => row.what === what && row.ledger === ledger);
  return {
    name: 'ledger',
    title: 'Ledger',
    text: `The same jobs with the ledger that all runs share, a branch pushed over HTTP, and with none; videos of 256 KB.`,
    targets: cases.flatMap((what) => [
      {
        what: `${what}: wall time with the git ledger / with none`,
        value: ratio(find(what, 'git')?.wallS, find(what, 'none')?.wallS),
        atMost: 1.3,
      },
      {
        what: `${what}: most pushes in any minute`,
        value: find(what, 'git')?.pushesPerMinute ?? null,
        atMost: 6,
      },
    ]),
    figures: renderTable(
      ['', 'Ledger', 'Wall time', 'CPU', 'Pushes', 'Delivered'],
      rows.map((row) => [
        row.what,
        row.ledger,
        seconds(row.wallS),
        seconds(row.processorS),
        count(row.pushes),
        `${count(row.delivered)} of ${count(row.jobs)}`,
      ]),
    ),
    plots: {},
  };
}
