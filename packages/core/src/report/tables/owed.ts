import { formatUsd } from '../../model/money.ts';
import { owedTotals } from '../../model/owed-by-base.ts';
import type { Report } from '../report.ts';
import { cellsOf, columnsOf, makeRows, owedRows } from '../rows.ts';
import { renderCells, renderTableHead } from './markdown.ts';

/** Beyond this many a table that is not about the pull request would crowd out the one that is. */
const MAX_ROWS = 50;

/** What the base branch owes without the pull request, in a sentence; `null` for nothing. */
export function describeOwed({ plan }: Pick<Report, 'plan'>): string | null {
  const { generateCount, blockedCount, highMicroUsd } = owedTotals(plan);
  const parts = [
    ...(generateCount === 0
      ? []
      : [`${generateCount} to make, at most ${formatUsd(highMicroUsd)}`]),
    ...(blockedCount === 0 ? [] : [`${blockedCount} blocked`]),
  ];
  return parts.length === 0
    ? null
    : `Due on the base branch without this pull request: ${parts.join('; ')}. This counts per transfer, per run and per month, and not per pull request.`;
}

/** The same with its rows, folded. */
export function renderOwed(report: Report): string[] {
  const sentence = describeOwed(report);
  if (sentence == null) return [];
  const rows = owedRows(makeRows(report));
  const columns = columnsOf(rows);
  const rest = rows.length - MAX_ROWS;
  return [
    `<details><summary>${sentence}</summary>`,
    '',
    ...renderTableHead(columns),
    ...rows.slice(0, MAX_ROWS).map((row) => renderCells(cellsOf(row, columns), columns, 500)),
    ...(rest > 0 ? [`| _and ${rest} more_ |${' |'.repeat(columns.length - 1)}`] : []),
    '',
    '</details>',
    '',
  ];
}
