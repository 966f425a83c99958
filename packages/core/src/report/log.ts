import { describeApproval } from './approval.ts';
import { plainText } from './escape-text.ts';
import { makeHeadline } from './headline.ts';
import type { Report } from './report.ts';
import { cellsOf, columnsOf, makeRows, owedRows, ownRows, type ReportRow } from './rows.ts';
import { pagesOf, type SummaryLinks } from './summary.ts';
import { describeOtherModels } from './tables/offers.ts';
import { describeOwed } from './tables/owed.ts';
import { describeVerdict, makeVerdict } from './verdict.ts';

const MAX_CELL = 60;
const MAX_NOTE = 600;
const MAX_ROWS = 200;

/** Where the results are and what it comes to, then the table. */
export function renderTextReport(report: Report, links: SummaryLinks): string[] {
  return [
    ...pagesOf(links).map(({ name, url }) => `${name}: ${url}`),
    plainText(describeVerdict(makeVerdict(report))),
    ...renderTextTable(report),
  ];
}

/** The plan or its results as aligned lines for a log. */
export function renderTextTable(report: Report): string[] {
  const toldBefore = blockedByPlan(report);
  const rows = makeRows(report).map((row) => (toldBefore.has(row.id) ? withoutReason(row) : row));
  const owed = describeOwed(report);
  const lines = renderRows(ownRows(rows));
  if (owed != null) lines.push(owed, ...renderRows(owedRows(rows)));
  const { approval } = report;
  if (approval != null) lines.push(plainText(`approved ${describeApproval(approval)}`));
  lines.push(describeTotals(report));
  if (report.results == null) lines.push(...describeOtherModels(report.plan));
  return lines;
}

function renderRows(rows: readonly ReportRow[]): string[] {
  const columns = columnsOf(rows);
  const header = columns.map((name) => name.toLowerCase());
  const cells = [
    header,
    ...rows
      .slice(0, MAX_ROWS)
      .map((row) => cellsOf(row, columns))
      .map((cells) =>
        cells.map(({ text, detail }) => (detail == null ? text : `${text} = ${detail}`)),
      ),
  ].map((row) =>
    row.map((cell, column) => plainText(cell, columns[column] === 'Note' ? MAX_NOTE : MAX_CELL)),
  );
  const widths = columns.map((name, column) =>
    name === 'Note' ? 0 : Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const cut = rows.length - MAX_ROWS;
  if (cut > 0) lines.push(`... and ${cut} more`);
  return lines;
}

/** The log of a run has the table of its plan already. */
function blockedByPlan({ plan, results }: Report): ReadonlySet<string> {
  const blocked = plan.steps.filter(({ action }) => results != null && action === 'blocked');
  return new Set(blocked.map(({ id }) => id));
}

function withoutReason(row: ReportRow): ReportRow {
  return { ...row, outcome: ['as in the plan above'], why: [] };
}

function describeTotals(report: Report): string {
  const { counts, money } = makeHeadline(report);
  const figures = money.map(
    ({ label, figure, note }) =>
      `${label.toLowerCase()} ${figure}${note == null ? '' : ` (${note})`}`,
  );
  return `${counts}; ${figures.join(', ')}`;
}
