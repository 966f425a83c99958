import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasEarlierBundle, unpackEarlierBundle } from './formats/earlier-bundle.ts';
import { FILES } from './formats/fixture.ts';
import { restore } from './formats/restore.ts';
import {
  expectNothingBought,
  FIXTURES,
  keepPurchases,
  reconcilePurchases,
  refusePlan,
} from './formats/scenes.ts';

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

/** Its history has the bundle only where the clone is not shallow. */
describe.skipIf(!hasEarlierBundle())('a bundle that knows ledgers of format 1 alone', () => {
  test.each(['git', 'file'] as const)(
    'buys nothing once this one has written to the ledger, and says what to use: ledger %s',
    async (ledger) => {
      const restored = await restore(FIXTURES, ledger, 'fresh-checkout');
      const bundle = unpackEarlierBundle(join(restored.bench.workspace, '../earlier'));
      const before = await restored.run({ command: 'plan' }, { bundle });
      expect(before.stdout).toContain('3 reused');
      const run = await restored.run();
      expect(restored.records(), run.stdout).toContain('purchases/');

      const records = restored.records();
      for (const command of ['plan', 'run', 'reconcile']) {
        const refused = await restored.run({ command }, { bundle });
        expect(refused.stdout).toContain(
          'was written in format 2 by a later release; this one reads format 1, so nothing is spent. Use `uses: motion-transfer/motion-transfer@v1` or later',
        );
        if (command !== 'plan') expect(refused.exitCode, refused.stdout).toBe(1);
      }
      expectNothingBought(restored);
      expect(restored.records()).toBe(records);
    },
  );
});
