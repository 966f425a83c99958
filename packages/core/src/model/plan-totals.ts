import { costsAnew, type GenerateStep, type PlanTotals, type Step } from './plan.ts';

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
