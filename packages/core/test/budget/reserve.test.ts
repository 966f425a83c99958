import { describe, expect, test } from 'vitest';
import type { ReservationContext } from '../../src/budget/reserve.ts';
import { foldJournal } from '../../src/ledger/journal.ts';
import { type Limits, noLimits } from '../../src/model/limits.ts';
import type { Purchases } from '../../src/model/purchase/purchase.ts';
import type { PurchaseEvent } from '../../src/model/purchase/purchase-event.ts';
import type { PurchaseEventType, PurchaseState } from '../../src/model/purchase/purchase-state.ts';
import {
  BOUGHT_AT_MS,
  entryIn,
  eventsTo,
  KEY,
  makeEvent,
  type PurchaseFacts,
  wayTo,
} from '../support/journal.ts';
import { holder, reserve, want } from '../support/reservations.ts';

const other = 'c'.repeat(64);
const states = Object.keys(wayTo) as PurchaseState[];
/** Nothing was bought, so that it may be. */
const free: readonly PurchaseState[] = ['planned', 'released', 'failed-refunded'];

function recorded(state: PurchaseState, changes: Partial<PurchaseFacts> = {}): Purchases {
  return foldJournal(eventsTo(state, changes));
}

describe('a reservation', () => {
  test('says what is held, for whom, until when', () => {
    const { events, decision, taken } = reserve([want()]);
    expect(events).toEqual([
      {
        type: 'reserve',
        fingerprint: KEY,
        atMs: BOUGHT_AT_MS,
        transferId: 'hero',
        output: 'out/hero.mp4',
        provider: 'prospolabs',
        holdMicroUsd: 304_000,
        holder,
        pullRequest: 12,
        approvedBy: null,
      },
    ]);
    expect(decision).toMatchObject({ withinBudget: true, approved: new Set(['hero']) });
    expect(taken.size).toBe(0);
  });

  test('of what the base branch owes is on no account, and approved by nobody', () => {
    const approval = {
      actor: 'keeper',
      headSha: 'a',
      planDigest: 'd',
      upToMicroUsd: 304_000,
      includesSpent: false,
    };
    const limits = { ...noLimits, perPullRequestMicroUsd: 304_000 };
    const owed = want({ fingerprint: other, transferId: 'owed', isOwedByBase: true });
    expect(reserve([owed, want()], new Map(), { limits, approval }).events).toMatchObject([
      { transferId: 'owed', pullRequest: null, approvedBy: null },
      { transferId: 'hero', pullRequest: 12, approvedBy: 'keeper' },
    ]);
  });

  test('names whose word lets it exceed the limit of the pull request', () => {
    const approval = {
      actor: 'keeper',
      headSha: 'a',
      planDigest: 'd',
      upToMicroUsd: 304_000,
      includesSpent: false,
    };
    const limits = { ...noLimits, perPullRequestMicroUsd: 1 };
    expect(reserve([want()], new Map(), { limits }).events).toEqual([]);
    expect(reserve([want()], new Map(), { limits, approval }).events).toMatchObject([
      { approvedBy: 'keeper' },
    ]);
  });

  test('is made for what fits, and for nothing else', () => {
    const limits = { ...noLimits, perRunMicroUsd: 500_000, onExceed: 'partial' } as const;
    const wanted = [want(), want({ fingerprint: other, transferId: 'villain' })];
    const { events, decision } = reserve(wanted, new Map(), { limits });
    expect(events.map(({ fingerprint }) => fingerprint)).toEqual([KEY]);
    expect(decision.violations.map(({ limit }) => limit)).toEqual(['per-run']);
  });
});

