import pLimit from 'p-limit';
import { ZodError } from 'zod';
import { LedgerError, messageOf, RecordError } from '../model/errors.ts';
import { formatUsd } from '../model/money.ts';
import type { Purchase } from '../model/purchase/purchase.ts';
import { isCollectable } from '../model/purchase/purchase-state.ts';
import { settleInstructions } from '../model/purchase/settle-instructions.ts';
import type { TransferResult } from '../model/results.ts';
import type { OpenRun } from '../purchase/context.ts';
import { readIntent } from '../purchase/intent.ts';
import type { Finding } from './finding.ts';
import { createInFlightCheck, lastActMs } from './in-flight.ts';
import { createLiveness } from './run-liveness.ts';
import { settleLeftovers } from './settle-leftovers.ts';
import { settleUnplannedJob } from './unplanned-jobs.ts';

export interface Reconciled {
  /** What could not be settled, and what a person can do about it. */
  readonly findings: readonly Finding[];
  /** What was collected, or is still being made. */
  readonly results: readonly TransferResult[];
}

/**
 * Settles everything open that can be settled without a plan: dead runs' intents, lost answers, paid jobs
 * whose run is over. Buys nothing.
 */
export async function reconcile(opened: OpenRun, concurrency: number): Promise<Reconciled> {
  const findings = [...(await settleLeftovers(opened))];
  const context = { ...opened, commit: null };
  const isOver = createLiveness(opened);
  const nowMs = opened.ports.clock.nowMs();
  const limit = pLimit(concurrency);
  const collectable = [...opened.store.purchases.values()].filter(({ state }) =>
    isCollectable(state),
  );
  const results = await Promise.all(
    collectable.map((purchase) =>
      limit(async () => {
        if (nowMs <= purchase.holder.untilMs && !(await isOver(purchase))) return null;
        const message = await whyNeverCollected(opened, purchase);
        if (message != null) {
          findings.push({
            fingerprint: purchase.fingerprint,
            transferId: purchase.transferId,
            message,
          });
          return null;
        }
        const result = await settleUnplannedJob(context, purchase);
        const overdue = result?.state === 'in-progress' ? await whyOverdue(opened, purchase) : null;
        if (overdue != null) {
          const { fingerprint, transferId } = purchase;
          findings.push({ fingerprint, transferId, message: overdue });
        }
        return result;
      }),
    ),
  );
  findings.push(...(await findUnheardOf(opened)));
  findings.push(...(await checkWholeHistory(opened)));
  return { findings, results: results.filter((result) => result != null) };
}

/**
 * Asked for by a run of which nothing was heard after its own deadline, and GitHub does not say that it is
 * over: no run settles that by itself, so it is a person's.
 */
async function findUnheardOf(context: OpenRun): Promise<Finding[]> {
  const whyInFlight = createInFlightCheck(context);
  const nowMs = context.ports.clock.nowMs();
  const overdue = [...context.store.purchases.values()].filter(
    (purchase) => purchase.state === 'submitting' && nowMs > lastActMs(purchase),
  );
  return Promise.all(
    overdue.map(async (purchase) => {
      const { fingerprint, transferId, holder, holdMicroUsd } = purchase;
      const message =
        (await whyInFlight(purchase)) ??
        `run ${holder.runId} was buying it and has not been heard of since; nobody can say whether it was accepted; ${formatUsd(holdMicroUsd)} stays held. ${settleInstructions(purchase)}`;
      return { fingerprint, transferId, message };
    }),
  );
}

/** A run looks at what happened since its lockfile was written; here all of it is looked at. */
async function checkWholeHistory({ store, ports }: OpenRun): Promise<Finding[]> {
  try {
    const found = (await store.ledger?.findViolations()) ?? [];
    return found.map(({ purchase: { fingerprint, transferId }, message }) => ({
      fingerprint,
      transferId,
      message,
    }));
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    ports.log.warning(`the history of the ledger was not checked: ${error.message}`);
    return [];
  }
}

const HOUR_MS = 3_600_000;

/**
 * Asked for again just now, and still not done although no job of its model takes so long: asking on settles
 * nothing, so a person has to look. `null` while it may still come.
 */
async function whyOverdue(context: OpenRun, purchase: Purchase): Promise<string | null> {
  const now = context.store.purchases.get(purchase.fingerprint);
  if (now?.state !== 'submitted' && now?.state !== 'stale') return null;
  const { adapter } = context.apiFor(purchase.provider).endpoint;
  const { job, sentAtMs } = await readIntent(context, purchase);
  // A model that is sold no more took no longer than those that are.
  const spec = adapter.models[job.model] ?? Object.values(adapter.models)[0];
  const longest = spec?.longestHours;
  const hours = Math.floor((context.ports.clock.nowMs() - sentAtMs) / HOUR_MS);
  if (longest == null || hours < longest.value) return null;
  return `${adapter.title} accepted it ${hours} hours ago and has not said how it ended; no job takes longer than ${longest.value} hours (${longest.basis}); ${formatUsd(purchase.holdMicroUsd)} stays held. ${settleInstructions(purchase)}`;
}

/**
 * Accepted with nothing to ask by, and a signed address that only its own machine had: no later run can
 * collect it, so it is a person's to settle. `null` for everything else.
 */
async function whyNeverCollected(context: OpenRun, purchase: Purchase): Promise<string | null> {
  if (purchase.url != null || !['submitted', 'stale'].includes(purchase.state)) return null;
  const held = `${formatUsd(purchase.holdMicroUsd)} stays held`;
  try {
    const { adapter } = context.apiFor(purchase.provider).endpoint;
    const { job } = await readIntent(context, purchase);
    if (adapter.status(purchase.operation, job) != null) return null;
    return `${adapter.title} accepted it without an id to ask by, and the address of the video stayed on the machine that got it; ${held}. ${settleInstructions(purchase)}`;
  } catch (error) {
    if (error instanceof RecordError)
      return `${error.message}; ${held}. ${settleInstructions(purchase)}`;
    if (!(error instanceof TypeError || error instanceof ZodError)) throw error;
    return `this version cannot ask ${purchase.provider} for it (${messageOf(error)}); ${held}. Reconcile with the version that bought it`;
  }
}
