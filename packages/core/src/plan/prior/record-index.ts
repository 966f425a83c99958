import { type LockedOutput, purchasesOf } from '../../model/lockfile/lockfile.ts';
import type { Identity } from '../../model/media/media.ts';
import type { Purchase } from '../../model/purchase/purchase.ts';
import type { PlanState } from '../planning-input.ts';

/** What is on record, by what it is looked for: every transfer asks for each of its providers. */
export interface RecordIndex {
  /** Outputs of the lockfile with this fingerprint, by their paths in order. */
  lockedAs(fingerprint: string): readonly (readonly [path: string, locked: LockedOutput])[];
  /** Whether anything of this provider is on record: else none of its fingerprints can be. */
  hasAnyOf(provider: string): boolean;
  /** What the lockfile says that the same bytes are called as well. */
  alsoKnownAs(identity: Identity): readonly Identity[];
  /** The first purchase whose video was fetched for this output; `null` when there is none. */
  boughtFor(output: string): Purchase | null;
  /** All that was asked for to be this output. */
  purchasesFor(output: string): readonly Purchase[];
}

/** One pass over all records, whatever the number of transfers. */
export function indexRecords({
  lockfile,
  purchases,
}: Pick<PlanState, 'lockfile' | 'purchases'>): RecordIndex {
  const locked = new Map<string, (readonly [string, LockedOutput])[]>();
  const providers = new Set<string>();
  const names = new Map<Identity, Set<Identity>>();
  const byPath = Object.entries(lockfile.outputs).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [path, entry] of byPath) {
    for (const purchase of purchasesOf(entry)) {
      providers.add(purchase.provider);
      const same = locked.get(purchase.fingerprint);
      if (same == null) locked.set(purchase.fingerprint, [[path, purchase]]);
      else same.push([path, purchase]);
      for (const { identity, alsoKnownAs } of [purchase.character, purchase.motion])
        if (alsoKnownAs != null) joinNames(names, [identity, ...alsoKnownAs]);
    }
  }
  const bought = new Map<string, Purchase[]>();
  for (const purchase of purchases.values()) {
    providers.add(purchase.provider);
    const others = bought.get(purchase.output);
    if (others == null) bought.set(purchase.output, [purchase]);
    else others.push(purchase);
  }
  return {
    lockedAs: (fingerprint) => locked.get(fingerprint) ?? [],
    hasAnyOf: (provider) => providers.has(provider),
    alsoKnownAs: (identity) => [...(names.get(identity) ?? [])].filter((name) => name !== identity),
    boughtFor: (output) => bought.get(output)?.find(({ download }) => download != null) ?? null,
    purchasesFor: (output) => bought.get(output) ?? [],
  };
}

function joinNames(names: Map<Identity, Set<Identity>>, same: readonly Identity[]): void {
  const joined = new Set(same.flatMap((name) => [name, ...(names.get(name) ?? [])]));
  for (const name of joined) names.set(name, joined);
}

/** Files that have to be read before it can be told whether they are what is on record under another kind of identity. */
export interface Unread {
  readonly assets: Set<string>;
  readonly outputs: Set<string>;
}

/** A plan's state, with its records by what they are looked for. */
export interface IndexedState extends PlanState {
  readonly records: RecordIndex;
  /** Gathers what the decisions were made without. */
  readonly unread: Unread;
}
