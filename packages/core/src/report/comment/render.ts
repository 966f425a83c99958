import { sha256 } from '../../model/hash.ts';
import { canonicalJson } from '../../model/json/json.ts';
import { formatUsd } from '../../model/money.ts';
import { ownSteps, ownTotals } from '../../model/owed-by-base.ts';
import type { ResultState } from '../../model/results.ts';
import { describeApproval } from '../approval.ts';
import { markdownText } from '../escape-markdown.ts';
import { makeHeadline } from '../headline.ts';
import type { Report } from '../report.ts';
import { cellsOf, columnsOf, makeRows, ownRows, type ReportRow } from '../rows.ts';
import { notesOf } from '../shared-warnings.ts';
import { renderClipAdvice } from '../tables/clip-advice.ts';
import { isLabelEnough, overPullRequest, renderLimits } from '../tables/limits.ts';
import { renderFailure, renderVerdict } from '../tables/markdown.ts';
import { renderOffers } from '../tables/offers.ts';
import { renderOwed } from '../tables/owed.ts';
import type { CommentSection } from './document.ts';
import { type CommentPicture, renderPictures } from './pictures.ts';
import { type CommentState, encodeState } from './state.ts';
import { folded, newCostOf, renderTables } from './tables.ts';

export interface CommentLinks {
  /** Pages of GitHub, built by the shell from its environment: the only addresses in a comment. */
  readonly runUrl: string | null;
  readonly artifactUrl: string | null;
  readonly galleryUrl: string | null;
  /** Of single transfers, by output; empty where there are none. */
  readonly pictures: ReadonlyMap<string, CommentPicture>;
}

export interface CommentRequest {
  readonly report: Report;
  readonly overrideLabel: string;
  readonly links: CommentLinks;
  /** What the comment showed before, if it is ours and there. */
  readonly previous: CommentState | null;
  /** What is shown can be put on record, without which a label counts for nothing. */
  readonly isRecordable: boolean;
}

export interface RenderedSection extends CommentSection {
  readonly decoded: CommentState;
}

/** A plan or a run as one section of the comment: the verdict first, then pictures, then figures. */
export function renderCommentSection(request: CommentRequest): RenderedSection {
  const { report, links } = request;
  const { plan, results } = report;
  const rows = ownRows(makeRows(report));
  const columns = columnsOf(rows);
  const previous = results == null ? request.previous : null;
  const notes = notesOf(report);
  const head = [renderVerdict(report), ...renderFailure(report), ...renderApproval(request)];
  const isOver = !report.decision.withinBudget || overPullRequest(report) != null;
  const tail = [
    ...renderOwed(report),
    // Of a run the verdict says what is left: these are the figures that its plan began with.
    ...(results == null
      ? [
          ...folded('Limits', [...renderLimits(report), ''], { isOpen: isOver }),
          ...renderOffers(plan),
          ...renderClipAdvice(plan),
        ]
      : []),
    ...(notes.length > 0 ? [''] : []),
    ...notes.map((note) => `- ${markdownText(note, 1_000)}`),
  ];
  const content = sha256(canonicalJson([head, rows.map((row) => cellsOf(row, columns)), tail]));
  const state = nextState(report, rows, content);
  const text = [
    ...head,
    ...renderPictures(rows, links),
    ...renderPages(links, results != null),
    ...renderMove(previous, state),
    '',
    ...(rows.length === 0 ? [] : [`${makeHeadline(report).counts}:`, '']),
    ...renderTables(rows, previous),
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

/** The label is offered only where it would help and where what it is given for can be proven. */
function renderApproval(request: CommentRequest): string[] {
  const { report, overrideLabel, isRecordable } = request;
  const { approval, results } = report;
  if (approval != null)
    return [
      '',
      `**Approved** ${markdownText(describeApproval(approval))} Only the pull request's limit is lifted; those per run and per month hold.`,
    ];
  if (results != null || overPullRequest(report) == null) return [];
  if (!isLabelEnough(report))
    return [
      '',
      `The label ${markdownText(overrideLabel)} would not help: it lifts the limit per pull request alone.`,
    ];
  if (!isRecordable)
    return [
      '',
      'This is over the limit per pull request. No label can approve it here, because this job may not put on record what it shows: give it `permissions: statuses: write`.',
    ];
  return [
    '',
    `This is over the limit per pull request. Somebody with write permission can let this commit buy it, up to ${formatUsd(ownTotals(report.plan).highMicroUsd)}, by putting the label ${markdownText(overrideLabel)} on the pull request; a new push needs it again.`,
  ];
}

/** In the place of pictures where there are none, and below them. */
function renderPages({ galleryUrl, artifactUrl }: CommentLinks, isRun: boolean): string[] {
  const pages = [
    ...(galleryUrl == null
      ? []
      : [`**[${isRun ? 'See the results' : 'See the drafts'} in the gallery](${galleryUrl})**`]),
    ...(artifactUrl == null
      ? []
      : [`[Download ${isRun ? 'the videos' : 'the files'}](${artifactUrl})`]),
  ];
  return pages.length === 0 ? [] : ['', pages.join(' · ')];
}

function renderOrigin({ plan, results }: Report, { runUrl }: CommentLinks): string[] {
  const commit = plan.pullRequest?.headSha ?? plan.commit;
  const of = commit == null ? '' : ` of commit \`${short(commit)}\``;
  const page = runUrl == null ? '' : ` · [run](${runUrl})`;
  const what = results == null ? 'Motion Transfer plan' : 'Bought by Motion Transfer, plan';
  return [`<sub>${what} \`${short(plan.digest)}\`${of}${page}</sub>`];
}

/** What a run that bought or made nothing ends in leaves the comment as the plan wrote it. */
const HAPPENED: ReadonlySet<ResultState> = new Set([
  'generated',
  'copied',
  'collected',
  'in-progress',
  'failed',
  'unknown',
]);

/** Beyond this many the comment remembers totals only: its own memory must not crowd out its rows. */
const MOST_REMEMBERED = 150;

function nextState(report: Report, rows: readonly ReportRow[], content: string): CommentState {
  const { plan, results } = report;
  const headSha = plan.pullRequest?.headSha ?? plan.commit ?? '';
  const { generateCount, reuseCount, blockedCount, highMicroUsd: totalMicroUsd } = ownTotals(plan);
  const removedCount = plan.pullRequest?.removed?.length ?? 0;
  return {
    headSha,
    planDigest: plan.digest,
    totalMicroUsd,
    counts: [generateCount, reuseCount, blockedCount],
    content,
    asksApproval: results == null && overPullRequest(report) != null && isLabelEnough(report),
    isWorthSaying:
      results == null
        ? generateCount + blockedCount + removedCount > 0 || failsByItself(report)
        : results.some(({ state }) => HAPPENED.has(state)),
    rows:
      rows.length > MOST_REMEMBERED
        ? []
        : rows.map((row) => [row.id.slice(0, 100), row.state.label, newCostOf(row)]),
  };
}

/** Not only by what the base branch owes. */
function failsByItself({ failure, plan }: Report): boolean {
  return failure != null && ownSteps(plan).length === plan.steps.length;
}

function short(sha: string): string {
  return /^[0-9a-f]+$/.test(sha) ? sha.slice(0, 12) : 'unknown';
}
