import { sha256 } from '../../model/hash.ts';
import { canonicalJson } from '../../model/json/json.ts';
import { formatUsd } from '../../model/money.ts';
import { markdownText } from '../escape-markdown.ts';
import { makeHeadline } from '../headline.ts';
import type { Report } from '../report.ts';
import { describePrice } from '../row-price.ts';
import type { RowState } from '../row-state.ts';
import { cellsOf, columnsOf, makeRows, type ReportRow } from '../rows.ts';
import { notesOf } from '../shared-warnings.ts';
import { renderClipAdvice } from '../tables/clip-advice.ts';
import { overPullRequest, renderLimits } from '../tables/limits.ts';
import { renderCells, renderHead, renderTableHead } from '../tables/markdown.ts';
import { renderOffers } from '../tables/offers.ts';
import { type CommentSection, ROWS_END, ROWS_START } from './document.ts';
import { type CommentState, encodeState } from './state.ts';

export interface CommentLinks {
  /** Pages of GitHub, built by the shell from its environment: the only addresses in a comment. */
  readonly runUrl: string | null;
  readonly artifactUrl: string | null;
  readonly galleryUrl: string | null;
  /** A picture of each changed transfer that has one, by output path; the text is not escaped. */
  readonly pictures: ReadonlyMap<string, { readonly url: string; readonly alt: string }>;
}

export interface CommentRequest {
  readonly report: Report;
  readonly overrideLabel: string;
  readonly links: CommentLinks;
  /** What the comment showed before, if it is ours and there. */
  readonly previous: CommentState | null;
}

export interface RenderedSection extends CommentSection {
  readonly decoded: CommentState;
}

/** The plan of a pull request as one section of its comment: totals, limits, and what changed since. */
export function renderCommentSection(request: CommentRequest): RenderedSection {
  const { report, links, previous } = request;
  const { plan } = report;
  const rows = makeRows(report);
  const columns = columnsOf(rows);
  const notes = notesOf(report);
  const head = renderHead(makeHeadline(report), report, 3);
  const tail = [
    ...renderLimits(report),
    ...renderApproval(request),
    ...renderOffers(plan),
    ...renderClipAdvice(plan),
    ...(notes.length > 0 ? [''] : []),
    ...notes.map((note) => `- ${markdownText(note, 1_000)}`),
  ];
  const content = sha256(canonicalJson([head, rows.map((row) => cellsOf(row, columns)), tail]));
  const state = nextState(report, rows, content);
  const text = [
    ...head,
    ...renderMove(previous, state),
    '',
    ...renderRows(rows, previous),
    ...tail,
    '',
    ...renderOrigin(report, links),
  ].join('\n');
  return { text, state: encodeState(state), decoded: state };
}

export type CommentMode = 'on-change' | 'always' | 'never';

/**
 * Whether the comment is worth a write. On change: nothing for a plan with nothing to say, nothing when
 * it says what it said. Where an approval is asked for, the commit it would be given for counts too.
 */
export function isWorthWriting(
  mode: CommentMode,
  previous: CommentState | null,
  next: CommentState,
): boolean {
  if (mode === 'never') return false;
  if (mode === 'always') return true;
  if (previous == null) return next.isWorthSaying;
  if (previous.content !== next.content) return true;
  return (
    next.asksApproval &&
    (previous.headSha !== next.headSha || previous.planDigest !== next.planDigest)
  );
}

/** What costs or hinders comes first: what is cut away at the end matters least. */
const ORDER: readonly RowState['code'][] = [
  'blocked',
  'new',
  'stale',
  'copy',
  'collect',
  'reuse',
  'removed',
];

function renderRows(rows: readonly ReportRow[], previous: CommentState | null): string[] {
  if (rows.length === 0) return [];
  const before = new Map((previous?.rows ?? []).map(([id, word, high]) => [id, { word, high }]));
  const columns = columnsOf(rows);
  const sorted = rows.toSorted((a, b) => ORDER.indexOf(a.state.code) - ORDER.indexOf(b.state.code));
  return [
    ROWS_START,
    ...renderTableHead(columns),
    ...sorted.map((row) => {
      const { label: word } = row.state;
      const price = describePrice(row.price);
      const old = before.get(row.id);
      const moved = old == null || old.word === word ? word : `${old.word} → ${word}`;
      const wasPaid = old != null && old.high > 0 && old.high !== newCostOf(row);
      const movedPrice = wasPaid ? `${formatUsd(old.high)} → ${price || 'none'}` : price;
      const cells = cellsOf(row, columns).map((cell, index) => {
        if (columns[index] === 'State') return moved;
        return columns[index] === 'Price' ? movedPrice : cell;
      });
      return renderCells(cells, columns, 500);
    }),
    '',
    ROWS_END,
    '',
  ];
}

