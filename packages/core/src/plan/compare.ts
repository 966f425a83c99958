import { LIMITS, type Limits } from '../model/limits.ts';
import { formatUsd, formatUsdRange } from '../model/money.ts';
import type { Plan, Step } from '../model/plan.ts';
import { DEFAULT_MODEL, type ModelName } from '../model/transfer.ts';

/** The parts of a plan that an approval is about; a plan.json read back has all of them. */
export type PinnedPlan = Pick<Plan, 'commit' | 'digest' | 'limits' | 'pullRequest'> & {
  readonly steps: readonly ComparedStep[];
};

export type ComparedStep = Pick<Step, 'id' | 'action' | 'output'> & {
  readonly provider?: string;
  readonly modelName?: ModelName;
  readonly fingerprint?: string;
  readonly estimate?: { readonly lowMicroUsd: number; readonly highMicroUsd: number };
};

const MOST_SHOWN = 10;

/**
 * What is not as it was when the plan was made, in sentences; empty when nothing is. Equal digests are
 * equal plans; with different ones there is always at least one sentence.
 */
export function findPlanChanges(approved: PinnedPlan, now: PinnedPlan): string[] {
  if (approved.digest === now.digest) return [];
  const changes = [
    ...(approved.commit === now.commit
      ? []
      : [`the checkout is ${short(now.commit)}, was ${short(approved.commit)}`]),
    ...(approved.pullRequest?.headSha === now.pullRequest?.headSha
      ? []
      : [
          `the head of the pull request is ${short(now.pullRequest?.headSha)}, was ${short(approved.pullRequest?.headSha)}`,
        ]),
    ...limitChanges(approved.limits, now.limits),
    ...stepChanges(approved.steps, now.steps),
  ];
  const shown = changes.slice(0, MOST_SHOWN);
  const rest = changes.length - shown.length;
  if (rest > 0) return [...shown, `and ${rest} more`];
  return shown.length > 0 ? shown : ['a detail of it changed'];
}

function limitChanges(before: Limits, now: Limits): string[] {
  return LIMITS.filter(({ field }) => before[field] !== now[field]).map(
    ({ name, field }) => `${name} is ${limit(now[field])}, was ${limit(before[field])}`,
  );
}

function stepChanges(before: readonly ComparedStep[], now: readonly ComparedStep[]): string[] {
  const earlier = new Map(before.map((step) => [step.id, step]));
  const later = new Set(now.map((step) => step.id));
  const changed = now.flatMap((step) => {
    const old = earlier.get(step.id);
    if (old == null) return [`${step.id} is new`];
    if (old.action !== step.action) return [`${step.id} is ${step.action}, was ${old.action}`];
    if (old.provider !== step.provider)
      return [`${step.id} would be sold by ${step.provider}, was ${old.provider}`];
    if (old.modelName !== step.modelName)
      return [`${step.id} would be made by ${nameOf(step)}, was ${nameOf(old)}`];
    if (old.fingerprint !== step.fingerprint) return [`${step.id} is made from something else`];
    if (old.estimate?.highMicroUsd !== step.estimate?.highMicroUsd)
      return [`${step.id} costs ${price(step)}, was ${price(old)}`];
    return old.output === step.output ? [] : [`${step.id} is written to ${step.output}`];
  });
  const gone = before.filter((step) => !later.has(step.id)).map((step) => `${step.id} is gone`);
  return [...changed, ...gone];
}

function nameOf({ modelName }: ComparedStep): ModelName {
  return modelName ?? DEFAULT_MODEL;
}

function price({ estimate }: ComparedStep): string {
  return estimate == null ? 'nothing' : formatUsdRange(estimate.lowMicroUsd, estimate.highMicroUsd);
}

function limit(microUsd: number | null): string {
  return microUsd == null ? 'none' : formatUsd(microUsd);
}

function short(sha: string | null | undefined): string {
  return sha == null ? 'none' : sha.slice(0, 12);
}
