import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideBudget } from '../../src/budget/decide.ts';
import { buildConfig } from '../../src/config/assemble.ts';
import type { Limits } from '../../src/model/limits.ts';
import { nothingSpent } from '../../src/model/limits.ts';
import type { Step } from '../../src/model/plan.ts';
import { makeGenerateStep, makePlan } from '../support/plans.ts';
import { assertProperty } from '../support/property.ts';

function decide(highs: readonly number[], limits: Partial<Limits>, totalMicroUsd?: number) {
  const steps = highs.map((high, index) => makeGenerateStep(`t${index}`, high));
  const decision = decideBudget(makePlan(steps, limits, totalMicroUsd));
  return {
    within: decision.withinBudget,
    approved: [...decision.approved],
    broken: decision.violations.map(({ limit, transferId }) => [limit, transferId]),
    messages: decision.violations.map(({ message }) => message),
  };
}

describe('a limit per run', () => {
  test('lets through what it names to the micro-dollar', () => {
    expect(decide([600_000, 400_000], { perRunMicroUsd: 1_000_000 })).toEqual({
      within: true,
      approved: ['t0', 't1'],
      broken: [],
      messages: [],
    });
  });

  test('buys nothing when the plan is one micro-dollar above it', () => {
    expect(decide([600_000, 400_001], { perRunMicroUsd: 1_000_000 })).toEqual({
      within: false,
      approved: [],
      broken: [['per-run', null]],
      messages: ['this run may cost $1.000001, more than per-run $1.00'],
    });
  });

  test('of nothing lets nothing through, and free things are free', () => {
    expect(decide([1], { perRunMicroUsd: 0 }).approved).toEqual([]);
    expect(decide([0], { perRunMicroUsd: 0 })).toMatchObject({ within: true, approved: ['t0'] });
  });

  test('that nobody wrote is named as the default', () => {
    const { limits } = buildConfig(
      {
        path: 'c.yml',
        text: 'version: 1\nprovider: cheapest\ntransfers: [{ character: a.png, motion: b.mp4, output: c.mp4 }]\n',
      },
      { inputs: {}, providers: [], files: ['a.png', 'b.mp4'] },
    ).config;
    expect(limits).toMatchObject({ perRunMicroUsd: 10_000_000, perRunIsDefault: true });
    expect(decide([10_000_000], limits).within).toBe(true);
    expect(decide([10_000_001], limits).messages).toEqual([
      'this run may cost $10.000001, more than per-run $10.00 (the default, because no per-run limit is written)',
    ]);
  });
});

describe('a limit per transfer', () => {
  test('names the transfer that breaks it', () => {
    expect(decide([500_000, 500_001, 100], { perTransferMicroUsd: 500_000 })).toEqual({
      within: false,
      approved: [],
      broken: [['per-transfer', 't1']],
      messages: ['t1 may cost $0.500001, more than per-transfer $0.50'],
    });
  });

  test('stands beside the one per run: every broken limit is reported at once', () => {
    const limits = { perTransferMicroUsd: 500_000, perRunMicroUsd: 700_000 };
    expect(decide([600_000, 400_000, 550_000], limits).broken).toEqual([
      ['per-transfer', 't0'],
      ['per-transfer', 't2'],
      ['per-run', null],
    ]);
  });
});

describe('on-exceed: partial', () => {
  test('buys in file order what fits, and says that the plan does not', () => {
    const limits = { perRunMicroUsd: 1_000_000, onExceed: 'partial' } as const;
    expect(decide([600_000, 500_000, 400_000, 1], limits)).toMatchObject({
      within: false,
      approved: ['t0', 't2'],
      broken: [['per-run', null]],
    });
  });

  test('leaves out what exceeds a limit by itself, whose price then does not count', () => {
    const limits = {
      perTransferMicroUsd: 500_000,
      perRunMicroUsd: 1_000_000,
      onExceed: 'partial',
    } as const;
    expect(decide([900_000, 500_000, 500_000], limits).approved).toEqual(['t1', 't2']);
  });

  test('buys everything when everything fits', () => {
    const limits = { perRunMicroUsd: 3, onExceed: 'partial' } as const;
    expect(decide([1, 2], limits)).toMatchObject({ within: true, approved: ['t0', 't1'] });
  });
});

