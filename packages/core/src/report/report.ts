import type { BudgetDecision } from '../budget/apply-limits.ts';
import type { Approval } from '../budget/label-approval.ts';
import { nothingSpent, type Spent } from '../model/limits.ts';
import { formatUsd } from '../model/money.ts';
import type { Plan } from '../model/plan.ts';
import type { ResultState, TransferResult } from '../model/results.ts';
import { findSharedWarnings, type SharedWarning } from './shared-warnings.ts';

export interface ReportTotals {
  readonly estimatedLowMicroUsd: number;
  readonly estimatedHighMicroUsd: number;
  /** Sum of the charges known, reported or estimated. */
  readonly chargedMicroUsd: number;
  /** True when there are charges, and every one was reported by its provider. */
  readonly chargedIsReported: boolean;
  /** Set aside for purchases whose outcome is open. */
  readonly heldMicroUsd: number;
  readonly counts: Readonly<Record<ResultState, number>>;
  /** Purchases of which nobody can say whether they were accepted: of this run, or of an earlier one that blocks a step. */
  readonly unknownCount: number;
  /** Videos that lack something. */
  readonly warnedCount: number;
}

/** Everything a summary, a comment or a log tells about one invocation. */
export interface Report {
  readonly command: 'plan' | 'run';
  readonly plan: Plan;
  readonly decision: BudgetDecision;
  /** `null` for a plan. */
  readonly results: readonly TransferResult[] | null;
  readonly totals: ReportTotals;
  /** One sentence that says what to do, or `null` when all is well. */
  readonly failure: string | null;
  /** Warnings that are about several transfers alike, each once. */
  readonly sharedWarnings: readonly SharedWarning[];
  readonly notes: readonly string[];
  /** Before this run. */
  readonly spent: Spent;
  /** Who let this plan exceed `per-pull-request`, if anybody did. */
  readonly approval: Approval | null;
}

const noCounts: Record<ResultState, number> = {
  reused: 0,
  generated: 0,
  copied: 0,
  collected: 0,
  blocked: 0,
  'not-started': 0,
  'in-progress': 0,
  failed: 0,
  unknown: 0,
};

export function makeReport(input: {
  command: Report['command'];
  plan: Plan;
  decision: BudgetDecision;
  results: readonly TransferResult[] | null;
  notes: readonly string[];
  spent?: Spent;
  approval?: Approval | null;
}): Report {
  const { plan, results } = input;
  const counts = { ...noCounts };
  for (const result of results ?? []) counts[result.state] += 1;
  const charges = (results ?? []).flatMap((result) =>
    result.charge == null ? [] : [result.charge],
  );
  const totals: ReportTotals = {
    estimatedLowMicroUsd: plan.totals.lowMicroUsd,
    estimatedHighMicroUsd: plan.totals.highMicroUsd,
    chargedMicroUsd: charges.reduce((sum, charge) => sum + (charge.microUsd ?? 0), 0),
    chargedIsReported:
      charges.length > 0 && charges.every(({ source }) => source === 'provider-reported'),
    heldMicroUsd: (results ?? []).reduce((sum, result) => sum + result.holdMicroUsd, 0),
    counts,
    unknownCount: counts.unknown + countBlockedByUnknown(plan, results ?? []),
    warnedCount: (results ?? []).filter(({ warnings }) => (warnings ?? []).length > 0).length,
  };
  return {
    ...input,
    spent: input.spent ?? nothingSpent,
    approval: input.approval ?? null,
    totals,
    sharedWarnings: findSharedWarnings(plan),
    failure: findFailure(input, totals),
  };
}

function countBlockedByUnknown({ steps }: Plan, results: readonly TransferResult[]): number {
  const blocked = new Set(
    results.filter(({ state }) => state === 'blocked').map((result) => result.id),
  );
  return steps.filter(
    ({ id, reasons }) => blocked.has(id) && reasons.some(({ code }) => code === 'outcome-unknown'),
  ).length;
}

