import { formatUsd } from '../model/money.ts';
import { describeDrift, findDrift } from './drift.ts';
import { markdownText } from './escape-markdown.ts';
import { makeHeadline } from './headline.ts';
import type { Report } from './report.ts';
import { cellsOf, columnsOf, makeRows, ownRows } from './rows.ts';
import { notesOf } from './shared-warnings.ts';
import { renderClipAdvice } from './tables/clip-advice.ts';
import { renderLimits } from './tables/limits.ts';
import { renderCells, renderHead, renderTableHead } from './tables/markdown.ts';
import { renderOffers } from './tables/offers.ts';
import { renderOwed } from './tables/owed.ts';

/** A job summary over 1 MiB is refused whole by the runner; far below that it stays readable. */
export const SUMMARY_MAX_BYTES = 200_000;

export interface SummaryLinks {
  readonly artifactUrl: string | null;
  readonly outputDirectory: string | null;
  /** Page of the gallery that was uploaded by itself. */
  readonly galleryUrl?: string | null;
  /** Pages of the commit that holds the outputs, and of the pull request that it is in. */
  readonly commitUrl?: string | null;
  readonly pullRequestUrl?: string | null;
}

/** The story of one invocation as Markdown, under a byte cap: rows are cut, totals never. */
export function renderSummary(
  report: Report,
  links: SummaryLinks,
  maxBytes = SUMMARY_MAX_BYTES,
): string {
  const head = [...renderHead(makeHeadline(report), report, 2), ''];
  const tail = [
    ...renderOwed(report),
    ...renderLimits(report),
    ...renderOffers(report.plan),
    ...(report.results == null ? renderClipAdvice(report.plan) : []),
    ...renderDrift(report),
    ...renderApproval(report),
    ...renderNotes(report, links),
  ];
  const made = ownRows(makeRows(report));
  const columns = columnsOf(made);
  const tableHead = renderTableHead(columns);
  const rows = made.map((row) => renderCells(cellsOf(row, columns), columns, 600));
  const fixed = bytesOf([...head, ...tableHead, ...tail].join('\n')) + 200;
  const shown = takeWithin(rows, maxBytes - fixed);
  const cut = rows.length - shown.length;
  const more = cut > 0 ? [`| _and ${cut} more_ |${' |'.repeat(columns.length - 1)}`] : [];
  const table = rows.length === 0 ? [] : [...tableHead, ...shown, ...more, ''];
  return `${[...head, ...table, ...tail].join('\n')}\n`;
}

function renderDrift({ plan, results }: Report): string[] {
  const drifts = findDrift(plan, results);
  if (drifts.length === 0) return [];
  const shown = drifts
    .slice(0, 20)
    .map((drift) => `- ${markdownText(`${drift.id}: ${describeDrift(drift)}`, 300)}`);
  const rest = drifts.length - shown.length;
  return [
    '',
    'Charged is not what was estimated:',
    '',
    ...shown,
    ...(rest > 0 ? [`- _and ${rest} more_`] : []),
  ];
}

function renderApproval({ approval }: Report): string[] {
  if (approval == null) return [];
  return [
    '',
    `Approved by ${markdownText(approval.actor)} for commit \`${approval.headSha.slice(0, 12)}\`, up to ${formatUsd(approval.upToMicroUsd)}: only the limit per pull request is lifted.`,
  ];
}

function renderNotes(report: Report, links: SummaryLinks): string[] {
  const lines: string[] = [];
  if (links.galleryUrl != null) lines.push('', `[Open the gallery](${links.galleryUrl})`);
  if (links.artifactUrl != null) lines.push('', `[Download the videos](${links.artifactUrl})`);
  if (links.artifactUrl == null && links.outputDirectory != null)
    lines.push('', `On the runner: ${markdownText(links.outputDirectory)}`);
  if (links.commitUrl != null) lines.push('', `[Committed outputs](${links.commitUrl})`);
  if (links.pullRequestUrl != null)
    lines.push('', `[Pull request with the outputs](${links.pullRequestUrl})`);
  for (const note of notesOf(report)) lines.push('', `- ${markdownText(note, 1_000)}`);
  return lines;
}

function takeWithin(rows: readonly string[], maxBytes: number): string[] {
  let bytes = 0;
  const taken: string[] = [];
  for (const row of rows) {
    bytes += bytesOf(row) + 1;
    if (bytes > maxBytes) break;
    taken.push(row);
  }
  return taken;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
