import { formatUsd } from '../../model/money.ts';
import type { OpenPurchase, Step } from '../../model/plan.ts';
import type { Purchase, Purchases } from '../../model/purchase/purchase.ts';
import { isCollectable } from '../../model/purchase/purchase-state.ts';
import { settleInstructions } from '../../model/purchase/settle-instructions.ts';

/**
 * What earlier runs left open and no step is about: a changed config must not hide a paid job.
 * `reported` are the open purchases that blocked steps are about; `checkout` names this one.
 */
export function findOpenPurchases(
  purchases: Purchases,
  steps: readonly Step[],
  reported: ReadonlySet<string>,
  checkout: string | null,
): OpenPurchase[] {
  const planned = new Set(
    steps.flatMap((step) => ('fingerprint' in step ? [step.fingerprint] : [])),
  );
  return [...purchases.values()]
    .filter((purchase) => !planned.has(purchase.fingerprint) && !reported.has(purchase.fingerprint))
    .flatMap((purchase) =>
      isCollectable(purchase.state) || isUnknown(purchase)
        ? [toOpenPurchase(purchase, checkout)]
        : [],
    )
    .sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
}

function isUnknown({ state }: Purchase): boolean {
  return state === 'unknown' || state === 'submitting';
}

function toOpenPurchase(purchase: Purchase, checkout: string | null): OpenPurchase {
  const price = formatUsd(purchase.holdMicroUsd);
  return {
    fingerprint: purchase.fingerprint,
    transferId: purchase.transferId,
    provider: purchase.provider,
    state: isUnknown(purchase) ? 'unknown' : 'collectable',
    holdMicroUsd: purchase.holdMicroUsd,
    message: describe(purchase, price, checkout),
  };
}

function describe(purchase: Purchase, price: string, checkout: string | null): string {
  const { transferId, provider, state, holder } = purchase;
  // Once GitHub says that its run is over, each run and `reconcile` turns it into `unknown`: until then it may
  // be in flight, and nobody is given the key that would settle it.
  if (state === 'submitting' && holder.checkout !== checkout)
    return `run ${holder.runId} is buying an earlier version of ${transferId} at ${provider} now; ${price} stays held until that run ends. Should it be over, run command: reconcile, which says what became of it`;
  return isUnknown(purchase)
    ? `an earlier version of ${transferId} was asked for at ${provider} and nobody can say whether it was accepted; ${price} stays held. ${settleInstructions(purchase)}`
    : `an earlier version of ${transferId} was paid for at ${provider} (${price}) and is not here yet; a run collects it`;
}
