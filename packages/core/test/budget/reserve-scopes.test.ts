import { describe, expect, test } from 'vitest';
import {
  decideReservations,
  type ReservationContext,
  type Wanted,
} from '../../src/budget/reserve.ts';
import { foldJournal, type Journal } from '../../src/record/journal.ts';
import type { Holder } from '../../src/record/journal-entry.ts';
import type { TransferState } from '../../src/record/transfer-state.ts';
import type { Limits } from '../../src/types.ts';
import { BOUGHT_AT_MS, eventsTo, KEY } from '../support/journal.ts';

const NEW = 'e'.repeat(64);
const holder: Holder = { runId: '200', attempt: 1, job: 'animate', checkout: 'here', untilMs: 1 };

const noLimits: Limits = {
  perTransferMicroUsd: null,
  perRunMicroUsd: null,
  perPullRequestMicroUsd: null,
  perMonthMicroUsd: null,
  onExceed: 'fail',
  perRunIsDefault: false,
};

function want(key: string, holdMicroUsd = 300_000): Wanted {
  return {
    key,
    transferId: `t-${key[0]}`,
    output: 'out/a.mp4',
    provider: 'prospolabs',
    holdMicroUsd,
    isRefresh: false,
    elsewhere: [],
  };
}

function reserve(
  journal: Journal,
  limits: Partial<Limits>,
  changes: Partial<ReservationContext> = {},
) {
  const { events, decision, taken } = decideReservations(journal, [want(NEW)], {
    holder,
    pullRequest: 7,
    limits: { ...noLimits, ...limits },
    approval: null,
    nowMs: BOUGHT_AT_MS,
    isShared: true,
    ...changes,
  });
  return {
    reserved: events.map(({ key }) => key),
    broken: decision.violations.map(({ limit }) => limit),
    taken: [...taken],
  };
}

/** $0.70 of another run of pull request 7, this month. */
const before = (state: TransferState) =>
  foldJournal(eventsTo(state, { holdMicroUsd: 700_000, pullRequest: 7 }));

describe('what other runs spent', () => {
  test.each([
    'reserved',
    'submitting',
    'submitted',
    'unknown',
    'stale',
    'recorded',
    'failed-charged',
  ] as const)(
    'counts against the pull request and the month while it is %s, to the micro-dollar',
    (state) => {
      expect(reserve(before(state), { perPullRequestMicroUsd: 1_000_000 }).reserved).toEqual([NEW]);
      expect(reserve(before(state), { perPullRequestMicroUsd: 999_999 })).toMatchObject({
        reserved: [],
        broken: ['per-pull-request'],
      });
      expect(reserve(before(state), { perMonthMicroUsd: 999_999 }).broken).toEqual(['per-month']);
    },
  );

  test.each(['released', 'failed-refunded'] as const)('counts nothing once it is %s', (state) => {
    const limits = { perPullRequestMicroUsd: 300_000, perMonthMicroUsd: 300_000 };
    expect(reserve(before(state), limits).reserved).toEqual([NEW]);
  });

  test('counts in the month in which it was reserved, and for its own pull request', () => {
    const november = { nowMs: Date.UTC(2026, 10, 1) };
    const limits = { perMonthMicroUsd: 300_000 };
    expect(reserve(before('unknown'), limits, november).reserved).toEqual([NEW]);
    const lastMoment = { nowMs: Date.UTC(2026, 10, 1) - 1 };
    expect(reserve(before('unknown'), limits, lastMoment).reserved).toEqual([]);
    const other = { pullRequest: 8 };
    expect(reserve(before('unknown'), { perPullRequestMicroUsd: 300_000 }, other).reserved).toEqual(
      [NEW],
    );
  });

  test('is not known without a shared record, where only the run itself counts', () => {
    const limits = { perMonthMicroUsd: 300_000, perPullRequestMicroUsd: 300_000 };
    expect(reserve(before('recorded'), limits, { isShared: false }).reserved).toEqual([NEW]);
  });
});

describe('what another run began', () => {
  const decide = (state: TransferState, charged = 304_000) =>
    decideReservations(foldJournal(eventsTo(state, { holdMicroUsd: charged })), [want(KEY)], {
      holder,
      pullRequest: null,
      limits: noLimits,
      approval: null,
      nowMs: BOUGHT_AT_MS,
      isShared: true,
    });

  test.each([
    'reserved',
    'submitting',
    'submitted',
    'completed',
    'downloaded',
    'stored',
    'recorded',
    'stale',
    'unknown',
    'failed-charged',
    'written-off',
  ] as const)('is not bought again while it is %s', (state) => {
    const { events, taken } = decide(state);
    expect(events).toEqual([]);
    expect([...taken]).toEqual([KEY]);
  });

  test('may be bought after it provably was not, or a person said that it was free', () => {
    for (const state of ['released', 'failed-refunded'] as const)
      expect(decide(state).events).toHaveLength(1);
    expect(decide('written-off', 0).events).toHaveLength(1);
  });
});
