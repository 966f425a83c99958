import type { CountedPurchase } from '../model/limits.ts';
import { monthOf } from '../model/limits.ts';
import { costOf, type Purchase } from '../model/purchase/purchase.ts';
import { holdsMoney } from '../model/purchase/purchase-state.ts';

/** Money of some purchases, in micro-dollars. `held` is set aside, `charged` is settled. */
export interface Spending {
  readonly heldMicroUsd: number;
  readonly chargedMicroUsd: number;
  /** Part of `held`: nobody can say whether it was accepted. */
  readonly unknownMicroUsd: number;
  readonly purchases: number;
}

/** One purchase as the limits see it. */
export interface SpendingItem extends CountedPurchase {
  readonly month: string;
  readonly provider: string;
  readonly microUsd: number;
  readonly isHeld: boolean;
  readonly isUnknown: boolean;
}

/** Every purchase on record that costs something or holds money, earlier ones of a key included. */
export function listSpending(entries: Iterable<Purchase>): SpendingItem[] {
  return [...entries].flatMap((purchase) => {
    const current: SpendingItem = {
      month: monthOf(purchase.reservedAtMs),
      reservedAtMs: purchase.reservedAtMs,
      runId: purchase.holder.runId,
      pullRequest: purchase.pullRequest,
      provider: purchase.provider,
      microUsd: costOf(purchase),
      isHeld: holdsMoney(purchase.state, purchase.charge?.microUsd != null),
      isUnknown: ['unknown', 'submitting'].includes(purchase.state),
    };
    const earlier = purchase.settled.map((settled) => ({
      month: monthOf(settled.reservedAtMs),
      reservedAtMs: settled.reservedAtMs,
      runId: settled.runId,
      pullRequest: settled.pullRequest,
      provider: settled.provider,
      microUsd: settled.microUsd,
      isHeld: false,
      isUnknown: false,
    }));
    return [...earlier, ...(current.microUsd > 0 ? [current] : [])];
  });
}

export function sumSpending(items: Iterable<SpendingItem>): Spending {
  let heldMicroUsd = 0;
  let chargedMicroUsd = 0;
  let unknownMicroUsd = 0;
  let purchases = 0;
  for (const item of items) {
    purchases += 1;
    if (item.isHeld) heldMicroUsd += item.microUsd;
    else chargedMicroUsd += item.microUsd;
    if (item.isUnknown) unknownMicroUsd += item.microUsd;
  }
  return { heldMicroUsd, chargedMicroUsd, unknownMicroUsd, purchases };
}

/** Sums by name, sorted by it; items without a name are left out. */
export function groupSpending(
  items: Iterable<SpendingItem>,
  nameOf: (item: SpendingItem) => string | null,
): [string, Spending][] {
  const groups = new Map<string, SpendingItem[]>();
  for (const item of items) {
    const name = nameOf(item);
    if (name == null) continue;
    const group = groups.get(name);
    if (group == null) groups.set(name, [item]);
    else group.push(item);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, group]) => [name, sumSpending(group)]);
}