/** The new money that it may cost; what is held or was charged before is none. */
function newCostOf({ price }: ReportRow): number {
  return price.mark === 'estimate' ? (price.microUsd ?? 0) : 0;
}

/** Before and after, when the comment already showed another plan. */
function renderMove(previous: CommentState | null, next: CommentState): string[] {
  if (previous == null || previous.content === next.content) return [];
  const [oldGenerate, oldReuse, oldBlocked] = previous.counts;
  const [generate, reuse, blocked] = next.counts;
  const moves = [
    ['price at most', formatUsd(previous.totalMicroUsd), formatUsd(next.totalMicroUsd)],
    ['to generate, copy or collect', String(oldGenerate), String(generate)],
    ['reused', String(oldReuse), String(reuse)],
    ['blocked', String(oldBlocked), String(blocked)],
  ] as const;
  const changed = moves
    .filter(([, before, after]) => before !== after)
    .map(([name, before, after]) => `${name} ${before} → ${after}`);
  const from = short(previous.headSha);
  return [
    '',
    `Since the plan of \`${from}\`: ${changed.length > 0 ? changed.join(', ') : 'the details below'}.`,
  ];
}

function renderApproval({ report, overrideLabel }: CommentRequest): string[] {
  const { approval } = report;
  const needed = overPullRequest(report);
  if (approval != null) {
    return [
      '',
      `**Approved** by ${markdownText(approval.actor)} for commit \`${short(approval.headSha)}\`, up to ${formatUsd(approval.upToMicroUsd)}. Only the pull request's limit is lifted; those per run and per month hold.`,
    ];
  }
  if (needed == null) return [];
  return [
    '',
    `This is over the limit per pull request. Somebody with write permission can let this commit buy it, up to ${formatUsd(report.plan.totals.highMicroUsd)}, by putting the label ${markdownText(overrideLabel)} on the pull request; a new push needs it again.`,
  ];
}

function renderOrigin({ plan }: Report, links: CommentLinks): string[] {
  const pages = [
    ['gallery', links.galleryUrl],
    ['files', links.artifactUrl],
    ['run', links.runUrl],
  ] as const;
  const shown = pages.flatMap(([name, url]) => (url == null ? [] : [`[${name}](${url})`]));
  const commit = plan.pullRequest?.headSha ?? plan.commit;
  return [
    `<sub>Plan \`${short(plan.digest)}\`${commit == null ? '' : ` of commit \`${short(commit)}\``}${shown.length > 0 ? ` · ${shown.join(' · ')}` : ''}</sub>`,
  ];
}

/** Beyond this many the comment remembers totals only: its own memory must not crowd out its rows. */
const MOST_REMEMBERED = 150;

function nextState(report: Report, rows: readonly ReportRow[], content: string): CommentState {
  const { plan } = report;
  const headSha = plan.pullRequest?.headSha ?? plan.commit ?? '';
  const totalMicroUsd = plan.totals.highMicroUsd;
  const { generateCount, reuseCount, blockedCount } = plan.totals;
  const removedCount = plan.pullRequest?.removed?.length ?? 0;
  return {
    headSha,
    planDigest: plan.digest,
    totalMicroUsd,
    counts: [generateCount, reuseCount, blockedCount],
    content,
    asksApproval: overPullRequest(report) != null,
    isWorthSaying: generateCount + blockedCount + removedCount > 0 || report.failure != null,
    rows:
      rows.length > MOST_REMEMBERED
        ? []
        : rows.map((row) => [row.id.slice(0, 100), row.state.label, newCostOf(row)]),
  };
}

function short(sha: string): string {
  return /^[0-9a-f]+$/.test(sha) ? sha.slice(0, 12) : 'unknown';
}
