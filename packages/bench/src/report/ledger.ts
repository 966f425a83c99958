import type { LedgerRow, Measured } from '../results.ts';
import { count, renderTable, seconds } from './markdown.ts';
import type { Section } from './section.ts';
import { ratio } from './target.ts';

export function reportLedger({ rows }: Measured<LedgerRow>): Section {
  const runs = rows.filter(({ jobs }) => jobs != null);
  const cases = [...new Set(runs.map(({ what }) => what))];
  const wallOf = (what: string) => rows.find((row) => row.what === what)?.wallS;
  const [few, many] = [wallOf('plan, 1 on record'), wallOf('plan, 100,000 on record')];
  const find = (what: string, ledger: LedgerRow['ledger']) =>
    rows.find((row) => row.what === what && row.ledger === ledger);
  return {
    name: 'ledger',
    title: 'Ledger',
    text: `The same jobs with the ledger that all runs share, a branch pushed over HTTP, and with none; videos of 256 KB.
Then plans in checkouts that never saw the ledger, with one purchase on record and with 100,000: what the rest takes to open.`,
    targets: [
      ...cases.flatMap((what) => [
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
      {
        what: 'opening 100,000 purchases / `node -e 0` (1 s where that takes 33 ms)',
        value: few == null || many == null ? null : ratio(many - few, wallOf('node -e 0')),
        atMost: 30,
      },
    ],
    figures: renderTable(
      ['', 'Ledger', 'Wall time', 'CPU', 'Pushes', 'Delivered'],
      rows.map((row) => [
        row.what,
        row.ledger,
        seconds(row.wallS),
        seconds(row.processorS),
        count(row.pushes),
        row.jobs == null ? '-' : `${count(row.delivered)} of ${count(row.jobs)}`,
      ]),
    ),
    plots: {},
  };
}
