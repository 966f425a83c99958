import pLimit from 'p-limit';
import { isCollectable } from '../record/transfer-state.ts';
import type { TransferResult } from '../types.ts';
import { createLiveness } from './liveness.ts';
import type { OpenRun } from './open-run.ts';
import { settleOrphan } from './orphans.ts';
import { type Finding, settleLeftovers } from './reconcile.ts';

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
  const findings = await settleLeftovers(opened);
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
        return settleOrphan(context, entry);
      }),
    ),
  );
  return { findings, results: results.filter((result) => result != null) };
}
