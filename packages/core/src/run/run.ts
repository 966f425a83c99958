import pLimit from 'p-limit';
import type { Approval } from '../budget/label-approval.ts';
import type { BudgetDecision } from '../budget/limits.ts';
import { throwIfStopped } from '../cancellation.ts';
import { removeFetchedAssets } from '../drafts/local-assets.ts';
import { makeDraft } from '../drafts/render-draft.ts';
import { ConfigError, MotionTransferError } from '../model/errors.ts';
import type { GenerateStep, Plan } from '../model/plan.ts';
import type { Purchase } from '../model/purchase.ts';
import type { TransferResult } from '../model/results.ts';
import { costsAnew } from '../plan/totals.ts';
import { adoptPurchase } from '../purchase/adopt.ts';
import { collectJob } from '../purchase/collect.ts';
import type { OpenRun, ProgressUpdate, RunContext } from '../purchase/context.ts';
import { buyFromAny, type FallbackContext, type Made } from '../purchase/fallback.ts';
import { plannedJob } from '../purchase/paid-job.ts';
import { type ReservedWave, reserveWave } from '../purchase/reserve.ts';
import * as results from '../purchase/results.ts';
import { createLiveness } from '../recovery/run-liveness.ts';
import { settleUnplannedJob } from '../recovery/unplanned-jobs.ts';
import { nameOf, requireStore } from '../staging/s3/store.ts';
import { plannedFile } from '../staging/stage.ts';
import { settleOther } from './copy-outputs.ts';

export interface RunRequest {
  readonly plan: Plan;
  /** What the plan may buy as far as was known; the reservation decides for good. */
  readonly decision: BudgetDecision;
  readonly approval: Approval | null;
  /** Transfers in flight at once. */
  readonly concurrency: number;
}

