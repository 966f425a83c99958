import type { Purchase } from '../model/purchase.ts';
import { holdsMoney } from '../model/purchase-state.ts';
import { listSpending, type SpendingItem } from './totals.ts';

/** Money is summed as integers of any size: a total must not depend on the order in which it came about. */
export interface Sum {
  readonly chargedMicroUsd: bigint;
  readonly heldMicroUsd: bigint;
  readonly purchases: number;
}

/** One file of purchases. */
export interface FileTally {
  readonly purchases: number;
  readonly sha256: string;
  /** When the latest event in it happened. */
  readonly latestMs: number;
}

/**
 * Everything that `state.json` follows from. A change of some purchases changes it by their difference, so
 * that nobody has to go through all of them again.
 */
export interface Tally {
  /** By path. */
  readonly files: ReadonlyMap<string, FileTally>;
  /** What holds money, by key. */
  readonly open: ReadonlyMap<string, Purchase>;
  readonly sums: Readonly<Record<Grouping, ReadonlyMap<string, Sum>>>;
}

const GROUPINGS = {
  months: ({ month }) => month,
  pullRequests: ({ pullRequest }) => pullRequest?.toString() ?? null,
  providers: ({ provider }) => provider,
  runs: ({ month, runId }) => `${month} ${runId}`,
} as const satisfies Record<string, (item: SpendingItem) => string | null>;
export type Grouping = keyof typeof GROUPINGS;

export const emptyTally: Tally = {
  files: new Map(),
  open: new Map(),
  sums: { months: new Map(), pullRequests: new Map(), providers: new Map(), runs: new Map() },
};

export interface TallyChange {
  readonly removed: Iterable<Purchase>;
  readonly added: Iterable<Purchase>;
  /** All files, as they are afterwards. */
  readonly files: ReadonlyMap<string, FileTally>;
}

export function changeTally(tally: Tally, { removed, added, files }: TallyChange): Tally {
  const open = new Map(tally.open);
  const sums = {
    months: new Map(tally.sums.months),
    pullRequests: new Map(tally.sums.pullRequests),
    providers: new Map(tally.sums.providers),
    runs: new Map(tally.sums.runs),
  };
  for (const purchase of removed) {
    open.delete(purchase.fingerprint);
    addTo(sums, purchase, -1);
  }
  for (const purchase of added) {
    const { state, charge } = purchase;
    if (holdsMoney(state, charge?.microUsd != null)) open.set(purchase.fingerprint, purchase);
    addTo(sums, purchase, 1);
  }
  return { files, open, sums };
}

function addTo(sums: Record<Grouping, Map<string, Sum>>, purchase: Purchase, sign: 1 | -1): void {
  for (const item of listSpending([purchase])) {
    const microUsd = BigInt(sign * item.microUsd);
    for (const [grouping, nameOf] of Object.entries(GROUPINGS)) {
      const name = nameOf(item);
      if (name == null) continue;
      const group = sums[grouping as Grouping];
      const sum = group.get(name) ?? { chargedMicroUsd: 0n, heldMicroUsd: 0n, purchases: 0 };
      const next = {
        chargedMicroUsd: sum.chargedMicroUsd + (item.isHeld ? 0n : microUsd),
        heldMicroUsd: sum.heldMicroUsd + (item.isHeld ? microUsd : 0n),
        purchases: sum.purchases + sign,
      };
      if (next.purchases === 0) group.delete(name);
      else group.set(name, next);
    }
  }
}
