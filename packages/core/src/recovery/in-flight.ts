import type { Purchase } from '../model/purchase/purchase.ts';
import type { PurchaseState } from '../model/purchase/purchase-state.ts';
import { PATIENCE_AFTER_END_MS } from '../purchase/adopt/adopt.ts';
import type { OpenRun } from '../purchase/context.ts';
import { createHolderStates } from './run-liveness.ts';

/** The holder's process goes on with these by itself: what it gets may still be an accepted job. */
const IN_FLIGHT: ReadonlySet<PurchaseState> = new Set([
  'submitting',
  'submitted',
  'completed',
  'downloaded',
  'stored',
]);

/**
 * Why the run that holds a purchase may still go on with it, so that nobody else may settle it; `null` once it
 * cannot. A request in flight ends a minute after its run's own deadline at the latest: where nobody can be
 * asked about the run, that deadline counts, with room to spare.
 */
export function createInFlightCheck(context: OpenRun) {
  const stateOf = createHolderStates(context);
  return async (purchase: Purchase): Promise<string | null> => {
    if (!IN_FLIGHT.has(purchase.state)) return null;
    const { runId } = purchase.holder;
    const state = await stateOf(purchase);
    if (state === 'over') return null;
    if (state === 'running' && purchase.state === 'submitting')
      return `run ${runId} is buying it now: GitHub says that the run is still running. Wait until it is over, or cancel it, then reconcile again`;
    const { clockCheck, ports } = context;
    const nowMs = (await clockCheck.outsideNowMs()) ?? ports.clock.nowMs();
    if (nowMs > lastActMs(purchase)) return null;
    const until = new Date(lastActMs(purchase)).toISOString();
    return state === 'running'
      ? `run ${runId}, which bought it, is still running and collects it. Wait until it is over, or until ${until}, then reconcile again`
      : `run ${runId} may be buying it until ${until}, and GitHub did not say that it is over. Reconcile again after that, or once the run is over with the permission \`actions: read\``;
  };
}

/** From then on the holder's own deadline has ended every request of it. */
export function lastActMs({ holder }: Pick<Purchase, 'holder'>): number {
  return holder.untilMs + PATIENCE_AFTER_END_MS;
}
