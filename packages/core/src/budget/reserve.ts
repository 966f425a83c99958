import type { Limits } from '../model/limits.ts';
import type { Purchases } from '../model/purchase/purchase.ts';
import {
  costOf,
  type Holder,
  MAX_REFUNDED_FAILURES,
  type Purchase,
} from '../model/purchase/purchase.ts';
import type { NewEvent } from '../model/purchase/purchase-event.ts';
import { applyLimits, type BudgetDecision } from './apply-limits.ts';
import type { Approval } from './label-approval.ts';
import { spentOf } from './spent.ts';

/** A purchase that a run wants to make. */
export interface Wanted {
  readonly fingerprint: string;
  readonly transferId: string;
  readonly output: string;
  readonly provider: string;
  readonly holdMicroUsd: number;
  /** Buy again what is recorded, because a newer adapter would send it differently. */
  readonly isRefresh: boolean;
  /** The base branch owes it as well: it is bought on no pull request's account. */
  readonly isOwedByBase: boolean;
  /** Keys of the same transfer at the other companies that may make it, or with its assets stored otherwise: one is enough. */
  readonly elsewhere: readonly string[];
}

export interface ReservationContext {
  readonly holder: Holder;
  readonly pullRequest: number | null;
  readonly limits: Limits;
  readonly approval: Approval | null;
  readonly nowMs: number;
  readonly isShared: boolean;
}

export interface Reservations {
  readonly events: readonly NewEvent[];
  readonly decision: BudgetDecision;
  /** Keys that somebody holds or has bought in the meantime, each with the one it is on record under: adopted, never bought twice. */
  readonly taken: ReadonlyMap<string, string>;
}

/**
 * Decides inside the same write that reserves: every limit is held against what is on record now, and a
 * purchase that another run began is left to it.
 */
export function decideReservations(
  purchases: Purchases,
  wanted: readonly Wanted[],
  context: ReservationContext,
): Reservations {
  const taken = new Map(
    wanted.flatMap((want) => {
      const held = findTaken(purchases, want);
      return held == null ? [] : [[want.fingerprint, held] as const];
    }),
  );
  const free = wanted.filter(({ fingerprint }) => !taken.has(fingerprint));
  const decision = applyLimits(
    free.map(({ transferId, holdMicroUsd, isOwedByBase }) => ({
      id: transferId,
      highMicroUsd: holdMicroUsd,
      isOwedByBase,
    })),
    {
      limits: context.limits,
      spent: spentOf(purchases, { ...context, runId: context.holder.runId }),
      approval: context.approval,
    },
  );
  const events = free
    .filter(({ transferId }) => decision.approved.has(transferId))
    .map(
      (want): NewEvent => ({
        type: 'reserve',
        fingerprint: want.fingerprint,
        atMs: context.nowMs,
        transferId: want.transferId,
        output: want.output,
        provider: want.provider,
        holdMicroUsd: want.holdMicroUsd,
        holder: context.holder,
        pullRequest: want.isOwedByBase ? null : context.pullRequest,
        approvedBy: want.isOwedByBase ? null : (context.approval?.actor ?? null),
      }),
    );
  return { events, decision, taken };
}

function findTaken(
  purchases: Purchases,
  { fingerprint, isRefresh, elsewhere }: Wanted,
): string | undefined {
  return [fingerprint, ...elsewhere].find((one) => isHeldOrBought(purchases.get(one), isRefresh));
}

function isHeldOrBought(purchase: Purchase | undefined, isRefresh: boolean): boolean {
  if (purchase == null) return false;
  // Also when a refresh of it was begun and came to nothing.
  const isBought =
    purchase.state === 'recorded' ||
    (['released', 'failed-refunded'].includes(purchase.state) &&
      purchase.settled.some(({ state }) => state === 'recorded'));
  if (isBought) return !isRefresh;
  // Duplicates that were planned before its last failure must not make it one more.
  if (purchase.failureCount >= MAX_REFUNDED_FAILURES) return true;
  // A person said that it was billed: buying it again must be asked for (take).
  if (purchase.state === 'written-off') return costOf(purchase) > 0;
  return !['released', 'failed-refunded'].includes(purchase.state);
}
