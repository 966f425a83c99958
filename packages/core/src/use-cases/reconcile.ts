import type { FreezeRequest } from '../ledger/freeze.ts';
import { formatUsd } from '../model/money.ts';
import type { Purchase } from '../model/purchase/purchase.ts';
import type { TransferResult } from '../model/results.ts';
import type { Ports } from '../ports.ts';
import { applyFreeze } from '../recovery/apply-freeze.ts';
import type { Finding } from '../recovery/finding.ts';
import { correctDates } from '../recovery/future-dates.ts';
import { reconcile } from '../recovery/reconcile.ts';
import { sweepDownloads } from '../recovery/sweep-downloads.ts';
import { type WriteOffRequest, writeOff } from '../recovery/write-off.ts';
import { checkOutputs } from '../run/check-outputs.ts';
import {
  type Delivered,
  type DeliveryRequest,
  deliverAndRecord,
  type Settlement,
} from './deliver.ts';
import type { OnRecord } from './plan.ts';
import { type RecordsRequest, withRecords } from './with-records.ts';

export interface ReconcileRequest<Delivery extends Delivered> extends RecordsRequest {
  /** Manual decisions on purchases that nothing else can settle; applied first. */
  readonly writeOffs: WriteOffRequest;
  /** Whether all buying is frozen from now on, or no longer; absent: it stays as it is. */
  readonly freeze?: FreezeRequest | null;
  /** Purchases that are collected at once. */
  readonly concurrency: number;
  deliver(request: DeliveryRequest): Promise<Delivery>;
}

export interface ReconcileOutcome<Delivery extends Delivered>
  extends Settlement<TransferResult, Delivery> {
  /** What was settled by the manual decisions of the request. */
  readonly writtenOff: readonly Purchase[];
  /** What could not be settled, and what a person can do about it. */
  readonly findings: readonly Finding[];
  readonly onRecord: OnRecord;
}

/**
 * Settles what earlier runs left open, collects what they paid for, delivers, records. Needs no plan and
 * buys nothing.
 *
 * @throws ConfigError when a write-off or a freeze cannot be made.
 */
export async function reconcilePurchases<Delivery extends Delivered>(
  ports: Ports,
  request: ReconcileRequest<Delivery>,
): Promise<ReconcileOutcome<Delivery>> {
  return withRecords(ports, request, async (context) => {
    if (request.freeze != null) await applyFreeze(context, request.freeze);
    const isAsked = request.writeOffs.writeOffs.length > 0;
    const writtenOff = isAsked ? await writeOff(context, request.writeOffs) : [];
    for (const { transferId, charge } of writtenOff)
      ports.log.info(`${transferId}: written off at ${formatUsd(charge?.microUsd ?? 0)}`);
    await correctDates(context, request.writeOffs);
    await sweepDownloads(context);
    const { findings, results: collected } = await reconcile(context, request.concurrency);
    const results = await checkOutputs(context, [], collected);
    const settlement = await deliverAndRecord(context, results, request.stop, (videos) =>
      request.deliver(videos),
    );
    const { purchases, ledger } = context.store;
    const label = ledger?.label ?? 'the journal of this checkout';
    return { ...settlement, writtenOff, findings, onRecord: { purchases, label } };
  });
}
