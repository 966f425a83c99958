import { listWords } from '../model/list-words.ts';
import type { WebFileKind } from '../model/media/web-file.ts';
import { formatUsd } from '../model/money.ts';
import { isOwedByBase } from '../model/owed-by-base.ts';
import { costsAnew, modelOfStep, type RemovedOutput, type Step } from '../model/plan.ts';
import type { TransferResult } from '../model/results.ts';
import { type ModelName, SHORT_SIDE_PIXELS, type Tier, unlessDefault } from '../model/transfer.ts';
import type { Report } from './report.ts';
import { describePrice, NO_PRICE, priceOfResult, priceOfStep, type RowPrice } from './row-price.ts';
import { makeState, type RowState, stateOfResult, stateOfStep } from './row-state.ts';
import { ownWarnings, type SharedWarning } from './shared-warnings.ts';

/** A step of the plan and what became of it; at least one of them is there. */
export interface ReportedTransfer {
  readonly id: string;
  /** `null` for a purchase of an earlier run that no step is about any more. */
  readonly step: Step | null;
  /** `null` in the report of a plan. */
  readonly result: TransferResult | null;
}

/** One transfer as people read it: log, summary, comment and gallery lay out the same row. */
export interface ReportRow {
  readonly id: string;
  readonly output: string;
  readonly state: RowState;
  /** Due on the base branch as well: no part of what the pull request changes. */
  readonly isOwedByBase: boolean;
  /** The video is or will be a draft, not a bought one. */
  readonly isDraft: boolean;
  readonly provider: string | null;
  readonly model: ModelName | null;
  readonly tier: Tier | null;
  readonly seconds: number | null;
  readonly price: RowPrice;
  /** What became of it, an alarm first; empty when all is said by its state. */
  readonly outcome: readonly string[];
  /** `4 s video, 1.20 MB`, once it was made. */
  readonly delivered: string | null;
  /** What is made of the video beside it. */
  readonly also: readonly string[];
  /** What the video lacks, and what beside it could not be made. */
  readonly warnings: readonly string[];
  /** Why it is asked for or not made, how its price came about, and what to look out for in it alone. */
  readonly why: readonly string[];
}

/** Every row of a report: the transfers in plan order, what earlier runs left, what is not made any more. */
export function makeRows(report: Report): ReportRow[] {
  const removed = report.plan.pullRequest?.removed ?? [];
  return [
    ...joinResults(report).map((reported) => makeRow(reported, report.sharedWarnings)),
    ...removed.map(makeRemovedRow),
  ];
}

/** What is shown first: all but what the base branch owes without the pull request. */
export function ownRows(rows: readonly ReportRow[]): ReportRow[] {
  return rows.filter((row) => !row.isOwedByBase);
}

export function owedRows(rows: readonly ReportRow[]): ReportRow[] {
  return rows.filter((row) => row.isOwedByBase);
}

export function joinResults({ plan, results }: Report): ReportedTransfer[] {
  const byId = new Map((results ?? []).map((result) => [result.id, result]));
  const planned = new Set(plan.steps.map(({ id }) => id));
  const others = (results ?? []).filter(({ id }) => !planned.has(id));
  return [
    ...plan.steps.map((step) => ({ id: step.id, step, result: byId.get(step.id) ?? null })),
    ...others.map((result) => ({ id: result.id, step: null, result })),
  ];
}

export function makeRow(
  { id, step, result }: ReportedTransfer,
  shared: readonly SharedWarning[] = [],
): ReportRow {
  const planned = step == null || step.action === 'blocked' ? null : step.provider;
  const provider = result?.provider ?? planned;
  const isDraft = provider === 'draft';
  return {
    id,
    output: step?.output ?? result?.output ?? '',
    ...stateAndPrice(step, result),
    isOwedByBase: step != null && isOwedByBase(step),
    isDraft,
    provider,
    model: result?.model ?? (step == null ? null : modelOfStep(step)),
    tier: isDraft || step == null ? null : step.parameters.tier,
    seconds: result?.videoSeconds ?? plannedSeconds(step),
    outcome: [result?.alarm, result?.message].filter((text) => text != null),
    delivered: describeVideo(result),
    also: describeAlso(step, result),
    warnings: [
      ...(result?.warnings?.map(({ message }) => message) ?? []),
      ...describeMissing(result),
    ],
    why: step == null ? [] : [...whyOf(step, result), ...ownWarnings(step, shared)],
  };
}

/** The same cells, in the same order, in every table; the model where they are not all of one. */
const COLUMNS = ['Transfer', 'State', 'Price', 'Video', 'Provider', 'Model', 'Note'] as const;
export type Column = (typeof COLUMNS)[number];

export interface Cell {
  readonly text: string;
  /** Shown smaller where there is room for it: how a price was reckoned. */
  readonly detail: string | null;
}

