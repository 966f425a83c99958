import { nothingSpent, type Spent } from '../model/limits.ts';
import { isOwedByBase } from '../model/owed-by-base.ts';
import type { GenerateStep, Plan } from '../model/plan.ts';
import { costsAnew } from '../model/plan.ts';
import { applyLimits, type BudgetDecision } from './apply-limits.ts';
import type { Approval } from './label-approval.ts';

/** What of a plan may be bought, as far as is known before the reservation decides for good. */
export function decideBudget(
  plan: Plan,
  spent: Spent = nothingSpent,
  approval: Approval | null = null,
): BudgetDecision {
  const items = plan.steps
    .filter((step): step is GenerateStep => step.action === 'generate' && costsAnew(step))
    .map((step) => ({
      id: step.id,
      highMicroUsd: step.estimate.highMicroUsd,
      isOwedByBase: isOwedByBase(step),
    }));
  return applyLimits(items, {
    limits: plan.limits,
    spent,
    approval: approval?.planDigest === plan.digest ? approval : null,
  });
}
