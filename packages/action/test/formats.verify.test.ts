import { describe, test } from 'vitest';
import { FILES } from './formats/fixture.ts';
import { keepPurchases, reconcilePurchases, refusePlan } from './formats/scenes.ts';

/** More of what formats.test.ts shows by an example each: all places where all purchases are on record. */
describe.concurrent('purchases that an earlier version recorded', () => {
  test.each([
    ['git', 'same-checkout'],
    ['file', 'fresh-checkout'],
  ] as const)('are reused, collected or held, and not bought again: ledger %s, %s', keepPurchases);

  test('are collected by reconcile, which has no plan: ledger none, same-checkout', () =>
    reconcilePurchases('none', 'same-checkout'));
});

test.concurrent('a plan.json of an earlier version is refused where something was found at its provider since', () =>
  refusePlan(FILES.planOfInterrupted, {}));
