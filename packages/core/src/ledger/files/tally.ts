import type { Purchase } from '../../model/purchase/purchase.ts';
import { holdsMoney } from '../../model/purchase/purchase-state.ts';
import { listSpending, type SpendingItem } from '../totals.ts';

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
const groupings = Object.keys(GROUPINGS) as Grouping[];

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
    months: copySums(tally.sums.months),
    pullRequests: copySums(tally.sums.pullRequests),
    providers: copySums(tally.sums.providers),
    runs: copySums(tally.sums.runs),
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
  for (const group of Object.values(sums)) {
    for (const [name, { purchases }] of group) if (purchases === 0) group.delete(name);
  }
  return { files, open, sums };
}

type GrowingSum = { -readonly [Member in keyof Sum]: Sum[Member] };

function copySums(sums: ReadonlyMap<string, Sum>): Map<string, GrowingSum> {
  return new Map([...sums].map(([name, sum]) => [name, { ...sum }]));
}

function addTo(
  sums: Readonly<Record<Grouping, Map<string, GrowingSum>>>,
  purchase: Purchase,
  sign: 1 | -1,
): void {
  for (const item of listSpending([purchase])) {
    const microUsd = BigInt(sign * item.microUsd);
    for (const grouping of groupings) {
      const name = GROUPINGS[grouping](item);
      if (name == null) continue;
      const sum = sumIn(sums[grouping], name);
      if (item.isHeld) sum.heldMicroUsd += microUsd;
      else sum.chargedMicroUsd += microUsd;
      sum.purchases += sign;
    }
  }
}

function sumIn(group: Map<string, GrowingSum>, name: string): GrowingSum {
  const known = group.get(name);
  if (known != null) return known;
  const sum = { chargedMicroUsd: 0n, heldMicroUsd: 0n, purchases: 0 };
  group.set(name, sum);
  return sum;
}
