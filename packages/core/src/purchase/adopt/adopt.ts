import { throwIfStopped } from '../../cancellation.ts';
import { costOf, type Purchase } from '../../model/purchase/purchase.ts';
import { isCollectable } from '../../model/purchase/purchase-state.ts';
import { settleInstructions } from '../../model/purchase/settle-instructions.ts';
import { pollDelayMs } from '../../retry.ts';
import type { RunContext } from '../context.ts';

/** What became of a purchase that another run began. */
export type Adopted =
  /** paid for: it is collected here too, and not bought again */
  | { readonly kind: 'collectable' }
  /** the other run let it go: nothing was bought */
  | { readonly kind: 'free' }
  | { readonly kind: 'settled'; readonly state: 'unknown' | 'failed'; readonly message: string }
  | { readonly kind: 'waiting'; readonly message: string };

const FIRST_LOOK_MS = 2_000;
const MAX_LOOK_MS = 15_000;
/** A holder that should have ended so long ago is not waited for; taking over is for GitHub's word alone. */
export const PATIENCE_AFTER_END_MS = 5 * 60_000;

/** Waits until another run's purchase can be collected or is settled. Buys nothing. */
export async function adoptPurchase(
  context: RunContext,
  fingerprint: string,
  report: (note: string) => void,
): Promise<Adopted> {
  const { store, ports, stop } = context;
  for (let look = 1; ; look++) {
    const purchase = store.purchases.get(fingerprint);
    const adopted = readAdopted(purchase);
    if (adopted != null) return adopted;
    const holder = purchase?.holder;
    const nowMs = ports.clock.nowMs();
    if (holder != null && nowMs > holder.untilMs + PATIENCE_AFTER_END_MS) {
      return {
        kind: 'settled',
        state: 'unknown',
        message: `run ${holder.runId} was buying it and has not been heard of since; nobody can say whether it was accepted, so it is not bought again${purchase == null ? '' : `. ${settleInstructions(purchase)}`}`,
      };
    }
    const delayMs = pollDelayMs(look, FIRST_LOOK_MS, MAX_LOOK_MS, ports.random());
    if (nowMs + delayMs > stop.deadlineMs) {
      return {
        kind: 'waiting',
        message: `run ${holder?.runId ?? ''} is buying it and was not done before the deadline`,
      };
    }
    report(`run ${holder?.runId ?? ''} is buying it`);
    await ports.clock.sleep(delayMs, stop.requested);
    throwIfStopped(stop);
    await store.refresh();
  }
}

function readAdopted(purchase: Purchase | undefined): Adopted | null {
  if (purchase == null) return { kind: 'free' };
  if (isCollectable(purchase.state) || purchase.state === 'recorded')
    return { kind: 'collectable' };
  switch (purchase.state) {
    case 'reserved':
    case 'submitting':
      return null;
    case 'unknown':
      return {
        kind: 'settled',
        state: 'unknown',
        message: `run ${purchase.holder.runId} asked for it and nobody can say whether it was accepted; its price stays held. ${settleInstructions(purchase)}`,
      };
    case 'failed-charged':
      return {
        kind: 'settled',
        state: 'failed',
        message: `it failed in run ${purchase.holder.runId} and the provider may have kept the money (${purchase.message ?? ''}); change the inputs, or raise take to try again`,
      };
    case 'written-off':
      return costOf(purchase) === 0
        ? { kind: 'free' }
        : {
            kind: 'settled',
            state: 'failed',
            message: `it was settled by hand as charged (${purchase.message ?? ''}); to buy it again, raise take`,
          };
    default:
      return { kind: 'free' };
  }
}