export interface RunOutcome {
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
export async function runPlan(opened: OpenRun, request: RunRequest): Promise<RunOutcome> {
  const { plan, concurrency } = request;
  const context: RunContext = { ...opened, commit: plan.commit };
  const active = plan.steps.filter(
    (step): step is GenerateStep => step.action === 'generate' && isActive(step, request.decision),
  );
  const purchases = active.filter((step) => !isDraft(step));
  requireKeys(context, purchases);
  if (purchases.some(usesBucket)) requireStore(context.s3);
  const reserved = await reserveWave(context, purchases.filter(costsAnew), request);

  const limit = pLimit(concurrency);
  // The draft engine uses every core by itself.
  const draftLimit = pLimit(1);
  const bought = new Map<string, TransferResult>();
  const claimed = new Set(active.map(({ fingerprint }) => fingerprint));
  try {
    await Promise.all(
      active.map((step) =>
        (isDraft(step) ? draftLimit : limit)(async () => {
          bought.set(step.id, await perform(context, step, reserved, request, claimed));
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
  const orphans = await Promise.all(
    (await leftBehind(context, plan.open)).map((purchase) =>
      limit(() => settleUnplannedJob(context, purchase)),
    ),
  );
  const { decision } = reserved;
  return {
    results: [...all, ...orphans],
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
    [character, motion].some(({ method }) => method === 's3'),
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

/** Collecting is always right; buying needs the budget's word. */
function isActive(step: GenerateStep, decision: BudgetDecision): boolean {
  const isApproved = decision.approved.has(step.id) || isDraft(step);
  return step.resumes || (costsAnew(step) && isApproved);
}

function requireKeys(context: RunContext, steps: readonly GenerateStep[]): void {
  const problems = new Map(
    steps.flatMap((step) => {
      const { adapter, secrets } = context.apiFor(step.provider).endpoint;
      return adapter.secrets.flatMap((name) => {
        const problem = keyProblem(secrets[name] ?? '');
        return problem == null ? [] : [[name, problem] as const];
      });
    }),
  );
  if (problems.size === 0) return;
  throw new ConfigError(
    [...problems].map(([name, problem]) => ({
      severity: 'error',
      path: '',
      message: `${name} ${problem}, so nothing was bought; add it as a secret and pass it in the step's env: ${name}: \${{ secrets.${name} }}`,
    })),
  );
}

function keyProblem(key: string): string | null {
  if (key === '') return 'is not set';
  // A key is sent as a header, which carries visible ASCII only.
  return /^[!-~]+$/.test(key) ? null : 'holds characters that no key has (a space, a line break?)';
}

async function perform(
  context: RunContext,
  step: GenerateStep,
  reserved: ReservedWave,
  request: RunRequest,
  claimed: Set<string>,
): Promise<TransferResult> {
  const startedMs = context.ports.clock.nowMs();
  const elapsed = () => context.ports.clock.nowMs() - startedMs;
  const report = (phase: ProgressUpdate['phase'], note: string | null = null) =>
    context.onProgress({ id: step.id, phase, elapsedMs: elapsed(), note });
  // Whoever was asked last: the records are about that purchase.
  let maker = step;
  const fallbackContext: FallbackContext = {
    run: context,
    request,
    claimed,
    report,
    onMaker: (next) => {
      maker = next;
    },
    adopt: async (next, wave) => (await adoptOrRefuse(fallbackContext, next, wave)).purchase,
  };
  try {
    if (isDraft(step)) {
      throwIfStopped(context.stop);
      const rendered = await makeDraft(context, step, (done) =>
        report('drafting', `${Math.floor(done * 10) * 10} %`),
      );
      report('done', 'recorded');
      return { ...results.ofDraft(step, rendered), elapsedMs: elapsed() };
    }
    const { purchase, note } = reserved.granted.has(step.fingerprint)
      ? await buyFromAny(fallbackContext, step)
      : await adoptOrRefuse(fallbackContext, step, reserved);
    if (purchase.kind === 'ended')
      return { ...results.withNote(purchase.result, note), elapsedMs: elapsed() };
    const collected = await collectJob(context, plannedJob(context, maker), report);
    report('done', collected.kind);
    const result = results.ofCollected(context, maker, collected);
    return { ...results.withNote(result, note), elapsedMs: elapsed() };
  } catch (error) {
    if (!(error instanceof MotionTransferError))
      context.ports.log.warning(`${step.id}: ${describeBug(error)}`);
    return { ...results.ofInterruption(context, maker, error), elapsedMs: elapsed() };
  }
}

/** Somebody else holds it, or it was not granted. */
async function adoptOrRefuse(
  context: FallbackContext,
  step: GenerateStep,
  reserved: ReservedWave,
): Promise<Made> {
  const { run, request, report } = context;
  const end = (result: TransferResult): Made => ({
    purchase: { kind: 'ended', result, refusal: null },
    note: null,
  });
  if (reserved.problem != null && costsAnew(step))
    return end(results.ofNotStarted(step, `not bought: ${reserved.problem}`));
  if (!step.resumes && !reserved.taken.has(step.fingerprint))
    return end(results.ofNotStarted(step, 'not bought: the budget does not allow it'));
  const adopted = await adoptPurchase(run, step, (note) => report('waiting', note));
  switch (adopted.kind) {
    case 'collectable':
      return { purchase: { kind: 'paid' }, note: null };
    case 'free': {
      if (step.resumes)
        return end(
          results.ofNotStarted(step, 'the run that was buying it did not; run again to buy it'),
        );
      const again = await reserveWave(run, [step], request);
      if (again.granted.has(step.fingerprint)) return buyFromAny(context, step);
      return end(
        results.ofNotStarted(
          step,
          'not bought: another run is buying it, or the budget does not allow it',
        ),
      );
    }
    default:
      return end(results.ofAdopted(run, step, adopted));
  }
}

/** For the log only: a stack helps to mend our own mistakes. */
function describeBug(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
