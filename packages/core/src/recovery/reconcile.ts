import pLimit from 'p-limit';
import { ZodError } from 'zod';
import { messageOf, RecordError } from '../model/errors.ts';
import { formatUsd } from '../model/money.ts';
import type { Purchase } from '../model/purchase.ts';
import { isCollectable } from '../model/purchase-state.ts';
import type { TransferResult } from '../model/results.ts';
import { readIntent } from '../purchase/intent.ts';
import { settleInstructions } from '../purchase/look-up.ts';
import type { OpenRun } from '../run/open-run.ts';
import { createLiveness } from './run-liveness.ts';
import { type Finding, settleLeftovers } from './settle-leftovers.ts';
import { settleUnplannedJob } from './unplanned-jobs.ts';

export interface Reconciled {
  /** What could not be settled, and what a person can do about it. */
  readonly findings: readonly Finding[];
  /** What was brought home, or is still being made. */
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
  const collectable = [...opened.store.journal.values()].filter(({ state }) =>
    isCollectable(state),
  );
  const results = await Promise.all(
    collectable.map((entry) =>
      limit(async () => {
        if (nowMs <= entry.holder.untilMs && !(await isOver(entry))) return null;
        const message = await whyNeverCollected(opened, entry);
        if (message != null) {
          findings.push({ key: entry.key, transferId: entry.transferId, message });
          return null;
        }
        return settleUnplannedJob(context, entry);
      }),
    ),
  );
  return { findings, results: results.filter((result) => result != null) };
}

/**
 * Accepted with nothing to ask by, and a signed address that only its own machine had: no later run can
 * collect it, so it is a person's to settle. `null` for everything else.
 */
async function whyNeverCollected(context: OpenRun, entry: Purchase): Promise<string | null> {
  if (entry.url != null || !['submitted', 'stale'].includes(entry.state)) return null;
  const held = `${formatUsd(entry.holdMicroUsd)} stays held`;
  try {
    const { adapter } = context.apiFor(entry.provider).endpoint;
    const { job } = await readIntent(context, entry);
    if (adapter.status(entry.operation, job) != null) return null;
    return `${adapter.title} accepted it without an id to ask by, and the address of the video stayed on the machine that got it; ${held}. ${settleInstructions(entry)}`;
  } catch (error) {
    if (error instanceof RecordError)
      return `${error.message}; ${held}. ${settleInstructions(entry)}`;
    if (!(error instanceof TypeError || error instanceof ZodError)) throw error;
    return `this version cannot ask ${entry.provider} for it (${messageOf(error)}); ${held}. Reconcile with the version that bought it`;
  }
}
