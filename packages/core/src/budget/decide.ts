import { formatUsd } from '../money.ts';
import { costsAnew } from '../plan/assemble.ts';
import type { GenerateStep, Limits, Plan } from '../types.ts';

/** One limit that the plan breaks. */
export interface Violation {
  readonly limit: 'per-transfer' | 'per-run';
  readonly limitMicroUsd: number;
  readonly wouldSpendMicroUsd: number;
  readonly transferId: string | null;
  readonly message: string;
}

/** Which transfers may be bought. `approved` holds ids of steps that cost anew and fit every limit. */
export interface BudgetDecision {
  readonly withinBudget: boolean;
  readonly approved: ReadonlySet<string>;
  readonly violations: readonly Violation[];
}

/**
 * Holds every transfer's high estimate against the limits, in file order. With `on-exceed: fail`
 * nothing is approved unless everything fits; with `partial` what fits is.
 */
export function decideBudget(plan: Plan): BudgetDecision {
  const buying = plan.steps.filter(
    (step): step is GenerateStep => step.action === 'generate' && costsAnew(step),
  );
  const violations: Violation[] = [];
  const approved = new Set<string>();
  let heldMicroUsd = 0;
  for (const step of buying) {
    const tooDear = checkTransfer(step, plan.limits);
    if (tooDear != null) {
      violations.push(tooDear);
      continue;
    }
    const wouldHoldMicroUsd = heldMicroUsd + step.estimate.highMicroUsd;
    if (!fits(wouldHoldMicroUsd, plan.limits.perRunMicroUsd)) continue;
    heldMicroUsd = wouldHoldMicroUsd;
    approved.add(step.id);
  }
  const overRun = checkRun(plan.totals.highMicroUsd, plan.limits);
  if (overRun != null) violations.push(overRun);
  const withinBudget = violations.length === 0;
  const keep = withinBudget || plan.limits.onExceed === 'partial';
  return { withinBudget, approved: keep ? approved : new Set(), violations };
}

function checkTransfer(step: GenerateStep, limits: Limits): Violation | null {
  const wouldSpendMicroUsd = step.estimate.highMicroUsd;
  const limitMicroUsd = limits.perTransferMicroUsd;
  if (limitMicroUsd == null || fits(wouldSpendMicroUsd, limitMicroUsd)) return null;
  return {
    limit: 'per-transfer',
    limitMicroUsd,
    wouldSpendMicroUsd,
    transferId: step.id,
    message: `${step.id} may cost ${formatUsd(wouldSpendMicroUsd)}, more than per-transfer ${formatUsd(limitMicroUsd)}`,
  };
}

function checkRun(wouldSpendMicroUsd: number, limits: Limits): Violation | null {
  const limitMicroUsd = limits.perRunMicroUsd;
  if (limitMicroUsd == null || fits(wouldSpendMicroUsd, limitMicroUsd)) return null;
  const origin = limits.perRunIsDefault ? ' (the default, because no limit is written)' : '';
  return {
    limit: 'per-run',
    limitMicroUsd,
    wouldSpendMicroUsd,
    transferId: null,
    message: `this run may cost ${formatUsd(wouldSpendMicroUsd)}, more than per-run ${formatUsd(limitMicroUsd)}${origin}`,
  };
}

/** Written so that a figure that is not a number never fits. */
function fits(microUsd: number, limitMicroUsd: number | null): boolean {
  return limitMicroUsd == null ? Number.isSafeInteger(microUsd) : microUsd <= limitMicroUsd;
}
