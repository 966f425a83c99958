import { formatUsd, formatUsdRange } from '../money.ts';
import type { Limits } from '../types.ts';
import { markdownText } from './markdown-text.ts';
import type { Report } from './model.ts';
import { makeRows, type ReportRow } from './rows.ts';

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
    ...renderLimits(report.plan.limits),
    ...renderOffers(report),
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
    return `Motion transfer plan: ${generateCount} to generate, ${reuseCount} reused, ${blockedCount} blocked`;
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

function renderLimits(limits: Limits): string[] {
  const rows = [
    ['per transfer', limits.perTransferMicroUsd],
    ['per run', limits.perRunMicroUsd],
    ['per pull request', limits.perPullRequestMicroUsd],
    ['per month', limits.perMonthMicroUsd],
  ] as const;
  const written = rows
    .filter(([, microUsd]) => microUsd != null)
    .map(([name, microUsd]) => `${name} ${formatUsd(microUsd ?? 0)}`);
  const origin = limits.perRunIsDefault ? ' (the default: no limit is written)' : '';
  return [
    `Limits: ${written.length > 0 ? written.join(' · ') : 'none'}${origin}; when exceeded: ${limits.onExceed}.`,
  ];
}

/** Who else would sell what is about to be bought. */
function renderOffers({ plan }: Report): string[] {
  const totals = new Map<string, { low: number; high: number; count: number }>();
  const buying = plan.steps.filter((step) => step.action === 'generate');
  for (const step of buying) {
    for (const offer of step.offers) {
      if (offer.estimate == null || offer.problems.length > 0) continue;
      const sum = totals.get(offer.provider) ?? { low: 0, high: 0, count: 0 };
      totals.set(offer.provider, {
        low: sum.low + offer.estimate.lowMicroUsd,
        high: sum.high + offer.estimate.highMicroUsd,
        count: sum.count + 1,
      });
    }
  }
  const whole = [...totals].filter(([, sum]) => sum.count === buying.length);
  if (whole.length < 2) return [];
  const offers = whole.map(
    ([provider, sum]) => `${markdownText(provider)} ${formatUsdRange(sum.low, sum.high)}`,
  );
  return ['', `All of it from one provider would cost: ${offers.join(' · ')}.`];
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
