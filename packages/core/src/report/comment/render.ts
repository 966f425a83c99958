import { sha256 } from '../../model/hash.ts';
import { canonicalJson } from '../../model/json.ts';
import { formatUsd, formatUsdRange } from '../../model/money.ts';
import type { Step } from '../../model/plan.ts';
import { costsAnew } from '../../model/plan.ts';
import { markdownText } from '../escape-markdown.ts';
import type { Report } from '../report.ts';
import { describeWhy } from '../rows.ts';
import { overPullRequest, renderLimits } from '../tables/limits.ts';
import { renderOffers } from '../tables/offers.ts';
import { type CommentSection, ROWS_END, ROWS_START } from './document.ts';
import { type CommentState, encodeState } from './state.ts';

export interface CommentLinks {
  /** Pages of GitHub, built by the shell from its environment: the only addresses in a comment. */
  readonly runUrl: string | null;
  readonly artifactUrl: string | null;
  readonly galleryUrl: string | null;
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
  const rows = plan.steps.map(toRow);
  const head = [
    `### ${headline(report)}`,
    '',
    ...(report.failure == null ? [] : [`> **${markdownText(report.failure, 2_000)}**`, '']),
    `**Price: ${formatUsdRange(plan.totals.lowMicroUsd, plan.totals.highMicroUsd)}** (estimate; nothing has been bought)`,
  ];
  const tail = [
    ...renderLimits(report),
    ...renderApproval(request),
    ...renderOffers(plan),
    ...(report.notes.length > 0 ? [''] : []),
    ...report.notes.map((note) => `- ${markdownText(note, 1_000)}`),
  ];
  const content = sha256(canonicalJson([head, rows, plan.pullRequest?.removed ?? null, tail]));
  const state = nextState(report, rows, content);
  const text = [
    ...head,
    ...renderMove(previous, state),
    '',
    ...renderRows(report, rows, previous),
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

function headline({ plan }: Report): string {
  const { generateCount, reuseCount, blockedCount } = plan.totals;
  const removed = plan.pullRequest?.removed?.length ?? 0;
  const parts = [
    `${generateCount} to generate`,
    `${reuseCount} reused`,
    `${blockedCount} blocked`,
    ...(removed > 0 ? [`${removed} removed`] : []),
  ];
  return `Motion transfer plan: ${parts.join(', ')}`;
}

interface Row {
  readonly id: string;
  readonly word: string;
  readonly provider: string;
  readonly why: string;
  readonly price: string;
  readonly highMicroUsd: number;
}

const ORDER = ['blocked', 'new', 'stale', 'copy', 'collect', 'reuse'];

function toRow(step: Step): Row {
  const isBought = step.action === 'generate' && costsAnew(step);
  return {
    id: step.id,
    word: wordFor(step),
    provider: sellerOf(step),
    why: describeWhy(step),
    price: isBought
      ? formatUsdRange(step.estimate.lowMicroUsd, step.estimate.highMicroUsd)
      : step.action === 'blocked'
        ? ''
        : '$0.00',
    highMicroUsd: isBought ? step.estimate.highMicroUsd : 0,
  };
}

function sellerOf(step: Step): string {
  if (step.action === 'blocked') return '';
  return step.action === 'generate' ? `${step.provider} ${step.parameters.tier}` : step.provider;
}

function wordFor(step: Step): string {
  if (step.action !== 'generate') return step.action;
  if (step.resumes) return 'collect';
  if (step.sameAs != null) return 'copy';
  return step.reasons.some(({ code }) => code === 'new') ? 'new' : 'stale';
}

/** What costs or hinders comes first: what is cut away at the end matters least. */
function renderRows(
  { plan }: Report,
  rows: readonly Row[],
  previous: CommentState | null,
): string[] {
  const before = new Map((previous?.rows ?? []).map(([id, word, high]) => [id, { word, high }]));
  const sorted = [...rows].sort((a, b) => ORDER.indexOf(a.word) - ORDER.indexOf(b.word));
  const removed = plan.pullRequest?.removed ?? [];
  if (rows.length === 0 && removed.length === 0) return [];
  return [
    ROWS_START,
    '| Transfer | State | Provider | Why | Price |',
    '| --- | --- | --- | --- | ---: |',
    ...sorted.map((row) => {
      const old = before.get(row.id);
      const word = old == null || old.word === row.word ? row.word : `${old.word} → ${row.word}`;
      const wasPaid = old != null && old.high > 0 && old.high !== row.highMicroUsd;
      const price = wasPaid ? `${formatUsd(old.high)} → ${row.price || 'none'}` : row.price;
      const cells = [row.id, word, row.provider, row.why].map((cell) => markdownText(cell, 200));
      // A price stays on one line.
      return `| ${[...cells, markdownText(price).replaceAll(' ', '&nbsp;')].join(' | ')} |`;
    }),
    ...removed.map(({ output, provider }) => {
      const why =
        'no longer made by this config; its file and its lockfile entry stay until somebody deletes them';
      return `| ${[output, 'removed', provider ?? '', why, ''].map((cell) => markdownText(cell, 200)).join(' | ')} |`;
    }),
    '',
    ROWS_END,
    '',
  ];
}

/** Before and after, when the comment already showed another plan. */
function renderMove(previous: CommentState | null, next: CommentState): string[] {
  if (previous == null || previous.content === next.content) return [];
  const [oldGenerate, oldReuse, oldBlocked] = previous.counts;
  const [generate, reuse, blocked] = next.counts;
  const moves = [
    ['price at most', formatUsd(previous.totalMicroUsd), formatUsd(next.totalMicroUsd)],
    ['to generate', String(oldGenerate), String(generate)],
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

function nextState(report: Report, rows: readonly Row[], content: string): CommentState {
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
        : rows.map(({ id, word, highMicroUsd }) => [id.slice(0, 100), word, highMicroUsd]),
  };
}

function short(sha: string): string {
  return /^[0-9a-f]+$/.test(sha) ? sha.slice(0, 12) : 'unknown';
}
