import { canonicalJson } from '../../model/json/json.ts';
import { fingerprintsOf, type Plan, type Step } from '../../model/plan.ts';
import { assemblePlan } from '../assemble.ts';
import { digestOf } from '../digest.ts';
import type { Commit, PlanState } from '../planning-input.ts';
import type { BaseCommit } from './base-commit.ts';
import { stateAtBase } from './base-state.ts';

/** The plan with what the base commit owes as well marked as such, and without outputs that were only renamed. */
export function compareWithBase(
  plan: Plan,
  state: PlanState,
  { commit, base }: { readonly commit: Commit | null; readonly base: BaseCommit },
): Plan {
  const atBase = assemblePlan(stateAtBase(state, commit, base)).plan.steps;
  const due = new Set(atBase.flatMap((step) => (step.action === 'generate' ? namesOf(step) : [])));
  const blocked = new Map(
    atBase.flatMap((step) => (step.action === 'blocked' ? [[step.output, obstacleOf(step)]] : [])),
  );
  const isOwed = (step: Step): boolean => {
    if (step.action === 'generate') return namesOf(step).some((name) => due.has(name));
    return step.action === 'blocked' && blocked.get(step.output) === obstacleOf(step);
  };
  const steps = plan.steps.map(
    (step): Step => (isOwed(step) ? { ...step, owedByBase: true as const } : step),
  );
  const { digest: _digest, ...planned } = plan;
  const body = {
    ...planned,
    steps,
    mergeBase: { commit: base.commit, problem: null },
    pullRequest: withoutRenamed(plan, atBase, base),
  };
  return { ...body, digest: digestOf(body) };
}

/** The plan of a pull request that could not be compared: all of it counts for the pull request. */
export function withoutComparison(plan: Plan, problem: string): Plan {
  return { ...plan, mergeBase: { commit: null, problem } };
}

function namesOf(step: Step): string[] {
  if (step.action === 'blocked') return [];
  return step.action === 'reuse' ? [step.fingerprint] : fingerprintsOf(step);
}

/** What is in the way of which purchase; the same text for the same. */
function obstacleOf({ character, motion, parameters, reasons }: Step): string {
  const assets = [character, motion].map(({ source, identity }) => ({ source, identity }));
  return canonicalJson({
    assets: assets.map((asset) => ({ ...asset })),
    parameters: { ...parameters },
    reasons: reasons.map((reason) => ({ ...reason })),
  });
}

/** What the base commit does not make either is no removal, nor is what another output is now. */
function withoutRenamed(
  { pullRequest, steps }: Plan,
  atBase: readonly Step[],
  { transfers, lockfile }: BaseCommit,
): Plan['pullRequest'] {
  if (pullRequest?.removed == null) return pullRequest;
  const made = new Set([
    ...transfers.map(({ output }) => output),
    ...Object.keys(lockfile.outputs),
  ]);
  const kept = new Set(steps.flatMap(namesOf));
  const renamed = new Set(
    atBase
      .filter((step) => namesOf(step).some((name) => kept.has(name)))
      .map(({ output }) => output),
  );
  const removed = pullRequest.removed.filter(
    ({ output }) => made.has(output) && !renamed.has(output),
  );
  return { ...pullRequest, removed };
}
