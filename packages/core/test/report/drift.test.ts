import { describe, expect, test } from 'vitest';
import type { Charge } from '../../src/model/money.ts';
import type { TransferResult } from '../../src/model/results.ts';
import { describeDrift, findDrift } from '../../src/report/drift.ts';
import { makeGenerateStep, makePlan } from '../support/plans.ts';

const step = {
  ...makeGenerateStep('hero', 0),
  estimate: { lowMicroUsd: 400_000, highMicroUsd: 500_000, basis: 'made up' },
};

function driftOf(microUsd: number | null, source: Charge['source'] = 'provider-reported') {
  const result = {
    id: 'hero',
    state: 'generated',
    provider: 'prospolabs',
    fingerprint: step.fingerprint,
    charge: { microUsd, source },
  } as TransferResult;
  return findDrift(makePlan([step]), [result]);
}

describe('drift between charge and estimate', () => {
  test.each([400_000, 450_000, 500_000])('is none inside the estimate (%i)', (microUsd) => {
    expect(driftOf(microUsd)).toEqual([]);
  });

  test.each([
    [510_000, false],
    [511_000, true],
    [392_000, false],
    [391_000, true],
    [0, true],
  ])('of %i counts as large above 2 %%: %s', (microUsd, isLarge) => {
    expect(driftOf(microUsd)).toMatchObject([{ chargedMicroUsd: microUsd, isLarge }]);
  });

  test('names provider, estimate and charge', () => {
    const [drift] = driftOf(600_000);
    expect(drift == null ? '' : describeDrift(drift)).toBe(
      'prospolabs charged $0.60, estimated was $0.40 - $0.50, 20 % more; write what you pay into prices, if it stays like this',
    );
  });

  test.each([
    [600_000, 'estimated'],
    [null, 'unknown'],
  ] as const)('is not made up from a charge of %s that is %s', (microUsd, source) => {
    expect(driftOf(microUsd, source)).toEqual([]);
  });
});
