import { messageOf, RecordError } from '../model/errors.ts';
import type { Purchase } from '../model/purchase.ts';
import { holdsMoney, isCollectable } from '../model/purchase-state.ts';
import type { TransferResult } from '../model/results.ts';
import { collectJob, settleCharge } from '../purchase/collect.ts';
import type { ProgressUpdate, RunContext } from '../purchase/context.ts';
import { settleInstructions } from '../purchase/look-up.ts';
import { collectedName, unplannedJob } from '../purchase/paid-job.ts';

/**
 * Brings home what was paid for and is no longer asked for as it was: the config changed while the job
 * was under way. The videos are kept aside; what only a person can settle is told again.
 */
export function settleUnplannedJob(context: RunContext, entry: Purchase): Promise<TransferResult> {
  return isCollectable(entry.state)
    ? collectOrphan(context, entry)
    : Promise.resolve(
        describe(
          context,
          entry,
          'unknown',
          `nobody can say whether it was accepted; its price stays held. ${settleInstructions(entry)}`,
        ),
      );
}

async function collectOrphan(context: RunContext, entry: Purchase): Promise<TransferResult> {
  const startedMs = context.ports.clock.nowMs();
  const report = (phase: ProgressUpdate['phase'], note: string | null) =>
    context.onProgress({
      id: `${entry.transferId} (earlier)`,
      phase,
      elapsedMs: context.ports.clock.nowMs() - startedMs,
      note,
    });
  try {
    const collected = await collectJob(context, await unplannedJob(context, entry), report);
    switch (collected.kind) {
      case 'stored':
        return describe(
          context,
          entry,
          'collected',
          'paid for by an earlier run; kept aside in collected/',
        );
      case 'failed':
        return describe(context, entry, 'failed', collected.failure.message);
      case 'gone':
        return describe(context, entry, 'failed', collected.message);
      case 'in-progress':
        return describe(context, entry, 'in-progress', collected.message);
    }
  } catch (error) {
    // A record that cannot be read is no better next time.
    const advice = error instanceof RecordError ? '' : '; run again to collect it';
    return describe(context, entry, 'in-progress', `${messageOf(error)}${advice}`);
  }
}

function describe(
  { store }: RunContext,
  { key }: Purchase,
  state: TransferResult['state'],
  message: string,
): TransferResult {
  const entry = store.journal.get(key);
  if (entry == null) throw new TypeError('an open purchase is always on record');
  return {
    id: `${entry.transferId} (earlier)`,
    output: `collected/${collectedName(entry)}`,
    state,
    provider: entry.provider,
    draft: false,
    fingerprint: key,
    operation: entry.operation,
    holdMicroUsd:
      state !== 'collected' && holdsMoney(entry.state, entry.charge?.microUsd != null)
        ? entry.holdMicroUsd
        : 0,
    charge: state === 'collected' ? settleCharge(entry) : entry.charge,
    sha256: entry.download?.sha256 ?? null,
    bytes: entry.download?.bytes ?? null,
    videoSeconds: entry.download?.videoSeconds ?? null,
    elapsedMs: null,
    message,
    alarm: null,
  };
}
