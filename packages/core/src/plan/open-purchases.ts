import type { Purchases } from '../ledger/journal.ts';
import { formatUsd } from '../model/money.ts';
import type { OpenPurchase, Step } from '../model/plan.ts';
import type { Purchase } from '../model/purchase.ts';
import { isCollectable } from '../model/purchase-state.ts';

/**
 * What earlier runs left open and no step is about: a changed config must not hide a paid job.
 * `told` are the open purchases that blocked steps are about.
 */
export function findOpenPurchases(
  journal: Purchases,
  steps: readonly Step[],
  told: ReadonlySet<string>,
): OpenPurchase[] {
  const planned = new Set(
    steps.flatMap((step) => ('fingerprint' in step ? [step.fingerprint] : [])),
  );
  return [...journal.values()]
    .filter((entry) => !planned.has(entry.key) && !told.has(entry.key))
    .flatMap((entry) =>
      isCollectable(entry.state) || isUnknown(entry) ? [toOpenPurchase(entry)] : [],
    )
    .sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
}

function isUnknown({ state }: Purchase): boolean {
  return state === 'unknown' || state === 'submitting';
}

function toOpenPurchase(entry: Purchase): OpenPurchase {
  const price = formatUsd(entry.holdMicroUsd);
  return {
    fingerprint: entry.key,
    transferId: entry.transferId,
    provider: entry.provider,
    state: isUnknown(entry) ? 'unknown' : 'collectable',
    holdMicroUsd: entry.holdMicroUsd,
    message: isUnknown(entry)
      ? `an earlier version of ${entry.transferId} was asked for at ${entry.provider} and nobody can say whether it was accepted; ${price} stays held. Look for it in the provider's dashboard`
      : `an earlier version of ${entry.transferId} was paid for at ${entry.provider} (${price}) and is not here yet; a run collects it`,
  };
}
