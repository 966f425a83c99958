import { expect, test } from 'vitest';
import { mutants } from '../simulation/mutants.ts';
import { describeMutants, huntMutants } from '../simulation/mutation.ts';

test('every planted bug is caught', async () => {
  const results = await huntMutants(mutants, { from: 1, maxHistories: 8_000, workers: 2 });
  process.stdout.write(`${describeMutants(results)}\n`);
  expect(results.length).toBeGreaterThanOrEqual(25);
  expect(results.filter(({ caughtBy }) => caughtBy == null)).toEqual([]);
});
