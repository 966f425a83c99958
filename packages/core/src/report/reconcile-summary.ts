import { formatUsd } from '../model/money.ts';
import { modelNameOf, type Purchase, type Purchases } from '../model/purchase/purchase.ts';
import type { TransferResult } from '../model/results.ts';
import { unlessDefault } from '../model/transfer.ts';
import { markdownText } from './escape-markdown.ts';
import { renderLedgerReport } from './ledger-summary.ts';
import { cellsOf, columnsOf, describeSeller, makeRow } from './rows.ts';
import { renderCells, renderTableHead } from './tables/markdown.ts';

/** What a reconciliation wrote off and collected, what it leaves to a person, and what is on record after it. */
export interface ReconcileReport {
  /** By a manual decision that came with it. */
  readonly writtenOff: readonly Purchase[];
  readonly results: readonly TransferResult[];
  readonly findings: readonly { readonly transferId: string; readonly message: string }[];
  /** Why the videos were not delivered or not recorded; `null` when they were. */
  readonly problem: string | null;
  readonly purchases: Purchases;
  /** Where the record is kept, for people. */
  readonly ledger: string;
}

/** The summary of `reconcile`, as Markdown. */
export function renderReconcile(report: ReconcileReport): string {
  const { writtenOff, results, findings, problem, purchases, ledger } = report;
  const made = results.map((result) => makeRow({ id: result.id, step: null, result }));
  const columns = columnsOf(made);
  const rows = made.map((row) => renderCells(cellsOf(row, columns), columns, 600));
  return [
    `## Motion transfer reconcile: ${describeCounts(report)}`,
    '',
    ...(problem == null ? [] : [`> **${markdownText(problem, 2_000)}**`, '']),
    ...(writtenOff.length === 0 ? [] : ['Written off:', '', ...writtenOff.map(describe), '']),
    ...(rows.length === 0 ? [] : [...renderTableHead(columns), ...rows, '']),
    ...(findings.length === 0 ? [] : ['Somebody has to decide:', '']),
    ...findings.map(
      ({ transferId, message }) => `- ${markdownText(transferId)}: ${markdownText(message, 1_000)}`,
    ),
    ...(findings.length === 0 ? [] : ['']),
    renderLedgerReport(purchases, ledger),
  ].join('\n');
}

function describe(purchase: Purchase): string {
  const { transferId, provider, charge, holdMicroUsd, message } = purchase;
  const seller = describeSeller({ provider, ...unlessDefault(modelNameOf(purchase)) });
  const figure = `counts as ${formatUsd(charge?.microUsd ?? 0)}, ${formatUsd(holdMicroUsd)} was held`;
  const by = message == null ? '' : ` (${markdownText(message, 1_000)})`;
  return `- ${markdownText(transferId)} at ${markdownText(seller)}: ${figure}${by}`;
}

function describeCounts({ writtenOff, results, findings }: ReconcileReport): string {
  const collected = results.filter(({ state }) => state === 'collected').length;
  const parts = [
    [writtenOff.length, 'written off'],
    [collected, 'collected'],
    [results.length - collected, 'not collected'],
    [findings.length, 'to decide'],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  return shown.length > 0 ? shown.join(', ') : 'nothing to settle';
}
