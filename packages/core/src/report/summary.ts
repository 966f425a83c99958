import { describeApproval } from './approval.ts';
import { describeDrift, findDrift } from './drift.ts';
import { markdownText } from './escape-markdown.ts';
import { makeHeadline } from './headline.ts';
import type { Report } from './report.ts';
import { cellsOf, columnsOf, makeRows, ownRows } from './rows.ts';
import { notesOf } from './shared-warnings.ts';
import { renderClipAdvice } from './tables/clip-advice.ts';
import { renderLimits } from './tables/limits.ts';
import {
  renderCells,
  renderFailure,
  renderMoney,
  renderTableHead,
  renderVerdict,
} from './tables/markdown.ts';
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
  const headline = makeHeadline(report);
  const head = [
    `## ${headline.title}`,
    ...renderPages(links),
    '',
    renderVerdict(report),
    ...renderFailure(report),
    '',
    renderMoney(headline),
    '',
  ];
  const tail = [
    ...renderOwed(report),
    ...renderLimits(report),
    ...renderOffers(report.plan),
    ...(report.results == null ? renderClipAdvice(report.plan) : []),
    ...renderDrift(report),
    ...renderApproval(report),
    ...notesOf(report).flatMap((note) => ['', `- ${markdownText(note, 1_000)}`]),
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
    `Approved ${markdownText(describeApproval(approval))} Only the limit per pull request is lifted.`,
  ];
}

/** Where the results are, in the order in which people ask for them. */
export function pagesOf(links: SummaryLinks): { readonly name: string; readonly url: string }[] {
  const pages = [
    ['Open the gallery', links.galleryUrl],
    ['Download the videos', links.artifactUrl],
    ['Committed outputs', links.commitUrl],
    ['Pull request with the outputs', links.pullRequestUrl],
  ] as const;
  return pages.flatMap(([name, url]) => (url == null ? [] : [{ name, url }]));
}

function renderPages(links: SummaryLinks): string[] {
  const pages = pagesOf(links).map(({ name, url }) => `[${name}](${url})`);
  const { artifactUrl, outputDirectory } = links;
  const directory = artifactUrl == null ? outputDirectory : null;
  return [
    ...(pages.length === 0 ? [] : ['', pages.join(' · ')]),
    ...(directory == null ? [] : ['', `On the runner: ${markdownText(directory)}`]),
  ];
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
