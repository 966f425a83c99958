import type { Archive } from '../../model/purchase/purchase.ts';
import type { TransferResult } from '../../model/results.ts';
import { settleCharge } from '../charge.ts';
import type { OpenRun } from '../context.ts';
import { downloadPath } from '../paid-job.ts';

/** Where the videos of a run are kept from now on; `null` when only the workspace has them. */
export type Delivered = Omit<Archive, 'path'> | null;

/** What is needed of a result. */
type Deliverable = Pick<TransferResult, 'fingerprint' | 'state' | 'output' | 'charge' | 'message'>;

/**
 * Settles what was delivered: only now, with the bytes kept beyond this machine, does a purchase count
 * as recorded. What a concurrent run recorded first is its purchase, not ours.
 *
 * @throws LedgerError when the shared ledger was not updated; the journal here holds it.
 */
export async function recordDelivery<Result extends Deliverable>(
  context: OpenRun,
  results: readonly Result[],
  delivered: Delivered,
): Promise<Result[]> {
  const { store, ports } = context;
  const recordedAs = new Map<string, string | null>();
  for (const { fingerprint, state, output } of results) {
    if (fingerprint == null || !['generated', 'collected'].includes(state)) continue;
    const purchase = store.purchases.get(fingerprint);
    const archive = delivered == null ? null : { ...delivered, path: output };
    const base = { fingerprint, atMs: ports.clock.nowMs() };
    if (purchase?.state === 'stored') {
      const charge = settleCharge(purchase);
      const recorded = await store.append({ ...base, type: 'record', charge, archive });
      recordedAs.set(fingerprint, recorded.history.at(-1)?.id ?? '');
    } else if (purchase?.state === 'recorded') {
      recordedAs.set(fingerprint, null);
      if (archive != null) await store.append({ ...base, type: 'archive', archive });
    }
  }
  // Only what is proved to be kept elsewhere goes from this machine.
  for (const fingerprint of recordedAs.keys())
    await ports.files.remove(downloadPath(context, fingerprint));
  await store.flush();
  return results.map((result) => {
    const id = recordedAs.get(result.fingerprint ?? '');
    const purchase = store.purchases.get(result.fingerprint ?? '');
    if (id === undefined || purchase == null || purchase.history.some((item) => item.id === id))
      return result;
    const message = result.message ?? `bought by run ${purchase.holder.runId}, which counts it`;
    return { ...result, charge: null, message };
  });
}

/**
 * Results of a run whose videos are kept nowhere but on this machine: their money stays held, because
 * the run that delivers them counts it.
 */
export function holdUndelivered<Result extends Deliverable & Pick<TransferResult, 'holdMicroUsd'>>(
  { store }: OpenRun,
  results: readonly Result[],
): Result[] {
  return results.map((result) => {
    const purchase = store.purchases.get(result.fingerprint ?? '');
    if (purchase == null || result.charge == null) return result;
    if (purchase.state === 'stored')
      return { ...result, charge: null, holdMicroUsd: purchase.holdMicroUsd };
    // A concurrent run delivered it meanwhile and counts it.
    return purchase.state === 'recorded' ? { ...result, charge: null } : result;
  });
}
