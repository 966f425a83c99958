import { type LockedOutput, purchasesOf } from '../model/lockfile.ts';
import type { Purchase } from '../model/purchase.ts';
import type { PlanState } from './planning-input.ts';

/** What is on record, by what it is looked for: every transfer asks for each of its providers. */
export interface RecordIndex {
  /** Outputs of the lockfile with this fingerprint, by their paths in order. */
  lockedAs(fingerprint: string): readonly (readonly [path: string, locked: LockedOutput])[];
  /** The first purchase whose video was fetched for this output; `null` when there is none. */
  boughtFor(output: string): Purchase | null;
}

/** One pass over all records, whatever the number of transfers. */
export function indexRecords({
  lockfile,
  purchases,
}: Pick<PlanState, 'lockfile' | 'purchases'>): RecordIndex {
  const locked = new Map<string, (readonly [string, LockedOutput])[]>();
  const byPath = Object.entries(lockfile.outputs).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [path, entry] of byPath) {
    for (const purchase of purchasesOf(entry)) {
      const same = locked.get(purchase.fingerprint);
      if (same == null) locked.set(purchase.fingerprint, [[path, purchase]]);
      else same.push([path, purchase]);
    }
  }
  const bought = new Map<string, Purchase[]>();
  for (const purchase of purchases.values()) {
    const others = bought.get(purchase.output);
    if (others == null) bought.set(purchase.output, [purchase]);
    else others.push(purchase);
  }
  return {
    lockedAs: (fingerprint) => locked.get(fingerprint) ?? [],
    boughtFor: (output) => bought.get(output)?.find(({ download }) => download != null) ?? null,
  };
}

/** A plan's state, with its records by what they are looked for. */
export interface IndexedState extends PlanState {
  readonly records: RecordIndex;
}
