import { describe, expect, test } from 'vitest';
import { foldJournal } from '../../src/ledger/journal.ts';
import {
  groupSpending,
  listSpending,
  type SpendingItem,
  sumSpending,
} from '../../src/ledger/totals.ts';
import { monthOf } from '../../src/model/limits.ts';
import type { Purchase } from '../../src/model/purchase/purchase.ts';
import type { PurchaseState } from '../../src/model/purchase/purchase-state.ts';
import { BOUGHT_AT_MS, entryIn, eventsTo, makeEvent, wayTo } from '../support/journal.ts';

const anItem: SpendingItem = {
  month: '2026-10',
  reservedAtMs: BOUGHT_AT_MS,
  runId: '100',
  pullRequest: 12,
  provider: 'fal',
  microUsd: 5,
  isHeld: false,
  isUnknown: false,
};

function entry(state: PurchaseState, changes: Partial<Purchase> = {}): Purchase {
  const found = entryIn(state, { pullRequest: 12 });
  if (found == null) throw new Error(`nothing is on record of what is ${state}`);
  return { ...found, ...changes };
}

describe('what a purchase spends', () => {
  test('is reported with its month, run, pull request and provider', () => {
    expect(listSpending([entry('recorded')])).toEqual([
      {
        month: '2026-10',
        reservedAtMs: BOUGHT_AT_MS,
        runId: '100',
        pullRequest: 12,
        provider: 'prospolabs',
        microUsd: 304_000,
        isHeld: false,
        isUnknown: false,
      },
    ]);
  });

  const reported = (Object.keys(wayTo) as PurchaseState[])
    .filter((state) => state !== 'planned')
    .map((state) => {
      const [item] = listSpending([entry(state)]);
      return [state, item == null ? 'nothing' : item.isHeld ? 'held' : 'charged', item?.isUnknown];
    });

  test('is held while it is open, and charged afterwards', () => {
    expect(reported).toEqual([
      ['reserved', 'held', false],
      ['submitting', 'held', true],
      ['submitted', 'held', false],
      ['completed', 'held', false],
      ['downloaded', 'held', false],
      ['stored', 'held', false],
      ['recorded', 'charged', false],
      ['stale', 'held', false],
      ['unknown', 'held', true],
      ['released', 'nothing', undefined],
      ['failed-charged', 'held', false],
      ['failed-refunded', 'nothing', undefined],
      ['written-off', 'charged', false],
    ]);
  });

  test('is charged, not held, once the figure of a charged failure is known', () => {
    const charge = { microUsd: 7, source: 'provider-reported' } as const;
    expect(listSpending([entry('failed-charged', { charge })])).toMatchObject([
      { microUsd: 7, isHeld: false },
    ]);
    const none = { microUsd: null, source: 'unknown' } as const;
    expect(listSpending([entry('failed-charged', { charge: none })])).toMatchObject([
      { microUsd: 304_000, isHeld: true },
    ]);
  });

  test('counts on when the same thing is bought again, in its own month', () => {
    const first = eventsTo('recorded', { pullRequest: 12, holdMicroUsd: 9 });
    const again = {
      ...makeEvent('reserve', { round: 2, provider: 'fal' }),
      atMs: Date.UTC(2026, 10, 2),
    };
    const purchases = foldJournal([...first, again]);
    expect(listSpending(purchases.values())).toEqual([
      {
        month: '2026-10',
        reservedAtMs: BOUGHT_AT_MS,
        runId: '100',
        pullRequest: 12,
        provider: 'prospolabs',
        microUsd: 9,
        isHeld: false,
        isUnknown: false,
      },
      {
        month: '2026-11',
        reservedAtMs: Date.UTC(2026, 10, 2),
        runId: '100',
        pullRequest: null,
        provider: 'fal',
        microUsd: 304_000,
        isHeld: true,
        isUnknown: false,
      },
    ]);
  });

  test('is nothing where nothing is on record', () => {
    expect(listSpending([])).toEqual([]);
  });
});

describe('sums', () => {
  test('keep what is held apart from what is charged, and name what is unknown of it', () => {
    const items = [
      anItem,
      { ...anItem, microUsd: 70 },
      { ...anItem, microUsd: 300, isHeld: true },
      { ...anItem, microUsd: 4_000, isHeld: true, isUnknown: true },
    ];
    expect(sumSpending(items)).toEqual({
      heldMicroUsd: 4_300,
      chargedMicroUsd: 75,
      unknownMicroUsd: 4_000,
      purchases: 4,
    });
  });

  test('of nothing are nothing', () => {
    expect(sumSpending([])).toEqual({
      heldMicroUsd: 0,
      chargedMicroUsd: 0,
      unknownMicroUsd: 0,
      purchases: 0,
    });
  });

  test('by name are sorted by it, and leave out what has none', () => {
    const items = [
      { ...anItem, provider: 'wavespeed', microUsd: 1 },
      { ...anItem, provider: 'fal', microUsd: 2 },
      { ...anItem, provider: 'kie', microUsd: 3 },
      { ...anItem, provider: 'fal', microUsd: 4 },
      { ...anItem, provider: 'nobody', microUsd: 5 },
    ];
    const groups = groupSpending(items, ({ provider }) =>
      provider === 'nobody' ? null : provider,
    );
    expect(groups.map(([name, sum]) => [name, sum.chargedMicroUsd, sum.purchases])).toEqual([
      ['fal', 6, 2],
      ['kie', 3, 1],
      ['wavespeed', 1, 1],
    ]);
  });
});

test('a month is that of UTC', () => {
  expect(monthOf(BOUGHT_AT_MS)).toBe('2026-10');
  expect(monthOf(Date.UTC(2026, 11, 31, 23, 59, 59, 999))).toBe('2026-12');
  expect(monthOf(Date.UTC(2027, 0, 1))).toBe('2027-01');
});
