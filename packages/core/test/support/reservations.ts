import {
  decideReservations,
  type ReservationContext,
  type Wanted,
} from '../../src/budget/reserve.ts';
import { noLimits } from '../../src/model/limits.ts';
import type { Purchases } from '../../src/model/purchase/purchase.ts';
import { BOUGHT_AT_MS, KEY } from './journal.ts';

/** A run that is none of those on record. */
export const holder = {
  runId: '200',
  attempt: 2,
  job: 'animate',
  checkout: 'here',
  untilMs: 9_000,
};

export function want(changes: Partial<Wanted> = {}): Wanted {
  return {
    fingerprint: KEY,
    transferId: 'hero',
    output: 'out/hero.mp4',
    provider: 'prospolabs',
    holdMicroUsd: 304_000,
    isRefresh: false,
    isOwedByBase: false,
    elsewhere: [],
    ...changes,
  };
}

/** What a run of pull request 12 gets of what it wants, without limits unless a command is given. */
export function reserve(
  wanted: readonly Wanted[],
  purchases: Purchases = new Map(),
  changes: Partial<ReservationContext> = {},
) {
  return decideReservations(purchases, wanted, {
    holder,
    pullRequest: 12,
    limits: noLimits,
    approval: null,
    nowMs: BOUGHT_AT_MS,
    isShared: true,
    ...changes,
  });
}
