import pLimit from 'p-limit';
import type { BudgetDecision } from '../budget/apply-limits.ts';
import type { Approval } from '../budget/label-approval.ts';
import { throwIfStopped } from '../cancellation.ts';
import { removeFetchedAssets } from '../drafts/local-assets.ts';
import { makeDraft } from '../drafts/render-draft.ts';
import type { GenerateStep, Plan } from '../model/plan.ts';
import { costsAnew } from '../model/plan.ts';
import type { Purchase } from '../model/purchase/purchase.ts';
import type { TransferResult } from '../model/results.ts';
import { createClaims } from '../purchase/adopt/claims.ts';
import type { OpenRun, Report, RunContext } from '../purchase/context.ts';
import { type ObtainContext, obtainTransfer, ofError } from '../purchase/obtain.ts';
import { type ReservedWave, reserveWave } from '../purchase/reserve.ts';
import * as results from '../purchase/results.ts';
import { createLiveness } from '../recovery/run-liveness.ts';
import { settleUnplannedJob } from '../recovery/unplanned-jobs.ts';
import { nameOf, requireStore } from '../staging/s3/store.ts';
import { plannedFile } from '../staging/stage.ts';
import { settleOther } from './copy-outputs.ts';
import { requireKeys } from './require-keys.ts';

export interface RunPlanRequest {
  readonly plan: Plan;
  /** What the plan may buy as far as was known; the reservation decides for good. */
  readonly decision: BudgetDecision;
  readonly approval: Approval | null;
  /** Transfers in flight at once. */
  readonly concurrency: number;
}

export interface RanPlan {
  /** One for every step, in plan order, then what earlier runs left. */
  readonly results: readonly TransferResult[];
  /** What the limits allowed when the money was reserved. */
  readonly decision: BudgetDecision;
}

/**
 * Carries out a plan: collects what was paid for, buys what the budget approved, adopts what another run
 * is buying, copies what is the same. A fault of one transfer never stops the others.
 *
 * @throws ConfigError before anything is bought when a key is missing.
 */
export async function runPlan(opened: OpenRun, request: RunPlanRequest): Promise<RanPlan> {
  const { plan, concurrency } = request;
  const context: RunContext = { ...opened, commit: plan.commit };
  const active = plan.steps.filter(
    (step): step is GenerateStep => step.action === 'generate' && isActive(step, request.decision),
  );
  const purchases = active.filter((step) => !isDraft(step));
  requireKeys(context, purchases);
  if (purchases.some(usesBucket)) requireStore(context.s3);
  const wave = await reserveWave(context, purchases.filter(costsAnew), request);

  const limit = pLimit(concurrency);
  // The draft engine uses every core by itself.
  const draftLimit = pLimit(1);
  const bought = new Map<string, TransferResult>();
  const claims = createClaims(active);
  try {
    await Promise.all(
      active.map((step) =>
        (isDraft(step) ? draftLimit : limit)(async () => {
          bought.set(step.id, await perform(context, step, wave, { terms: request, claims }));
        }),
      ),
    );
  } finally {
    await context.s3?.clean(stillRead(active, bought));
  }
  await removeFetchedAssets(context);
  const all: TransferResult[] = [];
  for (const step of plan.steps) {
    all.push(bought.get(step.id) ?? (await settleOther(context, step, bought)));
  }
  const unplanned = await Promise.all(
    (await leftBehind(context, plan.open)).map((purchase) =>
      limit(() => settleUnplannedJob(context, purchase)),
    ),
  );
  const { decision } = wave;
  return {
    results: [...all, ...unplanned],
    decision: decision.withinBudget ? request.decision : decision,
  };
}

/** What a run that is still going on holds is its own business. */
async function leftBehind(context: RunContext, open: Plan['open']): Promise<Purchase[]> {
  const isOver = createLiveness(context);
  const left: Purchase[] = [];
  for (const purchase of open) {
    const entry = context.store.purchases.get(purchase.fingerprint);
    if (entry == null) continue;
    const shouldHaveEnded = context.ports.clock.nowMs() > entry.holder.untilMs;
    if (shouldHaveEnded || (await isOver(entry))) left.push(entry);
  }
  return left;
}

function usesBucket({ staged, fallbacks }: GenerateStep): boolean {
  return [{ staged }, ...fallbacks].some(({ staged: { character, motion } }) =>
    [character, motion].some(
      (asset) => asset.method === 's3' || (asset.method === 'fetched' && asset.to === 's3'),
    ),
  );
}

/** Files of jobs that are not provably over: their provider may not have read them yet. */
function stillRead(
  steps: readonly GenerateStep[],
  bought: ReadonlyMap<string, TransferResult>,
): ReadonlySet<string> {
  const open = steps.filter((step) => {
    const state = bought.get(step.id)?.state;
    return state == null || state === 'in-progress' || state === 'unknown';
  });
  return new Set(
    open.flatMap((step) =>
      (['character', 'motion'] as const).map((role) => nameOf(plannedFile(step, role, ''))),
    ),
  );
}

function isDraft(step: GenerateStep): boolean {
  return step.staged.motion.method === 'local';
}

/** Collecting is always right; buying needs the approval of the budget. */
function isActive(step: GenerateStep, decision: BudgetDecision): boolean {
  const isApproved = decision.approved.has(step.id) || isDraft(step);
  return step.resumes || (costsAnew(step) && isApproved);
}

/** Everything is reported with the time it took, from here on. */
async function perform(
  run: RunContext,
  step: GenerateStep,
  wave: ReservedWave,
  { terms, claims }: Pick<ObtainContext, 'terms' | 'claims'>,
): Promise<TransferResult> {
  const startedMs = run.ports.clock.nowMs();
  const elapsed = () => run.ports.clock.nowMs() - startedMs;
  const report: Report = (phase, note = null) =>
    run.onProgress({ id: step.id, phase, elapsedMs: elapsed(), note });
  const result = isDraft(step)
    ? await renderDraft(run, step, report)
    : await obtainTransfer({ run, terms, claims, report }, step, wave);
  return { ...result, elapsedMs: elapsed() };
}

async function renderDraft(
  run: RunContext,
  step: GenerateStep,
  report: Report,
): Promise<TransferResult> {
  try {
    throwIfStopped(run.stop);
    const rendered = await makeDraft(run, step, (done) =>
      report('drafting', `${Math.floor(done * 10) * 10} %`),
    );
    report('done', 'recorded');
    return results.ofDraft(step, rendered);
  } catch (error) {
    return ofError(run, step, error);
  }
}