describe('what is on record already', () => {
  test.each(states)('%s: is bought again only where nothing was bought', (state) => {
    const { events, taken } = reserve([want()], recorded(state));
    expect([...taken]).toEqual(free.includes(state) ? [] : [[KEY, KEY]]);
    expect(events).toHaveLength(free.includes(state) ? 1 : 0);
  });

  test.each(states)('%s: a newer adapter lets it be bought again only once recorded', (state) => {
    const { taken } = reserve([want({ isRefresh: true })], recorded(state));
    expect(taken.has(KEY)).toBe(![...free, 'recorded'].includes(state));
  });

  test.each(states)('%s: is not bought from another company that may make the same', (state) => {
    const purchases = recorded(state, { fingerprint: other });
    const wanted = want({ elsewhere: ['e'.repeat(64), other] });
    expect([...reserve([wanted], purchases).taken]).toEqual(
      free.includes(state) ? [] : [[KEY, other]],
    );
    expect(reserve([want({ elsewhere: ['e'.repeat(64)] })], purchases).taken.size).toBe(0);
  });

  test.each<readonly PurchaseEventType[]>([
    ['reserve', 'release'],
    ['reserve', 'submit', 'release'],
    ['reserve', 'submit', 'fail-refunded'],
  ])('stays bought when a refresh of it came to nothing: %s, %s, %s', (...types) => {
    const begun = types.map((type) => makeEvent(type, { round: 2 }));
    const after = (state: PurchaseState) => foldJournal([...eventsTo(state), ...begun]);
    expect(reserve([want()], after('recorded')).taken.size).toBe(1);
    expect(reserve([want({ isRefresh: true })], after('recorded')).events).toHaveLength(1);
    expect(reserve([want()], after('written-off')).taken.size).toBe(0);
  });

  test('is left to the other run even where it costs nothing', () => {
    const purchases = recorded('submitting', { holdMicroUsd: 0 });
    expect([...reserve([want({ holdMicroUsd: 0 })], purchases).taken]).toEqual([[KEY, KEY]]);
  });

  test('written off as free, it may be bought again', () => {
    const writeOff: PurchaseEvent = {
      ...makeEvent('write-off'),
      type: 'write-off',
      message: 'never made',
      actor: 'keeper',
      charge: { microUsd: 0, source: 'estimated' },
    };
    const { events, taken } = reserve([want()], foldJournal([...eventsTo('unknown'), writeOff]));
    expect(taken.size).toBe(0);
    expect(events).toHaveLength(1);
  });

  test('failed three times at no cost: is not tried again, whatever was planned', () => {
    const failed = entryIn('failed-refunded');
    if (failed == null) throw new Error('a failure is on record');
    const after = (failureCount: number) =>
      reserve([want()], new Map([[KEY, { ...failed, failureCount }]]));
    expect(after(2).events).toHaveLength(1);
    expect(after(3).events).toEqual([]);
    expect([...after(3).taken]).toEqual([[KEY, KEY]]);
  });

  test('is left to the other run, and does not stand in the way of the rest', () => {
    const limits = { ...noLimits, perTransferMicroUsd: 304_000 };
    const wanted = [
      want({ holdMicroUsd: 9_000_000 }),
      want({ fingerprint: other, transferId: 'villain', output: 'out/villain.mp4' }),
    ];
    const { events, decision, taken } = reserve(wanted, recorded('submitting'), { limits });
    expect([...taken]).toEqual([[KEY, KEY]]);
    expect(events.map(({ fingerprint }) => fingerprint)).toEqual([other]);
    expect(decision.withinBudget).toBe(true);
  });
});

/** $0.70 of another run of pull request 12, reserved in October. */
const before = (state: PurchaseState) =>
  recorded(state, {
    fingerprint: other,
    holdMicroUsd: 700_000,
    pullRequest: 12,
    holder: { runId: '100' },
  });

/** The limits that $0.30 more would exceed, each with what would then be spent. */
function exceeded(
  limits: Partial<Limits>,
  changes: Partial<ReservationContext> = {},
  state: PurchaseState = 'submitting',
) {
  const context = { limits: { ...noLimits, ...limits }, ...changes };
  const { decision, events } = reserve([want({ holdMicroUsd: 300_000 })], before(state), context);
  expect(events).toHaveLength(decision.violations.length === 0 ? 1 : 0);
  return decision.violations.map(({ limit, wouldSpendMicroUsd }) => [limit, wouldSpendMicroUsd]);
}

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
      const both = { perPullRequestMicroUsd: 1_000_000, perMonthMicroUsd: 1_000_000 };
      expect(exceeded(both, {}, state)).toEqual([]);
      expect(exceeded({ perPullRequestMicroUsd: 999_999 }, {}, state)).toEqual([
        ['per-pull-request', 1_000_000],
      ]);
      expect(exceeded({ perMonthMicroUsd: 999_999 }, {}, state)).toEqual([
        ['per-month', 1_000_000],
      ]);
    },
  );

  test.each(['released', 'failed-refunded'] as const)('counts nothing once it is %s', (state) => {
    const limits = { perPullRequestMicroUsd: 300_000, perMonthMicroUsd: 300_000 };
    expect(exceeded(limits, {}, state)).toEqual([]);
  });

  test('counts in the month in which it was reserved', () => {
    const november = Date.UTC(2026, 10, 1);
    const limits = { perMonthMicroUsd: 300_000 };
    expect(exceeded(limits, { nowMs: november }, 'unknown')).toEqual([]);
    expect(exceeded(limits, { nowMs: november - 1 }, 'unknown')).toHaveLength(1);
  });

  test('counts for its own pull request, and for no run outside of one', () => {
    const limits = { perPullRequestMicroUsd: 300_000 };
    expect(exceeded(limits, { pullRequest: 13 })).toEqual([]);
    expect(exceeded(limits, { pullRequest: null })).toEqual([]);
  });

  test('counts for the limit of the run only where it is the same run', () => {
    const limits = { perRunMicroUsd: 999_999 };
    expect(exceeded(limits)).toEqual([]);
    const own = { holder: { ...holder, runId: '100' } };
    expect(exceeded(limits, own)).toEqual([['per-run', 1_000_000]]);
    expect(exceeded({ perRunMicroUsd: 1_000_000 }, own)).toEqual([]);
  });

  test('is not known without a shared record, where only the run itself counts', () => {
    const limits = { perMonthMicroUsd: 300_000, perPullRequestMicroUsd: 300_000 };
    expect(exceeded(limits, { isShared: false }, 'recorded')).toEqual([]);
  });
});
