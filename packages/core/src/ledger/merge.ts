import type { Purchase, Purchases } from '../model/purchase/purchase.ts';
import type { PurchaseEvent } from '../model/purchase/purchase-event.ts';
import { isCollectable } from '../model/purchase/purchase-state.ts';
import { applyEvent, findSettled, type JournalLine, settle } from './journal.ts';

/** What this checkout wrote about one purchase. */
export interface LocalChain {
  readonly purchase: Purchase;
  /** Since its base, in order. */
  readonly events: readonly PurchaseEvent[];
}

/** How a purchase looks from here: the shared record with the local events that it lacks applied. */
export interface View {
  readonly purchase: Purchase;
  /** Not in the shared ledger yet, in order. */
  readonly pending: readonly PurchaseEvent[];
}

export function chainsOf(
  lines: readonly JournalLine[],
  purchases: Purchases,
): Map<string, LocalChain> {
  const events = new Map<string, PurchaseEvent[]>();
  for (const line of lines) {
    const chain = events.get(line.fingerprint);
    if (line.type === 'base') events.set(line.fingerprint, []);
    else if (chain == null) events.set(line.fingerprint, [line]);
    else chain.push(line);
  }
  return new Map(
    [...events].flatMap(([fingerprint, chain]) => {
      const purchase = purchases.get(fingerprint);
      return purchase == null ? [] : [[fingerprint, { purchase, events: chain }] as const];
    }),
  );
}

/**
 * Joins what the shared ledger holds with what only this checkout knows. Where the two contradict each
 * other, another run went on in the meantime, and the shared ledger is right.
 */
export function mergeChain(shared: Purchase | null, local: LocalChain): View {
  if (shared != null && local.purchase.round < shared.round) {
    const late = findLateCharge(shared, local.purchase, local.events);
    return late == null
      ? { purchase: shared, pending: [] }
      : { purchase: applyEvent(shared, late), pending: [late] };
  }
  const pending = notYetShared(shared, local.events);
  try {
    const purchase = pending.reduce<Purchase | null>(applyEvent, shared) ?? local.purchase;
    return { purchase: withLocalDetail(purchase, local.purchase), pending };
  } catch {
    // Overtaken: see above.
  }
  return { purchase: withLocalDetail(shared ?? local.purchase, local.purchase), pending: [] };
}

/**
 * What was accepted here after another run wrote the purchase off and the key was bought anew: a second charge,
 * which the record of the newer purchase counts. `null` when there is none, or it counts already.
 */
export function findLateCharge(
  shared: Purchase,
  paid: Purchase,
  events: readonly PurchaseEvent[],
): Extract<PurchaseEvent, { type: 'count-earlier' }> | null {
  const accepted = events.find(({ type, round }) => type === 'accept' && round === paid.round);
  if (accepted == null || paid.round >= shared.round) return null;
  // What the record knew of it, or counted before, needs no second entry.
  if (shared.history.some(({ id }) => id === accepted.id)) return null;
  if (findSettled(shared, paid.round) != null) return null;
  const open = isCollectable(paid.state) ? paid.reported : null;
  const [counted] = settle(paid);
  if (counted == null) return null;
  const { fingerprint, id, atMs } = accepted;
  return {
    type: 'count-earlier',
    fingerprint,
    // Of the event that it stands for: a second try is known by it.
    id,
    atMs,
    round: shared.round,
    earlier: {
      ...counted,
      state: 'written-off',
      microUsd: open?.microUsd ?? counted.microUsd,
      source: open?.source ?? paid.charge?.source ?? 'estimated',
    },
  };
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
    .filter(({ type, round }) => round >= shared.round + (type === 'reserve' ? 1 : 0));
}

/** A signed address is never shared, but the same purchase may still be fetched from it here. */
function withLocalDetail(purchase: Purchase, local: Purchase): Purchase {
  const isSame = purchase.round === local.round;
  return purchase.url == null && isSame ? { ...purchase, url: local.url } : purchase;
}
