import { ConfigError } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import type { TransferResult } from '../model/results.ts';
import { findPlanChanges, type PinnedPlan } from '../plan/compare.ts';
import type { Ports } from '../ports.ts';
import type { OpenRun } from '../purchase/context.ts';
import { settleLeftovers } from '../recovery/settle-leftovers.ts';
import { sweepDownloads } from '../recovery/sweep-downloads.ts';
import { checkOutputs } from '../run/check-outputs.ts';
import { runPlan } from '../run/run.ts';
import { makeWebFiles } from '../run/web-files.ts';
import { decide, type Planned, type PlanSource, withFreeze } from './decide.ts';
import {
  type Delivered,
  type DeliveryRequest,
  deliverAndRecord,
  type Settlement,
} from './deliver.ts';
import type { OnRecord } from './plan.ts';
import { type RecordsRequest, withRecords } from './with-records.ts';

export interface RunRequest<Delivery extends Delivered> extends RecordsRequest, PlanSource {
  /** The plan that was approved: another one is refused. `null` when whatever is planned may be bought. */
  readonly approvedPlan: PinnedPlan | null;
  /** Transfers in flight at once. */
  readonly concurrency: number;
  /** Called with the plan before anything is bought. */
  readonly onPlanned?: (planned: Planned) => Promise<void>;
  /** Shows one stage of the work under a title, where a shell can; calls `work` exactly once. */
  readonly inGroup?: <Value>(title: string, work: () => Promise<Value>) => Promise<Value>;
  /** Keeps the videos beyond this machine; see `deliverInPlace` for where there is no such place. */
  deliver(request: DeliveryRequest, bought: Bought): Promise<Delivery>;
}

/** What was bought by a plan, before it is delivered: charges are those of the purchases. */
export interface Bought extends Planned {
  readonly results: readonly TransferResult[];
}

export interface RunOutcome<Delivery extends Delivered>
  extends Planned,
    Settlement<TransferResult, Delivery> {
  /** `null` without a ledger. */
  readonly onRecord: OnRecord | null;
}

/** What another use case does besides, while the records are held. */
export interface RunHooks {
  /** @throws what ends the run before anything is bought. */
  readonly beforeBuying?: (context: OpenRun, planned: Planned) => Promise<void>;
  readonly afterBuying?: (context: OpenRun, bought: Bought) => Promise<void>;
}

/**
 * Settles what earlier runs left, plans, buys what the limits allow, delivers, records. The records are
 * held from before the plan to after the last purchase: what was planned is what is true.
 *
 * @throws ConfigError before anything is bought when the plan is not the approved one or a key is missing.
 */
export async function runTransfers<Delivery extends Delivered>(
  ports: Ports,
  request: RunRequest<Delivery>,
  { beforeBuying, afterBuying }: RunHooks = {},
): Promise<RunOutcome<Delivery>> {
  const { identity, stop, concurrency, inGroup = (_title, work) => work() } = request;
  return withRecords(ports, request, async (context) => {
    const { store } = context;
    for (const { transferId, message } of await settleLeftovers(context))
      ports.log.warning(`${transferId}: ${message}`);
    await sweepDownloads(context);
    const scope = { identity, isShared: store.ledger != null };
    const planned = withFreeze(
      ports,
      await decide(ports, request, store, scope),
      store.ledger?.freeze ?? null,
    );
    if (request.approvedPlan != null) refuseChangedPlan(request.approvedPlan, planned.plan);
    await request.onPlanned?.(planned);
    await beforeBuying?.(context, planned);
    const ran = await inGroup('Run', async () => {
      const made = await runPlan(context, { ...planned, concurrency });
      const { steps } = planned.plan;
      const checked = await checkOutputs(context, steps, made.results);
      return { ...made, results: await makeWebFiles(context, steps, checked) };
    });
    const bought = { ...planned, ...ran };
    await afterBuying?.(context, bought);
    const settlement = await deliverAndRecord(context, ran.results, stop, (videos) =>
      request.deliver(videos, bought),
    );
    const { purchases, ledger } = store;
    const onRecord = ledger == null ? null : { purchases, label: ledger.label };
    return { ...bought, ...settlement, onRecord };
  });
}

/** @throws ConfigError, before anything is bought, when what would be bought is not what was approved. */
function refuseChangedPlan(approved: PinnedPlan, plan: Plan): void {
  const changes = findPlanChanges(approved, plan);
  if (changes.length === 0) return;
  const message = `this is not the plan that was approved, so nothing is bought: ${changes.join('; ')}. Plan again, and approve that plan`;
  throw new ConfigError([{ severity: 'error', path: 'input plan', message }]);
}
