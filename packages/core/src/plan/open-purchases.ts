import { formatUsd } from '../model/money.ts';
import type { OpenPurchase, Step } from '../model/plan.ts';
import type { Purchase, Purchases } from '../model/purchase.ts';
import { isCollectable } from '../model/purchase-state.ts';
import { settleInstructions } from '../model/settle-instructions.ts';

/**
 * What earlier runs left open and no step is about: a changed config must not hide a paid job.
 * `reported` are the open purchases that blocked steps are about.
 */
export function findOpenPurchases(
  purchases: Purchases,
  steps: readonly Step[],
  reported: ReadonlySet<string>,
): OpenPurchase[] {
  const planned = new Set(
    steps.flatMap((step) => ('fingerprint' in step ? [step.fingerprint] : [])),
  );
  return [...purchases.values()]
    .filter((purchase) => !planned.has(purchase.fingerprint) && !reported.has(purchase.fingerprint))
    .flatMap((purchase) =>
      isCollectable(purchase.state) || isUnknown(purchase) ? [toOpenPurchase(purchase)] : [],
    )
    .sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
}

function isUnknown({ state }: Purchase): boolean {
  return state === 'unknown' || state === 'submitting';
}

function toOpenPurchase(purchase: Purchase): OpenPurchase {
  const price = formatUsd(purchase.holdMicroUsd);
  return {
    fingerprint: purchase.fingerprint,
    transferId: purchase.transferId,
    provider: purchase.provider,
    state: isUnknown(purchase) ? 'unknown' : 'collectable',
    holdMicroUsd: purchase.holdMicroUsd,
    message: isUnknown(purchase)
      ? `an earlier version of ${purchase.transferId} was asked for at ${purchase.provider} and nobody can say whether it was accepted; ${price} stays held. ${settleInstructions(purchase)}`
      : `an earlier version of ${purchase.transferId} was paid for at ${purchase.provider} (${price}) and is not here yet; a run collects it`,
  };
}
