import type { BudgetDecision } from '../budget/apply-limits.ts';
import type { Approval } from '../budget/label-approval.ts';
import { nothingSpent, type Spent } from '../model/limits.ts';
import { formatUsd } from '../model/money.ts';
import type { Plan } from '../model/plan.ts';
import type { ResultState, TransferResult } from '../model/results.ts';

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
    warnedCount: (results ?? []).filter(({ warnings }) => (warnings ?? []).length > 0).length,
  };
  return {
    ...input,
    spent: input.spent ?? nothingSpent,
    approval: input.approval ?? null,
    totals,
    failure: findFailure(input, totals),
  };
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
    ...describeBudget(decision, results),
    ...describeUndone(plan, decision, results, totals),
  ];
  return sentences.length === 0 ? null : sentences.join(' ');
}

function describeBudget(
  { withinBudget, violations, approved }: BudgetDecision,
  results: readonly TransferResult[] | null,
): string[] {
  if (withinBudget) return [];
  const tried = (results ?? []).filter(({ id, draft }) => approved.has(id) && !draft);
  return [
    `Budget exceeded: ${violations.map((violation) => violation.message).join('; ')}; ${describeBought(tried)}. Raise the limit that stopped it (budget in the config, or the max-cost inputs), or take fewer transfers (only).`,
  ];
}

/** Of what fits: what was collected for an earlier run, or bought by another one, is not bought here. */
function describeBought(tried: readonly TransferResult[]): string {
  const bought = tried.filter(
    ({ state, charge }) => state === 'in-progress' || (state !== 'unknown' && charge != null),
  ).length;
  const unclear = tried.filter(({ state }) => state === 'unknown').length;
  if (bought > 0) return `only ${bought} that fit ${bought === 1 ? 'was' : 'were'} bought`;
  return unclear > 0 ? 'whether what fits was bought is not known' : 'nothing was bought';
}

/** What is not done for another reason than the budget. */
function describeUndone(
  plan: Plan,
  decision: BudgetDecision,
  results: readonly TransferResult[] | null,
  { counts, heldMicroUsd }: ReportTotals,
): string[] {
  // What an earlier run left open is shown, but it is not this plan's failure.
  const planned = new Set(plan.steps.map((step) => step.id));
  const unknownCount = (results ?? []).filter(
    ({ id, state }) => state === 'unknown' && planned.has(id),
  ).length;
  const parts = [
    [counts.failed, 'failed'],
    [unknownCount, `with unknown outcome (${formatUsd(heldMicroUsd)} held)`],
    [counts['in-progress'], 'still in progress, run again to collect'],
    [decision.withinBudget ? counts['not-started'] : 0, 'not started'],
    [results == null ? plan.totals.blockedCount : counts.blocked, 'blocked'],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  return shown.length === 0
    ? []
    : [`Not every transfer is done: ${shown.join(', ')}. ${firstMessage(plan, results)}`];
}

function firstMessage(plan: Plan, results: readonly TransferResult[] | null): string {
  const undone = (results ?? []).filter(
    ({ state }) => !['reused', 'generated', 'copied', 'collected'].includes(state),
  );
  // What was not started says least: over a budget, or after a stop, that reason is reported anyway.
  const bad = undone.find(({ state }) => state !== 'not-started') ?? undone[0];
  if (bad != null) return `${bad.id}: ${bad.message ?? bad.state}`;
  const blocked = plan.steps.find((step) => step.action === 'blocked');
  return blocked == null
    ? ''
    : `${blocked.id}: ${blocked.reasons.map((reason) => reason.message).join('; ')}`;
}
