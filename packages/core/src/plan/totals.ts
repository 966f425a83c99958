import type { GenerateStep, PlanTotals, Step } from '../model/plan.ts';

export function totalsOf(steps: readonly Step[]): PlanTotals {
  const bought = steps.filter(
    (step): step is GenerateStep => step.action === 'generate' && costsAnew(step),
  );
  return {
    generateCount: steps.filter((step) => step.action === 'generate').length,
    reuseCount: steps.filter((step) => step.action === 'reuse').length,
    blockedCount: steps.filter((step) => step.action === 'blocked').length,
    lowMicroUsd: bought.reduce((sum, step) => sum + step.estimate.lowMicroUsd, 0),
    highMicroUsd: bought.reduce((sum, step) => sum + step.estimate.highMicroUsd, 0),
  };
}

/** Whether a step asks for new money: not when it is copied or collects what was paid for already. */
export function costsAnew(step: GenerateStep): boolean {
  return step.sameAs == null && !step.resumes;
}

/** The new money that a step may cost: what is held for it, or nothing. */
export function newCostOf(step: Step): number {
  return step.action === 'generate' && costsAnew(step) ? step.estimate.highMicroUsd : 0;
}
