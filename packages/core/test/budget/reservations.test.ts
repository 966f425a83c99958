import { describe, expect, test } from 'vitest';
import {
  decideReservations,
  type ReservationContext,
  type Wanted,
} from '../../src/budget/reserve.ts';
import { foldJournal, type JournalEvent } from '../../src/record/journal.ts';
import type { TransferState } from '../../src/record/transfer-state.ts';
import { BOUGHT_AT_MS, eventsTo, KEY, makeEvent, wayTo } from '../support/journal.ts';
import { noLimits } from '../support/state-builder.ts';

const other = 'c'.repeat(64);
const holder = { runId: '7', attempt: 2, job: 'animate', checkout: 'here', untilMs: 9_000 };

function want(changes: Partial<Wanted> = {}): Wanted {
  return {
    key: KEY,
    transferId: 'hero',
    output: 'out/hero.mp4',
    provider: 'prospolabs',
    holdMicroUsd: 304_000,
    isRefresh: false,
    elsewhere: [],
    ...changes,
  };
}

function reserve(
  wanted: readonly Wanted[],
  events: readonly JournalEvent[] = [],
  changes: Partial<ReservationContext> = {},
) {
  return decideReservations(foldJournal(events), wanted, {
    holder,
    pullRequest: 12,
    limits: noLimits,
    approval: null,
    nowMs: BOUGHT_AT_MS,
    isShared: true,
    ...changes,
  });
}

const states = (Object.keys(wayTo) as TransferState[]).filter((state) => state !== 'planned');

describe('a reservation', () => {
  test('says what is held, for whom, until when', () => {
    const { events, decision, taken } = reserve([want()]);
    expect(events).toEqual([
      {
        type: 'reserve',
        key: KEY,
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

  test('names whose word lets it exceed the limit of the pull request', () => {
    const approval = { actor: 'keeper', headSha: 'a', planDigest: 'd', upToMicroUsd: 304_000 };
    const limits = { ...noLimits, perPullRequestMicroUsd: 1 };
    expect(reserve([want()], [], { limits }).events).toEqual([]);
    expect(reserve([want()], [], { limits, approval }).events).toMatchObject([
      { approvedBy: 'keeper' },
    ]);
  });

  test('is made for what fits, and for nothing else', () => {
    const limits = { ...noLimits, perRunMicroUsd: 500_000, onExceed: 'partial' } as const;
    const { events, decision } = reserve(
      [want(), want({ key: other, transferId: 'villain' })],
      [],
      { limits },
    );
    expect(events.map(({ key }) => key)).toEqual([KEY]);
    expect(decision.violations.map(({ limit }) => limit)).toEqual(['per-run']);
  });
});

describe('what is on record already', () => {
  const free = ['released', 'failed-refunded'];

  test.each(states)('%s: is bought again only where nothing was bought', (state) => {
    const { events, taken } = reserve([want()], eventsTo(state));
    expect([...taken]).toEqual(free.includes(state) ? [] : [KEY]);
    expect(events).toHaveLength(free.includes(state) ? 1 : 0);
  });

  test.each(states)('%s: a newer adapter lets it be bought again only once recorded', (state) => {
    const { taken } = reserve([want({ isRefresh: true })], eventsTo(state));
    expect(taken.has(KEY)).toBe(![...free, 'recorded'].includes(state));
  });

  test('at another company that may make the same is enough', () => {
    const events = eventsTo('submitting', { key: other });
    expect([...reserve([want({ elsewhere: ['e'.repeat(64), other] })], events).taken]).toEqual([
      KEY,
    ]);
    expect(reserve([want({ elsewhere: ['e'.repeat(64)] })], events).taken.size).toBe(0);
  });

  test.each(['released', 'fail-refunded'] as const)(
    'stays bought when a refresh of it came to nothing: %s',
    (type) => {
      const refresh = (['reserve', 'submit', type === 'released' ? 'release' : type] as const).map(
        (one) => makeEvent(one, { purchase: 2 }),
      );
      const events = [...eventsTo('recorded'), ...refresh];
      expect(reserve([want()], events).taken.size).toBe(1);
      expect(reserve([want({ isRefresh: true })], events).taken.size).toBe(0);
      const again = (['reserve', 'submit', type === 'released' ? 'release' : type] as const).map(
        (one) => makeEvent(one, { purchase: 2 }),
      );
      expect(reserve([want()], [...eventsTo('written-off'), ...again]).taken.size).toBe(0);
    },
  );

  test('is left to the other run even where it costs nothing', () => {
    const { taken } = reserve(
      [want({ holdMicroUsd: 0 })],
      eventsTo('submitting', { holdMicroUsd: 0 }),
    );
    expect([...taken]).toEqual([KEY]);
  });

  test('written off as free, it may be bought again', () => {
    const writeOff: JournalEvent = {
      ...makeEvent('write-off'),
      type: 'write-off',
      message: 'never made',
      actor: 'keeper',
      charge: { microUsd: 0, source: 'estimated' },
    };
    const { events, taken } = reserve([want()], [...eventsTo('unknown'), writeOff]);
    expect(taken.size).toBe(0);
    expect(events).toHaveLength(1);
  });

  test('is left to the other run, and does not stand in the way of the rest', () => {
    const limits = { ...noLimits, perTransferMicroUsd: 304_000 };
    const wanted = [
      want({ holdMicroUsd: 9_000_000 }),
      want({ key: other, transferId: 'villain', output: 'out/villain.mp4' }),
    ];
    const { events, decision, taken } = reserve(wanted, eventsTo('submitting'), { limits });
    expect([...taken]).toEqual([KEY]);
    expect(events.map(({ key }) => key)).toEqual([other]);
    expect(decision.withinBudget).toBe(true);
  });
});

describe('what counts against the limits', () => {
  const elsewhere = eventsTo('submitting', {
    key: other,
    holdMicroUsd: 300_000,
    pullRequest: 12,
    holder: { runId: '100' },
  });
  const violations = (changes: Partial<ReservationContext>, isMore = 0) =>
    reserve([want({ holdMicroUsd: 200_000 + isMore })], elsewhere, changes).decision.violations.map(
      ({ limit, wouldSpendMicroUsd }) => [limit, wouldSpendMicroUsd],
    );

  test('of the run is its own', () => {
    const limits = { ...noLimits, perRunMicroUsd: 500_000 };
    expect(violations({ limits }, 1)).toEqual([]);
    const own = { limits, holder: { ...holder, runId: '100' } };
    expect(violations(own)).toEqual([]);
    expect(violations(own, 1)).toEqual([['per-run', 500_001]]);
  });

  test('of the pull request is that of all its runs', () => {
    const limits = { ...noLimits, perPullRequestMicroUsd: 500_000 };
    expect(violations({ limits })).toEqual([]);
    expect(violations({ limits }, 1)).toEqual([['per-pull-request', 500_001]]);
    expect(violations({ limits, pullRequest: 13 }, 1)).toEqual([]);
    expect(violations({ limits, pullRequest: null }, 1)).toEqual([]);
    expect(violations({ limits, isShared: false }, 1)).toEqual([]);
  });

  test('of the month is that of all runs in it', () => {
    const limits = { ...noLimits, perMonthMicroUsd: 500_000 };
    expect(violations({ limits })).toEqual([]);
    expect(violations({ limits }, 1)).toEqual([['per-month', 500_001]]);
    expect(violations({ limits, nowMs: Date.UTC(2026, 10, 1) }, 1)).toEqual([]);
    expect(violations({ limits, isShared: false }, 1)).toEqual([]);
  });
});
