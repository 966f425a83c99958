import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '../model/errors.ts';
import { formatUsd } from '../model/money.ts';
import { costOf, type Purchase, type Purchases } from '../model/purchase/purchase.ts';
import { nextState, type PurchaseState } from '../model/purchase/purchase-state.ts';
import { MAX_HISTORY, settle } from './journal.ts';

/** What one version of the ledger says otherwise than the one before it. */
export interface PurchaseChange {
  readonly version: string;
  readonly before: Purchases;
  readonly after: Purchases;
}

/** A purchase that a version of the ledger lost or changed as no run does, and no later version put back. */
export interface Violation {
  readonly version: string;
  /** As it was before. */
  readonly purchase: Purchase;
  readonly reason: string;
}

export interface HistoryCheck {
  /** Oldest first. */
  add(change: PurchaseChange): void;
  violations(): readonly Violation[];
}

/**
 * Follows each purchase through the versions of a ledger: none disappears, and each moves only as the state
 * machine allows. What a version breaks is mended by a later one that goes on from the last sound state, so
 * that a revert puts it right.
 */
export function checkHistory(): HistoryCheck {
  const sound = new Map<string, Purchase | null>();
  const broken = new Map<string, Violation>();
  return {
    add({ version, before, after }) {
      for (const key of new Set([...before.keys(), ...after.keys()])) {
        const last = sound.has(key) ? (sound.get(key) ?? null) : (before.get(key) ?? null);
        const now = after.get(key) ?? null;
        // The same object is one that was taken over from an earlier reading of the same text.
        const reason = now === last ? null : whyNotNext(last, now);
        sound.set(key, reason == null ? now : last);
        const purchase = last ?? now;
        if (reason == null) broken.delete(key);
        else if (purchase != null && !broken.has(key))
          broken.set(key, { version, purchase, reason });
      }
    },
    violations: () => [...broken.values()],
  };
}

/** What was lost, where, and how it is put back. */
export function describeViolation(
  { version, purchase, reason }: Violation,
  kind: 'git' | 'file',
): string {
  const { transferId, fingerprint, state } = purchase;
  const cost = formatUsd(costOf(purchase));
  const way =
    kind === 'git'
      ? `look at that commit and put it back: \`git revert ${version}\` on that branch, then push`
      : 'restore the file from a backup';
  return `since version ${version} the purchase of ${transferId} (${fingerprint.slice(0, 12)}, ${state}, ${cost}) ${reason}; ${way}`;
}

/** Why a purchase cannot have become another one by events; `null` when it can. */
function whyNotNext(last: Purchase | null, now: Purchase | null): string | null {
  if (now == null) return last == null ? null : 'is not on record any more';
  const events = newEvents(last, now);
  if (events == null) return 'has a history that does not go on from the one before';
  if (events.length === 0)
    return isDeepStrictEqual(moneyOf(last), moneyOf(now)) ? null : 'changed without an event';
  // Where the beginning of the history is cut off there is nothing to begin from.
  if (last == null && now.history.length === MAX_HISTORY) return null;
  try {
    const first: PurchaseState = last?.state ?? 'planned';
    const state = events.reduce((at, { type }) => nextState(at, type), first);
    if (state !== now.state) return `is ${now.state}, where its history ends as ${state}`;
  } catch (error) {
    return `moved as no purchase does: ${messageOf(error)}`;
  }
  const rounds = events.filter(({ type }) => type === 'reserve').length;
  if (now.round !== (last?.round ?? 0) + rounds)
    return 'is another purchase than its history tells';
  if (last == null) return null;
  const isDatedBack = events.some(({ type }) => type === 'correct-date');
  const due = rounds === 0 ? reservationOf(last) : null;
  if (due != null && !isSameReservation(due, reservationOf(now), isDatedBack))
    return 'has another hold, provider or owner than it was reserved with';
  const isCharged = events.some(({ type }) => CHARGING.has(type));
  if (!isCharged && !isDeepStrictEqual(last.charge, now.charge))
    return 'has another charge without an event that sets it';
  const settled = events[0]?.type === 'reserve' ? [...last.settled, ...settle(last)] : last.settled;
  return settled.every((one, index) => isSameReservation(one, now.settled[index], isDatedBack))
    ? null
    : 'has lost money of an earlier purchase of it';
}

/** Events that set the charge, or begin without one. */
const CHARGING: ReadonlySet<string> = new Set(['reserve', 'record', 'fail-charged', 'write-off']);

/** What follows the history that was on record, of which the beginning may be cut off; `null` when nothing can. */
function newEvents(last: Purchase | null, now: Purchase): Purchase['history'] | null {
  if (last == null) return now.history;
  const newest = last.history.at(-1);
  const at = now.history.findLastIndex(({ id }) => id === newest?.id);
  const kept = now.history.slice(0, at + 1);
  const isCut = now.history.length === MAX_HISTORY;
  if (newest != null && at < 0) return null;
  if (!isCut && kept.length < last.history.length) return null;
  const same = last.history.slice(last.history.length - kept.length);
  return isDeepStrictEqual(kept, same) ? now.history.slice(at + 1) : null;
}

/** Money that was set aside or spent counts for good; a date of the future may have been put right. */
function isSameReservation(
  last: { readonly reservedAtMs: number },
  now: { readonly reservedAtMs: number } | undefined,
  isDatedBack: boolean,
): boolean {
  if (now == null) return false;
  const { reservedAtMs } = now;
  return isDatedBack && reservedAtMs < last.reservedAtMs
    ? isDeepStrictEqual({ ...last, reservedAtMs }, now)
    : isDeepStrictEqual(last, now);
}

function reservationOf(purchase: Purchase) {
  const { provider, holdMicroUsd, pullRequest, reservedAtMs, holder } = purchase;
  return { provider, holdMicroUsd, pullRequest, reservedAtMs, holder };
}

/** What limits count, and what decides whether it is bought again. */
function moneyOf(purchase: Purchase | null) {
  if (purchase == null) return null;
  const { state, round, charge, settled, failureCount } = purchase;
  return { ...reservationOf(purchase), state, round, charge, settled, failureCount };
}
