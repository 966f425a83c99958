import { type Limits, noLimits } from '../../src/model/limits.ts';
import type { GenerateStep, Plan, Step } from '../../src/model/plan.ts';
import { buildState } from './state-builder.ts';

/** A step that buys, at this price. */
export function makeGenerateStep(
  id: string,
  highMicroUsd: number,
  changes: Partial<GenerateStep> = {},
): GenerateStep {
  const state = buildState();
  state.addTransfer(id);
  const step = state.step();
  if (step.action !== 'generate') throw new Error(`${id} is not bought`);
  return { ...step, estimate: { lowMicroUsd: 0, highMicroUsd, basis: 'made up' }, ...changes };
}

/** A plan of these steps under these limits, with honest totals unless a command is given. */
export function makePlan(
  steps: readonly Step[],
  limits: Partial<Limits> = {},
  highMicroUsd = sumOfHighs(steps),
): Plan {
  const count = (action: Step['action']) => steps.filter((step) => step.action === action).length;
  return {
    version: 1,
    commit: null,
    configFile: null,
    limits: { ...noLimits, ...limits },
    staging: 'auto',
    steps,
    open: [],
    pullRequest: null,
    totals: {
      generateCount: count('generate'),
      reuseCount: count('reuse'),
      blockedCount: count('blocked'),
      lowMicroUsd: 0,
      highMicroUsd,
    },
    digest: 'made up',
  };
}

function sumOfHighs(steps: readonly Step[]): number {
  return steps
    .filter((step) => step.action === 'generate')
    .filter((step) => step.sameAs == null && !step.resumes)
    .reduce((sum, step) => sum + step.estimate.highMicroUsd, 0);
}
