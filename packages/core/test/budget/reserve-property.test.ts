import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEvent } from '../../src/ledger/journal.ts';
import { noLimits } from '../../src/model/limits.ts';
import { costOf, type Purchase, type Purchases } from '../../src/model/purchase/purchase.ts';
import { assertProperty } from '../support/property.ts';
import { holder, reserve, want } from '../support/reservations.ts';

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
        let purchases: Purchases = new Map();
        for (const [index, prices] of runs.entries()) {
          const spentBefore = sum(purchases);
          const wanted = prices.map((holdMicroUsd, place) =>
            want({
              fingerprint: `${index}${place}`.padStart(64, '0'),
              transferId: `${index}-${place}`,
              holdMicroUsd,
            }),
          );
          const context = { limits, holder: { ...holder, runId: `${index}` } };
          const { events } = reserve(wanted, purchases, context);
          const next = new Map<string, Purchase>(purchases);
          for (const [number, event] of events.entries()) {
            if (event.type !== 'reserve') throw new Error('only reservations are decided');
            expect(event.holdMicroUsd).toBeLessThanOrEqual(transfer ?? Number.MAX_SAFE_INTEGER);
            const numbered = { ...event, id: `${index}-${number}`, round: 1 };
            next.set(event.fingerprint, applyEvent(null, numbered));
          }
          purchases = next;
          expect(sum(purchases) - spentBefore).toBeLessThanOrEqual(run ?? Number.MAX_SAFE_INTEGER);
          if (onExceed === 'fail') expect([0, wanted.length]).toContain(events.length);
        }
        const most = Math.min(pullRequest ?? Infinity, month ?? Infinity);
        expect(sum(purchases)).toBeLessThanOrEqual(most);
      },
    ),
  );
});

function sum(purchases: Purchases): number {
  return [...purchases.values()].reduce((total, purchase) => total + costOf(purchase), 0);
}
