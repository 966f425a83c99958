import { LIMITS } from '../../model/limits.ts';
import { formatUsd } from '../../model/money.ts';
import type { Fallback, GenerateStep, Step } from '../../model/plan.ts';
import { newCostOf } from '../../model/plan.ts';
import type { PlanState } from '../planning-input.ts';

/** Says of every fallback what would keep it from helping: its price, or whose machines it runs on. */
export function warnOfFallbacks(steps: readonly Step[], state: PlanState): Step[] {
  const runMicroUsd = steps.reduce((sum, step) => sum + newCostOf(step), 0);
  return steps.map((step) => {
    if (step.action !== 'generate') return step;
    const otherMicroUsd = runMicroUsd - newCostOf(step);
    const warnings = step.fallbacks.flatMap((fallback) => [
      ...warnOfPrice(fallback, otherMicroUsd, state),
      ...warnOfBackend(step, fallback, state),
    ]);
    return warnings.length === 0 ? step : { ...step, warnings: [...step.warnings, ...warnings] };
  });
}

/** By the limits that need no record. The reservation decides for good; by then other runs may have spent. */
function warnOfPrice(
  { provider, estimate }: Fallback,
  otherMicroUsd: number,
  { config: { limits } }: PlanState,
): string[] {
  const { highMicroUsd } = estimate;
  return LIMITS.flatMap(({ name, field, counts, needsSharedRecord }) => {
    const limit = limits[field];
    const wouldSpendMicroUsd = highMicroUsd + (counts == null ? 0 : otherMicroUsd);
    if (needsSharedRecord || limit == null || wouldSpendMicroUsd <= limit) return [];
    return [
      `provider: ${provider}, its fallback, may cost ${formatUsd(highMicroUsd)}, which does not fit ${name} ${formatUsd(limit)}: it would not be asked`,
    ];
  });
}

function warnOfBackend(step: GenerateStep, { provider }: Fallback, state: PlanState): string[] {
  const own = serviceOf(state, step.provider);
  const other = serviceOf(state, provider);
  if (own == null || other == null || own.backend.value !== other.backend.value) return [];
  return [
    `provider: ${provider} runs on the same machines as ${step.provider} (${own.backend.value}), so it is not asked when those are out of order`,
  ];
}

function serviceOf({ providers }: PlanState, id: string) {
  return providers.find(({ adapter }) => adapter.id === id)?.adapter.service;
}