describe('what costs nothing anew', () => {
  test.each([{ sameAs: 'other' }, { resumes: true }])('counts against no limit: %j', (changes) => {
    const step = makeGenerateStep('t0', 9_000_000, changes);
    const decision = decideBudget(makePlan([step], { perTransferMicroUsd: 0, perRunMicroUsd: 0 }));
    expect(decision).toMatchObject({ withinBudget: true, violations: [] });
    expect(decision.approved.size).toBe(0);
  });
});

describe('what was spent and approved before', () => {
  const plan = makePlan([makeGenerateStep('t0', 5)], { perPullRequestMicroUsd: 7 });
  const spent = { ...nothingSpent, perPullRequestMicroUsd: 3 };
  const approval = {
    actor: 'keeper',
    headSha: 'a',
    planDigest: plan.digest,
    upToMicroUsd: 5,
    includesSpent: false,
  };

  test('counts', () => {
    expect(decideBudget(plan).withinBudget).toBe(true);
    expect(decideBudget(plan, spent).withinBudget).toBe(false);
    expect(decideBudget(plan, spent, approval).withinBudget).toBe(true);
  });

  test('counts for no other plan', () => {
    const another = { ...approval, planDigest: 'of another plan' };
    expect(decideBudget(plan, spent, another).withinBudget).toBe(false);
  });

  test('is no matter for steps that buy nothing', () => {
    const step = makeGenerateStep('t0', 5);
    const blocked = { ...step, action: 'blocked' as const };
    const decision = decideBudget(makePlan([blocked as unknown as Step], { perRunMicroUsd: 0 }));
    expect(decision).toMatchObject({ withinBudget: true, violations: [] });
    expect(decision.approved.size).toBe(0);
  });
});

describe('a figure that is none', () => {
  const notNumbers = [Number.NaN, Number.POSITIVE_INFINITY, 1e308];

  test.each(notNumbers)('%f never fits, not even where there is no limit', (high) => {
    for (const onExceed of ['fail', 'partial'] as const) {
      expect(decide([high], { onExceed }).approved).toEqual([]);
      expect(decide([high], { onExceed, perRunMicroUsd: 1_000_000 }).approved).toEqual([]);
      expect(decide([high], { onExceed, perTransferMicroUsd: 1_000_000 }).approved).toEqual([]);
    }
  });

  test('and a limit that is none lets nothing through', () => {
    expect(decide([1], { perRunMicroUsd: Number.NaN }).approved).toEqual([]);
    expect(decide([1], { perTransferMicroUsd: Number.NaN }).approved).toEqual([]);
  });
});

test('the sum of what is approved never exceeds a limit, whatever the totals claim', () => {
  const microUsd = fc.integer({ min: 0, max: 5_000_000 });
  const limit = fc.option(microUsd);
  assertProperty(
    'approved sums',
    fc.property(
      fc.array(microUsd, { maxLength: 12 }),
      limit,
      limit,
      fc.constantFrom('fail' as const, 'partial' as const),
      fc.option(microUsd, { nil: undefined }),
      (highs, perTransferMicroUsd, perRunMicroUsd, onExceed, totals) => {
        const limits = { perTransferMicroUsd, perRunMicroUsd, onExceed };
        const { approved, within } = decide(highs, limits, totals);
        const prices = approved.map((id) => highs[Number(id.slice(1))] ?? Number.NaN);
        const sum = prices.reduce((total, price) => total + price, 0);
        expect(sum).toBeLessThanOrEqual(perRunMicroUsd ?? Number.POSITIVE_INFINITY);
        for (const price of prices)
          expect(price).toBeLessThanOrEqual(perTransferMicroUsd ?? Number.POSITIVE_INFINITY);
        if (onExceed === 'fail' && !within) expect(approved).toEqual([]);
        if (totals == null && within) expect(approved).toHaveLength(highs.length);
      },
    ),
    300,
  );
});
