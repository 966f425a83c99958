import type { Plan, PlanTotals, Step } from './plan.ts';
import { totalsOf } from './plan-totals.ts';

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
