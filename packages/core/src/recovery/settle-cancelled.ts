import pLimit from 'p-limit';
import { ZodError } from 'zod';
import { withTimeLimit } from '../cancellation.ts';
import { RecordError, StoppedError } from '../model/errors.ts';
import { formatUsd } from '../model/money.ts';
import type { Purchase } from '../model/purchase/purchase.ts';
import { IllegalEventError } from '../model/purchase/purchase-state.ts';
import { settleInstructions } from '../model/purchase/settle-instructions.ts';
import type { OpenRun, RunContext } from '../purchase/context.ts';
import { unplannedJob } from '../purchase/paid-job.ts';
import { settleFailure } from '../purchase/settle-failure.ts';
import { askUntilCertain } from '../purchase/wait/wait.ts';
import type { Finding } from './finding.ts';

const AT_ONCE = 8;
const LONGEST_MS = 10_000;

/**
 * Jobs that an earlier run cancelled or gave up waiting for, at providers where jobs are cancelled: each is asked
 * for once, and settled as not billed where its status says that it never started. That comes before a plan is
 * made, so that the same run can buy it anew. One that its provider does not know any more is a person's to settle:
 * no page says that this is how a cancelled job ends. Everything else is left to collecting.
 */
export async function settleCancelled(context: OpenRun): Promise<Finding[]> {
  const run = { ...context, commit: null };
  const limit = pLimit(AT_ONCE);
  const findings = await Promise.all(
    [...context.store.purchases.values()]
      .filter((purchase) => mayBeCancelled(context, purchase))
      .map((purchase) => limit(() => settleOne(run, purchase))),
  );
  return findings.filter((finding) => finding != null);
}

function mayBeCancelled({ apiFor }: OpenRun, { state, provider, url }: Purchase): boolean {
  if (state !== 'stale' || url != null) return false;
  try {
    const { adapter, hasKey } = apiFor(provider).endpoint;
    return adapter.cancel != null && hasKey;
  } catch (error) {
    // A provider of another version.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

async function settleOne(context: RunContext, purchase: Purchase): Promise<Finding | null> {
  const { ports, stop } = context;
  try {
    const paid = await unplannedJob(context, purchase);
    const { rateLimiter, endpoint } = context.apiFor(purchase.provider);
    const answer = await withTimeLimit(ports, LONGEST_MS, stop.requested, async (signal) => {
      await rateLimiter.admit(signal);
      return askUntilCertain(context, paid, purchase.operation, signal);
    });
    if (answer.kind === 'trouble' && answer.trouble.kind === 'not-found') {
      const { fingerprint, transferId, holdMicroUsd } = purchase;
      const message = `${endpoint.adapter.title} does not know it any more (${answer.trouble.message}), which may be because it was cancelled; ${formatUsd(holdMicroUsd)} stays held. ${settleInstructions(purchase)}`;
      return { fingerprint, transferId, message };
    }
    if (answer.kind !== 'progress' || answer.progress.state !== 'failed') return null;
    const { failure } = answer.progress;
    if (failure.kind !== 'cancelled' || failure.billed !== 'no') return null;
    const { message } = await settleFailure(context, paid, failure);
    ports.log.info(`${purchase.transferId}: ${message}`);
    return null;
  } catch (error) {
    // Collecting says what is wrong with it, or another run settled it meanwhile.
    const isLeftToCollecting = [StoppedError, RecordError, IllegalEventError, ZodError, TypeError];
    if (!isLeftToCollecting.some((kind) => error instanceof kind)) throw error;
    return null;
  }
}
