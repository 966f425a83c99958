import { listSpending, monthOf } from '../ledger/totals.ts';
import type { Purchases } from '../model/purchase.ts';
import type { Spent } from './limits.ts';

/** Whose limits are asked about. */
export interface SpentScope {
  readonly runId: string;
  readonly pullRequest: number | null;
  readonly nowMs: number;
  /** Without a record shared by all runs, only the run's own spending is known. */
  readonly isShared: boolean;
}

/** What counts already: charges, and every hold that is not settled. */
export function spentOf(purchases: Purchases, scope: SpentScope): Spent {
  const items = listSpending(purchases.values());
  const month = monthOf(scope.nowMs);
  const sum = (of: (item: (typeof items)[number]) => boolean) =>
    items.filter(of).reduce((total, { microUsd }) => total + microUsd, 0);
  return {
    runMicroUsd: sum(({ runId }) => runId === scope.runId),
    pullRequestMicroUsd:
      scope.isShared && scope.pullRequest != null
        ? sum(({ pullRequest }) => pullRequest === scope.pullRequest)
        : null,
    monthMicroUsd: scope.isShared ? sum((item) => item.month === month) : null,
  };
}
