import { sha256OfFile } from '../media/hash.ts';
import { resolveInside } from '../media/paths.ts';
import { messageOf, UnsafeError, UnwritableError } from '../model/errors.ts';
import type { Ports } from '../ports.ts';
import type { OpenRun } from '../purchase/context.ts';
import { collectedName, collectedPath, downloadPath } from '../purchase/paid-job.ts';
import { settleLeftovers } from '../recovery/settle-leftovers.ts';
import {
  type Deliverable,
  type Delivered,
  type DeliveryRequest,
  deliverAndRecord,
  isLedgerTrouble,
  type Settlement,
} from './deliver.ts';
import { type RecordsRequest, withRecords } from './with-records.ts';

export interface FinishRequest<Delivery extends Delivered> extends RecordsRequest {
  deliver(request: DeliveryRequest): Promise<Delivery>;
}

/**
 * After a run that was killed or cancelled: sends the ledger what the journal holds, delivers the videos
 * that are on this disk, and gives back what was only reserved. Buys nothing. Without the ledger the
 * videos are delivered all the same: they are gone with this machine otherwise.
 */
export async function finishRun<Delivery extends Delivered>(
  ports: Ports,
  request: FinishRequest<Delivery>,
): Promise<Settlement<Deliverable, Delivery>> {
  let openingProblem: string | null = null;
  const openLedger = async () => {
    try {
      return await request.openLedger();
    } catch (error) {
      if (!isLedgerTrouble(error)) throw error;
      openingProblem = `the ledger cannot be updated with what became of the purchases (${messageOf(error)}); what is here is uploaded without it`;
      ports.log.warning(openingProblem);
      return null;
    }
  };
  return withRecords(ports, { ...request, openLedger }, async (context) => {
    await context.store.flush().catch((error: unknown) => {
      if (!isLedgerTrouble(error)) throw error;
      // The store has said so when it found out.
      if (error instanceof UnwritableError) return;
      ports.log.warning(`the ledger could not be updated yet: ${messageOf(error)}`);
    });
    const left = await findStored(context);
    const settlement = await deliverAndRecord(context, left, request.stop, (videos) =>
      request.deliver(videos),
    );
    // The run of this checkout is over: what it reserved and did not send is free again.
    await settleLeftovers(context).catch((error: unknown) => {
      if (!isLedgerTrouble(error)) throw error;
      ports.log.warning(`what the run reserved is given back later: ${messageOf(error)}`);
    });
    if (openingProblem == null) return settlement;
    const ledgerProblem = settlement.ledgerProblem ?? openingProblem;
    return { ...settlement, ledgerProblem, isComplete: false };
  });
}

/** What is not settled and lies on this disk; a video whose transfer is not planned any more is aside. */
async function findStored(context: OpenRun): Promise<Deliverable[]> {
  const { store, ports, workspace } = context;
  const left: Deliverable[] = [];
  for (const purchase of store.purchases.values()) {
    const { state, fingerprint, transferId, output, download } = purchase;
    if (state !== 'stored' || download == null) continue;
    const { sha256 } = download;
    const base = { id: transferId, fingerprint, charge: null, message: null, holdMicroUsd: 0 };
    const aside = collectedPath(context, purchase);
    if ((await hashInside(ports, workspace, output)) === sha256)
      left.push({ ...base, state: 'generated', output, sha256 });
    else if ((await sha256OfFile(ports.files, aside)) === sha256)
      left.push({
        ...base,
        state: 'collected',
        output: `collected/${collectedName(purchase)}`,
        sha256,
      });
    else if ((await sha256OfFile(ports.files, downloadPath(context, fingerprint))) === sha256)
      left.push({ ...base, state: 'generated', output, sha256 });
  }
  return left;
}

/** `null` where nothing is, and where a link leads out of the workspace. */
async function hashInside(ports: Ports, workspace: string, output: string): Promise<string | null> {
  try {
    return await sha256OfFile(ports.files, await resolveInside(ports, workspace, output));
  } catch (error) {
    if (!(error instanceof UnsafeError)) throw error;
    ports.log.warning(`${output} is left out: ${error.message}`);
    return null;
  }
}
