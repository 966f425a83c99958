import type { Purchase } from '../model/purchase.ts';
import { applyEvent, type JournalLine, type PurchaseEvent, type Purchases } from './journal.ts';

/** What this checkout wrote about one key. */
export interface LocalChain {
  readonly entry: Purchase;
  /** Since its base, in order. */
  readonly events: readonly PurchaseEvent[];
}

/** How one key looks from here: the shared record with what it was not told yet on top. */
export interface View {
  readonly entry: Purchase;
  /** Not in the shared ledger yet, in order. */
  readonly pending: readonly PurchaseEvent[];
}

export function chainsOf(
  lines: readonly JournalLine[],
  journal: Purchases,
): Map<string, LocalChain> {
  const events = new Map<string, PurchaseEvent[]>();
  for (const line of lines) {
    const chain = events.get(line.key);
    if (line.type === 'base') events.set(line.key, []);
    else if (chain == null) events.set(line.key, [line]);
    else chain.push(line);
  }
  return new Map(
    [...events].flatMap(([key, chain]) => {
      const entry = journal.get(key);
      return entry == null ? [] : [[key, { entry, events: chain }] as const];
    }),
  );
}

/**
 * Joins what the shared ledger holds with what only this checkout knows. Where the two contradict each
 * other, another run went on in the meantime, and the shared ledger is right.
 */
export function mergeChain(shared: Purchase | null, local: LocalChain): View {
  const pending = notYetShared(shared, local.events);
  try {
    const entry = pending.reduce<Purchase | null>(applyEvent, shared) ?? local.entry;
    return { entry: withLocalDetail(entry, local.entry), pending };
  } catch {
    // Overtaken: see above.
  }
  return { entry: withLocalDetail(shared ?? local.entry, local.entry), pending: [] };
}

/** What follows the last event that the shared ledger knows. */
function notYetShared(
  shared: Purchase | null,
  events: readonly PurchaseEvent[],
): readonly PurchaseEvent[] {
  if (shared == null) return events;
  const known = new Set(shared.history.map(({ id }) => id));
  const last = events.findLastIndex(({ id }) => known.has(id));
  return events
    .slice(last + 1)
    .filter(({ type, purchase }) => purchase >= shared.purchase + (type === 'reserve' ? 1 : 0));
}

/** A signed address is never shared, but the same purchase may still be fetched from it here. */
function withLocalDetail(entry: Purchase, local: Purchase): Purchase {
  const isSame = entry.purchase === local.purchase;
  return entry.url == null && isSame ? { ...entry, url: local.url } : entry;
}
