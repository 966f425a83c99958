import pLimit from 'p-limit';
import type { BudgetDecision } from '../budget/decide.ts';
import {
  ConfigError,
  MotionTransferError,
  messageOf,
  RecordError,
  StoppedError,
} from '../errors.ts';
import { costsAnew } from '../plan/assemble.ts';
import type { GenerateStep, Plan, TransferResult } from '../types.ts';
import { collectJob } from './collect.ts';
import type { ProgressUpdate, RunContext } from './context.ts';
import { settleOrphan } from './orphans.ts';
import { paidStep } from './paid-job.ts';
import { makeDraft } from './render-draft.ts';
import * as results from './results.ts';
import { settleOther } from './settle.ts';
import { stageAssets } from './stage.ts';
import { throwIfStopped } from './stop.ts';
import { refuseTooLate, reservationOf, submitJob } from './submit.ts';

export interface RunRequest {
  readonly plan: Plan;
  readonly decision: BudgetDecision;
  /** Transfers in flight at once. */
  readonly concurrency: number;
}

/**
 * Carries out a plan: collects what was paid for, buys what the budget approved, copies what is the
 * same. One result for every step, in plan order; a fault of one transfer never stops the others.
 *
 * @throws ConfigError before anything is bought when a key is missing.
 */
export async function runPlan(
  opened: Omit<RunContext, 'commit'>,
  request: RunRequest,
): Promise<TransferResult[]> {
  const { plan, decision, concurrency } = request;
  const context: RunContext = { ...opened, commit: plan.commit };
  const active = plan.steps.filter(
    (step): step is GenerateStep => step.action === 'generate' && isActive(step, decision),
  );
  const purchases = active.filter((step) => !isDraft(step));
  requireKeys(context, purchases);
  await settleLeftovers(context);
  await reserveAll(context, purchases.filter(costsAnew));

  const limit = pLimit(concurrency);
  // The draft engine uses every core by itself.
  const draftLimit = pLimit(1);
  const bought = new Map<string, TransferResult>();
  await Promise.all(
    active.map((step) =>
      (isDraft(step) ? draftLimit : limit)(async () => {
        bought.set(step.id, await perform(context, step));
      }),
    ),
  );
  const all: TransferResult[] = [];
  for (const step of plan.steps) {
    all.push(bought.get(step.id) ?? (await settleOther(context, step, bought)));
  }
  const orphans = await Promise.all(
    plan.open.map((open) => limit(() => settleOrphan(context, open))),
  );
  return [...all, ...orphans];
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

/** With the store locked no other run of this checkout lives: what it left half-way is settled honestly. */
async function settleLeftovers(context: RunContext): Promise<void> {
  const { store, ports } = context;
  for (const entry of [...store.journal.values()]) {
    const base = { key: entry.key, atMs: ports.clock.nowMs() };
    if (entry.state === 'reserved') {
      await store.append({ ...base, type: 'release', message: 'the run ended before it was sent' });
    } else if (entry.state === 'submitting') {
      await store.append({
        ...base,
        type: 'lose-answer',
        message: 'the run ended while waiting for the answer',
      });
    }
  }
}

/** Holds come before any submit: what is reserved is what the budget approved. */
async function reserveAll(context: RunContext, steps: readonly GenerateStep[]): Promise<void> {
  const { store, ports } = context;
  for (const step of steps) {
    const isRefresh = step.reasons.some((reason) => reason.code === 'adapter-revised');
    if (store.journal.get(step.fingerprint)?.state === 'recorded' && !isRefresh) {
      throw new RecordError(
        `${step.id} was bought after this plan was made, so nothing more is bought; plan again`,
      );
    }
    await store.append(reservationOf(step, ports.clock.nowMs()));
  }
}

async function perform(context: RunContext, step: GenerateStep): Promise<TransferResult> {
  const startedMs = context.ports.clock.nowMs();
  const elapsed = () => context.ports.clock.nowMs() - startedMs;
  const report = (phase: ProgressUpdate['phase'], note: string | null = null) =>
    context.onProgress({ id: step.id, phase, elapsedMs: elapsed(), note });
  try {
    if (isDraft(step)) {
      throwIfStopped(context.stop);
      const rendered = await makeDraft(context, step, (done) =>
        report('drafting', `${Math.floor(done * 10) * 10} %`),
      );
      report('done', 'recorded');
      return { ...results.ofDraft(step, rendered), elapsedMs: elapsed() };
    }
    if (!step.resumes) {
      const refused = await buy(context, step, report);
      if (refused != null) return { ...refused, elapsedMs: elapsed() };
    }
    const collected = await collectJob(context, paidStep(context, step), report);
    report('done', collected.kind);
    return { ...results.ofCollected(context, step, collected), elapsedMs: elapsed() };
  } catch (error) {
    if (!(error instanceof MotionTransferError))
      context.ports.log.warning(`${step.id}: ${describeBug(error)}`);
    return { ...results.ofInterruption(context, step, error), elapsedMs: elapsed() };
  }
}

/** `null` when the job is paid and can be collected, otherwise the result that ends the step. */
async function buy(
  context: RunContext,
  step: GenerateStep,
  report: (phase: ProgressUpdate['phase']) => void,
): Promise<TransferResult | null> {
  try {
    throwIfStopped(context.stop);
    if (context.halted != null) throw new StoppedError(`not bought, because ${context.halted}`);
    refuseTooLate(context, step);
    report('staging');
    const { endpoint } = context.apiFor(step.provider);
    const urls = await stageAssets(
      { ...context, allowLoopback: endpoint.isLoopback, signal: context.stop.requested },
      step.staged,
      step.facts,
    );
    report('submitting');
    const submitted = await submitJob(context, step, urls);
    return submitted.kind === 'paid' ? null : results.ofRefusal(context, step, submitted);
  } catch (error) {
    // Nothing was sent: the hold goes back.
    const state = context.store.journal.get(step.fingerprint)?.state;
    if (state === 'reserved') {
      await context.store.append({
        type: 'release',
        key: step.fingerprint,
        atMs: context.ports.clock.nowMs(),
        message: messageOf(error),
      });
    }
    throw error;
  }
}

/** For the log only: a stack helps to mend our own mistakes. */
function describeBug(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
