import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideReservations, type Wanted } from '../../src/budget/reserve.ts';
import { applyEvent, type Journal } from '../../src/record/journal.ts';
import { costOf, type JournalEntry } from '../../src/record/journal-entry.ts';
import type { TransferState } from '../../src/record/transfer-state.ts';
import { BOUGHT_AT_MS, entryIn, KEY } from '../support/journal.ts';
import { assertProperty } from '../support/property.ts';
import { noLimits } from '../support/state-builder.ts';

const wish = (changes: Partial<Wanted> = {}): Wanted => ({
  key: KEY,
  transferId: 'hero',
  output: 'out/hero.mp4',
  provider: 'prospolabs',
  holdMicroUsd: 304_000,
  isRefresh: false,
  elsewhere: [],
  ...changes,
});

const contextOf = (runId: string, limits = noLimits) => ({
  holder: { runId, attempt: 1, job: 'animate', checkout: 'here', untilMs: BOUGHT_AT_MS },
  pullRequest: 1,
  limits,
  approval: null,
  nowMs: BOUGHT_AT_MS,
  isShared: true,
});

test('several runs, one after the other, never get more than any limit allows', () => {
  const price = fc.integer({ min: 1, max: 1000 });
  const limit = fc.option(fc.integer({ min: 0, max: 4000 }), { nil: null });
  assertProperty(
    'reserve',
    fc.property(
      fc.array(fc.array(price, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 5 }),
      limit,
      limit,
      limit,
      limit,
      fc.constantFrom('fail' as const, 'partial' as const),
      (runs, transfer, run, pullRequest, month, onExceed) => {
        const limits = {
          ...noLimits,
          perTransferMicroUsd: transfer,
          perRunMicroUsd: run,
          perPullRequestMicroUsd: pullRequest,
          perMonthMicroUsd: month,
          onExceed,
        };
        let journal: Journal = new Map();
        for (const [index, prices] of runs.entries()) {
          const before = sum(journal);
          const wanted = prices.map((holdMicroUsd, place) =>
            wish({
              key: `${index}${place}`.padStart(64, '0'),
              transferId: `${index}-${place}`,
              holdMicroUsd,
            }),
          );
          const { events } = decideReservations(journal, wanted, contextOf(`${index}`, limits));
          const next = new Map<string, JournalEntry>(journal);
          for (const [number, event] of events.entries()) {
            if (event.type !== 'reserve') throw new Error('only reservations are decided');
            expect(event.holdMicroUsd).toBeLessThanOrEqual(transfer ?? Number.MAX_SAFE_INTEGER);
            const numbered = { ...event, id: `${index}-${number}`, purchase: 1 };
            next.set(event.key, applyEvent(null, numbered));
          }
          journal = next;
          expect(sum(journal) - before).toBeLessThanOrEqual(run ?? Number.MAX_SAFE_INTEGER);
          if (onExceed === 'fail') expect([0, wanted.length]).toContain(events.length);
        }
        const most = Math.min(pullRequest ?? Infinity, month ?? Infinity);
        expect(sum(journal)).toBeLessThanOrEqual(most);
      },
    ),
  );
});

function sum(journal: Journal): number {
  return [...journal.values()].reduce((total, entry) => total + costOf(entry), 0);
}

test.each<readonly [TransferState, boolean]>([
  ['reserved', false],
  ['submitting', false],
  ['submitted', false],
  ['stored', false],
  ['stale', false],
  ['recorded', false],
  ['unknown', false],
  ['failed-charged', false],
  ['written-off', false],
  ['released', true],
  ['failed-refunded', true],
])('what is %s on record may be reserved: %s', (state, isFree) => {
  const entry = entryIn(state);
  const journal: Journal = new Map(entry == null ? [] : [[KEY, entry]]);
  const { events, taken } = decideReservations(journal, [wish()], contextOf('200'));
  expect(events.length > 0).toBe(isFree);
  expect(taken.has(KEY)).toBe(!isFree);
});

test('a refresh that came to nothing does not make the earlier purchase free to buy', () => {
  const recorded = entryIn('recorded');
  const begun = [
    { ...decideReservations(new Map(), [wish()], contextOf('200')).events[0], id: 'again' },
    { type: 'release', key: KEY, atMs: BOUGHT_AT_MS, message: 'stopped', id: 'back' },
  ].reduce<JournalEntry | null>(
    (entry, event) =>
      applyEvent(entry, { ...event, purchase: 2 } as Parameters<typeof applyEvent>[1]),
    recorded,
  );
  const journal: Journal = new Map(begun == null ? [] : [[KEY, begun]]);
  expect(begun).toMatchObject({ state: 'released', settled: [{ state: 'recorded' }] });
  expect(decideReservations(journal, [wish()], contextOf('201')).events).toEqual([]);
  const refresh = decideReservations(journal, [wish({ isRefresh: true })], contextOf('201'));
  expect(refresh.events).toHaveLength(1);
});

test('what one company makes or has made is not bought from another', () => {
  const other = 'c'.repeat(64);
  const wanted = [wish({ elsewhere: [other] })];
  const heldBy = (state: TransferState): Journal => {
    const entry = entryIn(state, { key: other });
    return new Map(entry == null ? [] : [[other, entry]]);
  };
  for (const state of [
    'reserved',
    'submitting',
    'submitted',
    'stale',
    'unknown',
    'recorded',
  ] as const) {
    const { events, taken } = decideReservations(heldBy(state), wanted, contextOf('2'));
    expect(events, state).toEqual([]);
    expect([...taken], state).toEqual([KEY]);
  }
  for (const state of ['planned', 'released', 'failed-refunded'] as const) {
    expect(decideReservations(heldBy(state), wanted, contextOf('2')).events, state).toHaveLength(1);
  }
});

test('what failed three times at no cost is not tried again, whatever was planned', () => {
  const failed = entryIn('failed-refunded');
  if (failed == null) throw new Error('a failure is on record');
  const after = (failureCount: number) =>
    decideReservations(new Map([[KEY, { ...failed, failureCount }]]), [wish()], contextOf('2'));
  expect(after(2).events).toHaveLength(1);
  expect(after(3).events).toEqual([]);
  expect([...after(3).taken]).toEqual([KEY]);
});
