import { messageOf, RecordError } from '../model/errors.ts';
import { modelNameOf, type Purchase } from '../model/purchase/purchase.ts';
import { holdsMoney, isCollectable } from '../model/purchase/purchase-state.ts';
import { settleInstructions } from '../model/purchase/settle-instructions.ts';
import type { TransferResult } from '../model/results.ts';
import { settleCharge } from '../purchase/charge.ts';
import { collectJob } from '../purchase/collect/collect.ts';
import type { ProgressUpdate, RunContext } from '../purchase/context.ts';
import { collectedName, unplannedJob } from '../purchase/paid-job.ts';

/**
 * Collects what was paid for and is no longer asked for as it was: the config changed while the job
 * was under way. The videos are kept aside; what only a person can settle is reported again.
 */
export function settleUnplannedJob(
  context: RunContext,
  purchase: Purchase,
): Promise<TransferResult> {
  return isCollectable(purchase.state)
    ? collectOrphan(context, purchase)
    : Promise.resolve(
        describe(
          context,
          purchase,
          'unknown',
          `nobody can say whether it was accepted; its price stays held. ${settleInstructions(purchase)}`,
        ),
      );
}

async function collectOrphan(context: RunContext, purchase: Purchase): Promise<TransferResult> {
  const startedMs = context.ports.clock.nowMs();
  const report = (phase: ProgressUpdate['phase'], note: string | null) =>
    context.onProgress({
      id: `${purchase.transferId} (earlier)`,
      phase,
      elapsedMs: context.ports.clock.nowMs() - startedMs,
      note,
    });
  try {
    const collected = await collectJob(context, await unplannedJob(context, purchase), report);
    switch (collected.kind) {
      case 'stored':
        return describe(
          context,
          purchase,
          'collected',
          'paid for by an earlier run; kept aside in collected/',
        );
      case 'failed':
        return describe(context, purchase, 'failed', collected.failure.message);
      case 'cancelled':
        return describe(context, purchase, 'not-started', collected.message);
      case 'cancelling':
        return describe(context, purchase, 'in-progress', collected.message);
      case 'gone':
        return describe(context, purchase, 'failed', collected.message);
      case 'in-progress':
        return describe(context, purchase, 'in-progress', collected.message);
    }
  } catch (error) {
    // A record that cannot be read is no better next time.
    const advice = error instanceof RecordError ? '' : '; run again to collect it';
    return describe(context, purchase, 'in-progress', `${messageOf(error)}${advice}`);
  }
}

function describe(
  { store }: RunContext,
  { fingerprint }: Purchase,
  state: TransferResult['state'],
  message: string,
): TransferResult {
  const purchase = store.purchases.get(fingerprint);
  if (purchase == null) throw new TypeError('an open purchase is always on record');
  return {
    id: `${purchase.transferId} (earlier)`,
    output: `collected/${collectedName(purchase)}`,
    state,
    provider: purchase.provider,
    model: modelNameOf(purchase),
    draft: false,
    fingerprint: fingerprint,
    operation: purchase.operation,
    holdMicroUsd:
      state !== 'collected' && holdsMoney(purchase.state, purchase.charge?.microUsd != null)
        ? purchase.holdMicroUsd
        : 0,
    isBoughtHere: false,
    charge: state === 'collected' ? settleCharge(purchase) : purchase.charge,
    sha256: purchase.download?.sha256 ?? null,
    bytes: purchase.download?.bytes ?? null,
    videoSeconds: purchase.download?.videoSeconds ?? null,
    elapsedMs: null,
    message,
    warnings: null,
    alarm: null,
  };
}
