import { formatUsd } from '../../model/money.ts';
import { owedTotals, resultsOfOwed, spentOnOwed } from '../../model/owed-by-base.ts';
import type { Plan } from '../../model/plan.ts';
import type { ResultState, TransferResult } from '../../model/results.ts';
import { markdownText } from '../escape-markdown.ts';
import type { Report } from '../report.ts';
import { cellsOf, columnsOf, makeRows, owedRows } from '../rows.ts';
import { renderCells, renderTableHead } from './markdown.ts';

/** Beyond this many a table that is not about the pull request would crowd out the one that is. */
const MAX_ROWS = 50;

/** What the base branch owes without the pull request, or what was bought of it, in a sentence; `null` for nothing. */
export function describeOwed({ plan, results }: Pick<Report, 'plan' | 'results'>): string | null {
  return results == null ? describeDue(plan) : describeBought(plan, results);
}

const MADE: ReadonlySet<ResultState> = new Set(['generated', 'copied', 'collected']);
const COUNTS = 'This counts per transfer, per run and per month, and not per pull request.';

function describeBought(plan: Plan, results: readonly TransferResult[]): string | null {
  const owed = resultsOfOwed(plan, results).filter(({ state }) => state !== 'reused');
  if (owed.length === 0) return null;
  const madeCount = owed.filter(({ state }) => MADE.has(state)).length;
  const spent = formatUsd(spentOnOwed(plan, results));
  return `Was due on the base branch without this pull request: ${madeCount} of ${owed.length} made, ${spent} spent. ${COUNTS}`;
}

function describeDue(plan: Plan): string | null {
  const { generateCount, blockedCount, highMicroUsd } = owedTotals(plan);
  const parts = [
    ...(generateCount === 0
      ? []
      : [`${generateCount} to make, at most ${formatUsd(highMicroUsd)}`]),
    ...(blockedCount === 0 ? [] : [`${blockedCount} blocked`]),
  ];
  return parts.length === 0
    ? null
    : `Due on the base branch without this pull request: ${parts.join('; ')}. ${COUNTS}`;
}

/** The same with its rows, folded. */
export function renderOwed(report: Report): string[] {
  const sentence = describeOwed(report);
  if (sentence == null) return [];
  const rows = owedRows(makeRows(report));
  const columns = columnsOf(rows);
  const rest = rows.length - MAX_ROWS;
  return [
    `<details><summary>${markdownText(sentence, 500)}</summary>`,
    '',
    ...renderTableHead(columns),
    ...rows.slice(0, MAX_ROWS).map((row) => renderCells(cellsOf(row, columns), columns, 500)),
    ...(rest > 0 ? [`| _and ${rest} more_ |${' |'.repeat(columns.length - 1)}`] : []),
    '',
    '</details>',
    '',
  ];
}
