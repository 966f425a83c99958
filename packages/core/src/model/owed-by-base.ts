import type { Plan, PlanTotals, Step } from './plan.ts';
import { totalsOf } from './plan-totals.ts';
import type { TransferResult } from './results.ts';

/** Whether the base branch owes this step too: then it is no part of what the pull request changes. */
export function isOwedByBase({ owedByBase }: Pick<Step, 'owedByBase'>): boolean {
  return owedByBase === true;
}

/** The steps that the pull request answers for; all of them outside pull requests. */
export function ownSteps({ steps }: Pick<Plan, 'steps'>): Step[] {
  return steps.filter((step) => !isOwedByBase(step));
}

/** What counts for the pull request. */
export function ownTotals(plan: Pick<Plan, 'steps'>): PlanTotals {
  return totalsOf(ownSteps(plan));
}

/** What the base branch owes without the pull request. */
export function owedTotals({ steps }: Pick<Plan, 'steps'>): PlanTotals {
  return totalsOf(steps.filter(isOwedByBase));
}

/** What a run spent on the base branch's account. */
export function spentOnOwed(plan: Pick<Plan, 'steps'>, results: readonly TransferResult[]): number {
  return resultsOfOwed(plan, results)
    .filter(({ isBoughtHere }) => isBoughtHere)
    .reduce((sum, { charge }) => sum + (charge?.microUsd ?? 0), 0);
}

export function resultsOfOwed(
  plan: Pick<Plan, 'steps'>,
  results: readonly TransferResult[],
): TransferResult[] {
  const owed = owedIds(plan);
  return results.filter(({ id }) => owed.has(id));
}

/** Of the transfers that the base branch owes without the pull request. */
export function owedIds({ steps }: Pick<Plan, 'steps'>): ReadonlySet<string> {
  return new Set(steps.filter(isOwedByBase).map(({ id }) => id));
}
