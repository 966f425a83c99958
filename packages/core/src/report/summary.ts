import { formatUsd, formatUsdRange } from '../model/money.ts';
import { describeDrift, findDrift } from './drift.ts';
import { markdownText } from './escape-markdown.ts';
import type { Report } from './report.ts';
import { makeRows, type ReportRow } from './rows.ts';
import { renderLimits } from './tables/limits.ts';
import { renderOffers } from './tables/offers.ts';

/** A job summary over 1 MiB is refused whole by the runner; far below that it stays readable. */
export const SUMMARY_MAX_BYTES = 200_000;

export interface SummaryLinks {
  readonly artifactUrl: string | null;
  readonly outputDirectory: string | null;
  /** Page of the gallery that was uploaded by itself. */
  readonly galleryUrl?: string | null;
}

/** The story of one invocation as Markdown, under a byte cap: rows are cut, totals never. */
export function renderSummary(
  report: Report,
  links: SummaryLinks,
  maxBytes = SUMMARY_MAX_BYTES,
): string {
  const head = [
    `## ${headline(report)}`,
    '',
    ...renderFailure(report),
    ...renderTotals(report),
    '',
  ];
  const tail = [
    ...renderLimits(report),
    ...renderOffers(report.plan),
    ...renderDrift(report),
    ...renderRemoved(report),
    ...renderApproval(report),
    ...renderNotes(report, links),
  ];
  const rows = makeRows(report).map(renderRow);
  const header = [
    '| Transfer | State | Provider | Note | Price |',
    '| --- | --- | --- | --- | ---: |',
  ];
  const fixed = bytesOf([...head, ...header, ...tail].join('\n')) + 200;
  const shown = takeWithin(rows, maxBytes - fixed);
  const cut = rows.length - shown.length;
  const more = cut > 0 ? [`| _and ${cut} more_ | | | | |`] : [];
  return `${[...head, ...header, ...shown, ...more, '', ...tail].join('\n')}\n`;
}

function headline({ command, plan, results, totals }: Report): string {
  const { generateCount, reuseCount, blockedCount } = plan.totals;
  if (command === 'plan' || results == null) {
    const removed = plan.pullRequest?.removed?.length ?? 0;
    return `Motion transfer plan: ${generateCount} to generate, ${reuseCount} reused, ${blockedCount} blocked${removed > 0 ? `, ${removed} removed` : ''}`;
  }
  const { generated, copied, reused } = totals.counts;
  const notDone = results.length - generated - copied - reused;
  const parts = [
    [generated + copied, 'generated'],
    [reused, 'reused'],
    [notDone, 'not done'],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  return `Motion transfer: ${[...shown, `${formatUsd(totals.chargedMicroUsd)} spent`].join(', ')}`;
}

function renderFailure({ failure }: Report): string[] {
  return failure == null ? [] : [`> **${markdownText(failure, 2_000)}**`, ''];
}

function renderTotals({ results, totals }: Report): string[] {
  const estimate = formatUsdRange(totals.estimatedLowMicroUsd, totals.estimatedHighMicroUsd);
  if (results == null) return [`**Price: ${estimate}** (estimate; nothing has been bought)`];
  const certainty = totals.chargedIsReported
    ? 'reported by the providers'
    : 'at least partly estimated';
  const held =
    totals.heldMicroUsd > 0
      ? ` · **held: ${formatUsd(totals.heldMicroUsd)}** for purchases whose outcome is open`
      : '';
  return [
    `**Spent: ${formatUsd(totals.chargedMicroUsd)}** (${certainty})${held} · planned: ${estimate}`,
  ];
}

function renderRow(row: ReportRow): string {
  const cells = [row.id, row.action, row.provider, row.why, row.price].map((cell) =>
    markdownText(cell, 300),
  );
  return `| ${cells.join(' | ')} |`;
}

function renderRemoved({ plan }: Report): string[] {
  const removed = plan.pullRequest?.removed ?? [];
  if (removed.length === 0) return [];
  const shown = removed.slice(0, 20).map(({ output }) => `- ${markdownText(output, 300)}`);
  const rest = removed.length - shown.length;
  return [
    '',
    `No longer made by this config (${removed.length}); the files stay until somebody deletes them:`,
    '',
    ...shown,
    ...(rest > 0 ? [`- _and ${rest} more_`] : []),
  ];
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
  for (const note of report.notes) lines.push('', `- ${markdownText(note, 1_000)}`);
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
