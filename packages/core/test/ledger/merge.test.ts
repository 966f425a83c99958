import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEvent } from '../../src/ledger/journal.ts';
import { mergeChain } from '../../src/ledger/merge.ts';
import type { Purchase } from '../../src/model/purchase/purchase.ts';
import type { PurchaseEvent } from '../../src/model/purchase/purchase-event.ts';
import { makeEvent } from '../support/journal.ts';
import { assertProperty } from '../support/property.ts';

const fold = (events: readonly PurchaseEvent[], from: Purchase | null = null) =>
  events.reduce<Purchase | null>(applyEvent, from);

/** As this checkout wrote it. */
const local = (['reserve', 'submit', 'accept', 'complete', 'download', 'store'] as const).map(
  (type) => makeEvent(type),
);
/** What another run may have concluded, once this one was silent. */
const conclusions = [
  ['lose-answer'],
  ['lose-answer', 'write-off'],
  ['lose-answer', 'release'],
] as const;

test('however much of it the ledger was sent, an accept is never lost', () => {
  assertProperty(
    'merge',
    fc.property(
      fc.integer({ min: 3, max: local.length }),
      fc.integer({ min: 2, max: local.length }),
      fc.option(fc.constantFrom(...conclusions), { nil: null }),
      (written, sent, conclusion) => {
        const mine = local.slice(0, written);
        const shared = fold(local.slice(0, Math.min(sent, written)));
        const isSilent = shared?.state === 'submitting' && conclusion != null;
        const concluded = isSilent
          ? conclusion.map((type) => ({ ...makeEvent(type), id: `other-${type}` }))
          : [];
        const ledger = fold(concluded, shared);
        const purchase = fold(mine);
        if (purchase == null) throw new Error('nothing was written');
        const view = mergeChain(ledger, { purchase: purchase, events: mine });
        expect(view.purchase.state).toBe(purchase.state);
        expect(view.purchase.operation).toEqual({ jobId: 'job_1' });
        expect(fold(view.pending, ledger)?.state).toBe(purchase.state);
      },
    ),
  );
});

test('where another run went on to the next purchase, the ledger is right', () => {
  const mine = local.slice(0, 2);
  const purchase = fold(mine);
  const next = { ...makeEvent('reserve', { round: 2 }), id: 'next' };
  const shared = fold([...mine, { ...makeEvent('release'), id: 'other' }, next]);
  if (purchase == null) throw new Error('nothing was written');
  const late = makeEvent('accept');
  const view = mergeChain(shared, { purchase: purchase, events: [...mine, late] });
  expect(view.purchase).toMatchObject({ round: 2, state: 'reserved' });
  // What was accepted of the earlier one is billed: that alone is still to be written.
  expect(view.pending).toMatchObject([{ type: 'count-earlier', round: 2, earlier: { round: 1 } }]);
  expect(
    mergeChain(view.purchase, { purchase: purchase, events: [...mine, late] }).pending,
  ).toEqual([]);
});
