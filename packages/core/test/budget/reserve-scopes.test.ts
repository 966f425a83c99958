import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ReservationContext } from '../../src/budget/reserve.ts';
import { applyEvent, foldJournal, type Journal } from '../../src/record/journal.ts';
import { costOf, type JournalEntry } from '../../src/record/journal-entry.ts';
import type { TransferState } from '../../src/record/transfer-state.ts';
import type { Limits } from '../../src/types.ts';
import { eventsTo } from '../support/journal.ts';
import { assertProperty } from '../support/property.ts';
import { holder, reserve, want } from '../support/reservations.ts';
import { noLimits } from '../support/state-builder.ts';

const other = 'c'.repeat(64);

/** $0.70 of another run of pull request 12, reserved in October. */
const before = (state: TransferState) =>
  foldJournal(
    eventsTo(state, {
      key: other,
      holdMicroUsd: 700_000,
      pullRequest: 12,
      holder: { runId: '100' },
    }),
  );

/** The limits that $0.30 more would exceed, each with what would then be spent. */
function exceeded(
  limits: Partial<Limits>,
  changes: Partial<ReservationContext> = {},
  state: TransferState = 'submitting',
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
          const spentBefore = sum(journal);
          const wanted = prices.map((holdMicroUsd, place) =>
            want({
              key: `${index}${place}`.padStart(64, '0'),
              transferId: `${index}-${place}`,
              holdMicroUsd,
            }),
          );
          const context = { limits, holder: { ...holder, runId: `${index}` } };
          const { events } = reserve(wanted, journal, context);
          const next = new Map<string, JournalEntry>(journal);
          for (const [number, event] of events.entries()) {
            if (event.type !== 'reserve') throw new Error('only reservations are decided');
            expect(event.holdMicroUsd).toBeLessThanOrEqual(transfer ?? Number.MAX_SAFE_INTEGER);
            const numbered = { ...event, id: `${index}-${number}`, purchase: 1 };
            next.set(event.key, applyEvent(null, numbered));
          }
          journal = next;
          expect(sum(journal) - spentBefore).toBeLessThanOrEqual(run ?? Number.MAX_SAFE_INTEGER);
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