export function columnsOf(rows: readonly ReportRow[]): readonly Column[] {
  const models = new Set(rows.flatMap(({ model }) => (model == null ? [] : [model])));
  return COLUMNS.filter((column) => column !== 'Model' || models.size > 1);
}

export function cellsOf(row: ReportRow, columns: readonly Column[]): Cell[] {
  const { id, state, provider, model, price, outcome, delivered, also, warnings, why } = row;
  const named = columns.includes('Model') ? {} : unlessDefault(model);
  const result = delivered == null || outcome.length > 0 ? outcome : [delivered];
  const note = result.length > 0 ? result : why;
  const cells: Readonly<Record<Column, string>> = {
    Transfer: id,
    State: state.label,
    Price: describePrice(price),
    Video: describeMeasures(row),
    Provider: provider == null ? '' : describeSeller({ provider, ...named }),
    Model: model ?? '',
    Note: [...note, ...also, ...warnings].join('; '),
  };
  return columns.map((column) => ({
    text: cells[column],
    detail: column === 'Price' ? price.basis : null,
  }));
}

/** `720p, 4 s`: what is asked for, and once it is made how long it is. */
function describeMeasures({ tier, seconds }: ReportRow): string {
  const pixels = tier == null ? [] : [`${SHORT_SIDE_PIXELS[tier]}p`];
  const length = seconds == null ? [] : [`${oneDecimal(seconds)} s`];
  return [...pixels, ...length].join(', ');
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The provider, and the model where it is not the default. */
export function describeSeller({
  provider,
  modelName,
}: {
  readonly provider: string;
  readonly modelName?: ModelName;
}): string {
  return modelName == null ? provider : `${provider} ${modelName}`;
}

function stateAndPrice(
  step: Step | null,
  result: TransferResult | null,
): Pick<ReportRow, 'state' | 'price'> {
  if (result != null) return { state: stateOfResult(result), price: priceOfResult(result) };
  if (step != null) return { state: stateOfStep(step), price: priceOfStep(step) };
  return { state: makeState('unknown'), price: NO_PRICE };
}

function plannedSeconds(step: Step | null): number | null {
  return step?.action === 'generate' ? step.facts.motion.trackSeconds : null;
}

function whyOf(step: Step, result: TransferResult | null): string[] {
  // The message of a blocked result is made of the reasons.
  const isTold = result?.state === 'blocked' && result.message != null;
  return [
    ...(isTold ? [] : step.reasons.map((reason) => reason.message)),
    ...(result == null ? describeFallbacks(step) : []),
  ];
}

/** An agreed price is nobody's list price, so that it is said how it was reckoned where no table says it. */
export function describeContract(step: Step | null): string[] {
  if (step?.action !== 'generate' || !costsAnew(step)) return [];
  return step.price?.origin === 'contract' ? [step.estimate.basis] : [];
}

function describeFallbacks(step: Step): string[] {
  if (step.action !== 'generate' || !costsAnew(step) || step.fallbacks.length === 0) return [];
  const { fallbacks } = step;
  const highest = Math.max(...fallbacks.map(({ estimate }) => estimate.highMicroUsd));
  const names = fallbacks.map(describeSeller).join(', then ');
  return [`if ${step.provider} does not accept it: ${names}, at most ${formatUsd(highest)}`];
}

function describeVideo(result: TransferResult | null): string | null {
  if (result?.videoSeconds == null || result.bytes == null) return null;
  return `${oneDecimal(result.videoSeconds)} s video, ${(result.bytes / 1_000_000).toFixed(2)} MB`;
}

/** What a run makes, or has made; what was there already is not worth a word. */
function describeAlso(step: Step | null, result: TransferResult | null): string[] {
  if (result == null) {
    const due = step?.webFiles?.filter(({ isDue }) => isDue) ?? [];
    return due.length === 0 ? [] : [`also makes ${listKinds(due)}, free`];
  }
  const made = result.webFiles?.filter(({ state }) => state === 'made') ?? [];
  return made.length === 0 ? [] : [`also made ${listKinds(made)}`];
}

function describeMissing(result: TransferResult | null): string[] {
  const failed = result?.webFiles?.filter(({ state }) => state === 'failed') ?? [];
  const byProblem = Map.groupBy(failed, ({ problem }) => problem);
  return [...byProblem].map(([problem, files]) => `not made: ${listKinds(files)} (${problem})`);
}

function listKinds(files: readonly { readonly kind: WebFileKind }[]): string {
  return listWords(
    files.map(({ kind }) => kind),
    'and',
  );
}

function makeRemovedRow({ output, provider }: RemovedOutput): ReportRow {
  return {
    id: output,
    output,
    state: makeState('removed'),
    isOwedByBase: false,
    isDraft: provider === 'draft',
    provider,
    model: null,
    tier: null,
    seconds: null,
    price: NO_PRICE,
    outcome: [],
    delivered: null,
    also: [],
    warnings: [],
    why: [
      'no longer made by this config; its file and its lockfile entry stay until somebody deletes them',
    ],
  };
}
