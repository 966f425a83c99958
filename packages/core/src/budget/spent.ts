import { listSpending } from '../ledger/totals.ts';
import { forEachLimit, isKept, type LimitScope, type Spent } from '../model/limits.ts';
import type { Purchases } from '../model/purchase/purchase.ts';

/** What counts already: charges, and every hold that is not settled. */
export function spentOf(purchases: Purchases, scope: LimitScope): Spent {
  const items = listSpending(purchases.values());
  return forEachLimit('field', (limit) => {
    if (!isKept(limit, scope)) return null;
    return items
      .filter((item) => limit.counts?.(item, scope) ?? false)
      .reduce((total, { microUsd }) => total + microUsd, 0);
  });
}