/** Budget stops begin with `Budget exceeded:` so that they are distinguished from errors. */
function findFailure(
  {
    plan,
    decision,
    results,
  }: { plan: Plan; decision: BudgetDecision; results: readonly TransferResult[] | null },
  totals: ReportTotals,
): string | null {
  const sentences = [
    ...(results ?? []).flatMap(({ id, alarm }) => (alarm == null ? [] : [`${id}: ${alarm}.`])),
    ...describeBudget(plan, decision, results),
    ...describeUndone(plan, decision, results, totals),
  ];
  return sentences.length === 0 ? null : sentences.join(' ');
}

function describeBudget(
  { pullRequest }: Plan,
  { withinBudget, violations, approved }: BudgetDecision,
  results: readonly TransferResult[] | null,
): string[] {
  if (withinBudget) return [];
  const tried = (results ?? []).filter(({ id, draft }) => approved.has(id) && !draft);
  return [
    `Budget exceeded: ${violations.map((violation) => violation.message).join('; ')}; ${describeBought(tried)}. Raise the limit that stopped it (${pullRequest == null ? 'budget in the config' : 'budget in the config of the default branch: a pull request cannot raise it until it is merged'}, or the max-cost inputs), or take fewer transfers (only).`,
  ];
}

/** Of what fits: what was collected for an earlier run, or bought by another one, is not bought here. */
function describeBought(tried: readonly TransferResult[]): string {
  const bought = tried.filter(
    ({ state, charge, isBoughtHere }) =>
      isBoughtHere &&
      (['generated', 'in-progress'].includes(state) || isBilledFailure(state, charge)),
  ).length;
  const unclear = tried.filter(({ state }) => state === 'unknown').length;
  if (bought > 0) return `only ${bought} that fit ${bought === 1 ? 'was' : 'were'} bought`;
  return unclear > 0 ? 'whether what fits was bought is not known' : 'nothing was bought';
}

function isBilledFailure(state: ResultState, charge: TransferResult['charge']): boolean {
  return state === 'failed' && charge != null;
}

/** What is not done for another reason than the budget: which, and what became of it. Why, is said with each. */
function describeUndone(
  plan: Plan,
  decision: BudgetDecision,
  results: readonly TransferResult[] | null,
  { heldMicroUsd }: ReportTotals,
): string[] {
  // What an earlier run left open is shown, but it is not this plan's failure.
  const planned = new Set(plan.steps.map((step) => step.id));
  const idsOf = (state: ResultState) =>
    (results ?? []).filter((result) => result.state === state).map(({ id }) => id);
  const stopped = decision.withinBudget ? idsOf('not-started') : [];
  const parts = [
    [idsOf('failed'), 'failed'],
    [
      idsOf('unknown').filter((id) => planned.has(id)),
      `with unknown outcome (${formatUsd(heldMicroUsd)} held)`,
    ],
    [idsOf('in-progress'), 'still in progress, run again to collect'],
    [stopped, 'not started'],
    [results == null ? blockedIn(plan) : idsOf('blocked'), 'blocked'],
  ] as const;
  const shown = parts
    .filter(([ids]) => ids.length > 0)
    .map(([ids, words]) => `${ids.length} ${words}: ${listSome(ids)}`);
  if (shown.length === 0) return [];
  // Whatever stopped the run stands in no other message.
  const why = (results ?? []).find(({ id }) => id === stopped[0])?.message;
  return [`Not every transfer is done. ${shown.join('; ')}.${why == null ? '' : ` (${why})`}`];
}

function blockedIn({ steps }: Plan): string[] {
  return steps.filter(({ action }) => action === 'blocked').map(({ id }) => id);
}

const MOST_NAMED = 3;

function listSome(ids: readonly string[]): string {
  const rest = ids.length - MOST_NAMED;
  return `${ids.slice(0, MOST_NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
