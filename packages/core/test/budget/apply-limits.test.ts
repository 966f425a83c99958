import { describe, expect, test } from 'vitest';
import { applyLimits } from '../../src/budget/apply-limits.ts';
import type { Approval } from '../../src/budget/label-approval.ts';
import { type Limits, noLimits, nothingSpent, type Spent } from '../../src/model/limits.ts';

interface RunOptions {
  readonly limits?: Partial<Limits>;
  readonly spent?: Partial<Spent>;
  readonly approval?: Approval | null;
  /** Which of them the base branch owes. */
  readonly owed?: readonly number[];
}

const keeper: Approval = {
  actor: 'keeper',
  headSha: 'a',
  planDigest: 'd',
  upToMicroUsd: 700_000,
  includesSpent: false,
};

function apply(
  highs: readonly number[],
  { limits, spent, approval = null, owed = [] }: RunOptions,
) {
  const items = highs.map((highMicroUsd, index) => ({
    id: `t${index}`,
    highMicroUsd,
    isOwedByBase: owed.includes(index),
  }));
  const rules = {
    limits: { ...noLimits, ...limits },
    spent: { ...nothingSpent, ...spent },
    approval,
  };
  const { withinBudget, approved, violations } = applyLimits(items, rules);
  return { withinBudget, approved: [...approved], violations };
}

const fine = (...approved: string[]) => ({ withinBudget: true, approved, violations: [] });

describe('without limits', () => {
  test('everything is approved, in order', () => {
    expect(apply([3, 0, 5_000_000_000], {})).toEqual(fine('t0', 't1', 't2'));
  });

  test('a sum that is no whole number any more is not', () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(apply([most], {})).toEqual(fine('t0'));
    const { approved } = apply([most, 1], { limits: { onExceed: 'partial' } });
    expect(approved).toEqual(['t0']);
  });

  test('nothing was spent, and no limit but the one per run applies', () => {
    expect(nothingSpent).toEqual({
      perTransferMicroUsd: 0,
      perRunMicroUsd: 0,
      perPullRequestMicroUsd: null,
      perMonthMicroUsd: null,
    });
  });
});

describe('the limit per transfer', () => {
  const limits = { perTransferMicroUsd: 500_000 };

  test('lets through what costs exactly that', () => {
    expect(apply([500_000], { limits })).toEqual(fine('t0'));
  });

  test('names the transfer, its price and the limit', () => {
    expect(apply([500_001], { limits })).toEqual({
      withinBudget: false,
      approved: [],
      violations: [
        {
          limit: 'per-transfer',
          limitMicroUsd: 500_000,
          wouldSpendMicroUsd: 500_001,
          transferId: 't0',
          message: 't0 may cost $0.500001, more than per-transfer $0.50',
        },
      ],
    });
  });

  test('looks at each by itself, whatever was spent', () => {
    const spent = {
      perRunMicroUsd: 9_000_000,
      perPullRequestMicroUsd: 9_000_000,
      perMonthMicroUsd: 1,
    };
    expect(apply([500_000, 500_000], { limits, spent })).toEqual(fine('t0', 't1'));
  });
});

describe('the limit per run', () => {
  const limits = { perRunMicroUsd: 1_000_000 };

  test('counts what this run spent before', () => {
    expect(apply([400_000], { limits, spent: { perRunMicroUsd: 600_000 } })).toEqual(fine('t0'));
    expect(apply([400_001], { limits, spent: { perRunMicroUsd: 600_000 } })).toEqual({
      withinBudget: false,
      approved: [],
      violations: [
        {
          limit: 'per-run',
          limitMicroUsd: 1_000_000,
          wouldSpendMicroUsd: 1_000_001,
          transferId: null,
          message:
            'this run may cost $1.000001, $0.60 of it spent or held before, more than per-run $1.00',
        },
      ],
    });
  });

  test('says when nobody wrote it, and when nothing was spent before', () => {
    const [violation] = apply([1_000_001], {
      limits: { ...limits, perRunIsDefault: true },
    }).violations;
    expect(violation?.message).toBe(
      'this run may cost $1.000001, more than per-run $1.00 (the default, because no per-run limit is written)',
    );
  });
});

describe('the limit per pull request', () => {
  const limits = { perPullRequestMicroUsd: 1_000_000 };

  test('does not apply outside pull requests', () => {
    expect(apply([9_000_000], { limits, spent: { perPullRequestMicroUsd: null } })).toEqual(
      fine('t0'),
    );
  });

  test('counts what the pull request spent before', () => {
    expect(apply([400_000], { limits, spent: { perPullRequestMicroUsd: 600_000 } })).toEqual(
      fine('t0'),
    );
    expect(apply([400_000], { limits, spent: { perPullRequestMicroUsd: 600_001 } })).toEqual({
      withinBudget: false,
      approved: [],
      violations: [
        {
          limit: 'per-pull-request',
          limitMicroUsd: 1_000_000,
          wouldSpendMicroUsd: 1_000_001,
          transferId: null,
          message:
            'this pull request may cost $1.000001, $0.600001 of it spent or held before, more than per-pull-request $1.00',
        },
      ],
    });
  });

  test('that nobody wrote lets everything through, approved or not', () => {
    const spent = { perPullRequestMicroUsd: 900_000 };
    expect(apply([9_000_000], { spent })).toEqual(fine('t0'));
    expect(apply([9_000_000], { spent, approval: keeper })).toEqual(fine('t0'));
  });

  test('is lifted by an approval up to what was shown, on top of what was spent before', () => {
    const spent = { perPullRequestMicroUsd: 600_000 };
    expect(apply([700_000], { limits, spent, approval: keeper })).toEqual(fine('t0'));
    const { withinBudget, approved, violations } = apply([700_001], {
      limits,
      spent,
      approval: keeper,
    });
    expect({ withinBudget, approved }).toEqual({ withinBudget: false, approved: [] });
    expect(violations).toMatchObject([
      {
        limitMicroUsd: 1_300_000,
        message:
          'this pull request may cost $1.300001, $0.60 of it spent or held before, more than per-pull-request $1.30 (approved by keeper)',
      },
    ]);
  });

  test('is never lowered by an approval', () => {
    const spent = { perPullRequestMicroUsd: 0 };
    expect(apply([1_000_000], { limits, spent, approval: keeper })).toEqual(fine('t0'));
  });

  test('alone is lifted by it: neither a run nor a month nor a transfer', () => {
    const spent = { perPullRequestMicroUsd: 0, perMonthMicroUsd: 0 };
    const broken = (more: Partial<Limits>) =>
      apply([700_000], { limits: more, spent, approval: keeper }).violations.map(
        ({ limit }) => limit,
      );
    expect(broken({ perRunMicroUsd: 699_999 })).toEqual(['per-run']);
    expect(broken({ perMonthMicroUsd: 699_999 })).toEqual(['per-month']);
    expect(broken({ perTransferMicroUsd: 699_999 })).toEqual(['per-transfer']);
    expect(broken({ perPullRequestMicroUsd: 699_999 })).toEqual([]);
  });
});

describe('what the base branch owes', () => {
  const spent = { perPullRequestMicroUsd: 0, perMonthMicroUsd: 0 };

  test('does not count per pull request', () => {
    const limits = { perPullRequestMicroUsd: 5 };
    expect(apply([4, 4, 5], { limits, spent, owed: [0, 1] })).toEqual(fine('t0', 't1', 't2'));
    const { violations } = apply([4, 4, 6], { limits, spent, owed: [0, 1] });
    expect(violations).toMatchObject([{ limit: 'per-pull-request', wouldSpendMicroUsd: 6 }]);
  });

  test.each([
    ['perTransferMicroUsd', 3],
    ['perRunMicroUsd', 12],
    ['perMonthMicroUsd', 12],
  ] as const)('counts against %s', (field, most) => {
    const more = { spent, owed: [0, 1] };
    expect(apply([4, 4, 5], { limits: { [field]: most + 1 }, ...more }).withinBudget).toBe(
      field !== 'perTransferMicroUsd',
    );
    expect(apply([4, 4, 5], { limits: { [field]: most }, ...more }).withinBudget).toBe(false);
  });

  test('is bought where a pull request has used up its own limit', () => {
    const limits = { perPullRequestMicroUsd: 5 };
    const used = { ...spent, perPullRequestMicroUsd: 9 };
    expect(apply([4], { limits, spent: used, owed: [0] })).toEqual(fine('t0'));
    const partial = { ...limits, onExceed: 'partial' as const };
    expect(apply([1, 4], { limits: partial, spent: used, owed: [1] }).approved).toEqual(['t1']);
  });
});

describe('the limit per month', () => {
  const limits = { perMonthMicroUsd: 1_000_000 };

  test('does not apply where no record tells of the month', () => {
    expect(apply([9_000_000], { limits, spent: { perMonthMicroUsd: null } })).toEqual(fine('t0'));
  });

  test('counts what was spent in it', () => {
    expect(apply([999_999], { limits, spent: { perMonthMicroUsd: 1 } })).toEqual(fine('t0'));
    expect(apply([1_000_000], { limits, spent: { perMonthMicroUsd: 1 } })).toEqual({
      withinBudget: false,
      approved: [],
      violations: [
        {
          limit: 'per-month',
          limitMicroUsd: 1_000_000,
          wouldSpendMicroUsd: 1_000_001,
          transferId: null,
          message:
            'this month (UTC) may cost $1.000001, $0.000001 of it spent or held before, more than per-month $1.00',
        },
      ],
    });
  });
});

describe('several transfers', () => {
  const spent = { perPullRequestMicroUsd: 0 };
  const limits = { perTransferMicroUsd: 5, perRunMicroUsd: 8, perPullRequestMicroUsd: 8 };

  test('of which one does not fit are not bought at all, unless in part', () => {
    for (const highs of [
      [4, 6],
      [5, 4],
    ]) {
      expect(apply(highs, { limits, spent }).approved).toEqual([]);
      const partial = { ...limits, onExceed: 'partial' as const };
      expect(apply(highs, { limits: partial, spent }).approved).toEqual(['t0']);
    }
  });
});

describe('several limits', () => {
  test('are all reported at once, the narrow ones first', () => {
    const limits = {
      perTransferMicroUsd: 1,
      perRunMicroUsd: 2,
      perPullRequestMicroUsd: 3,
      perMonthMicroUsd: 4,
    };
    const spent = { perRunMicroUsd: 1, perPullRequestMicroUsd: 2, perMonthMicroUsd: 3 };
    const { violations } = apply([2], { limits, spent });
    expect(violations.map(({ limit, wouldSpendMicroUsd }) => [limit, wouldSpendMicroUsd])).toEqual([
      ['per-transfer', 2],
      ['per-run', 3],
      ['per-pull-request', 4],
      ['per-month', 5],
    ]);
  });

  test('all must have room for what is bought in part', () => {
    const spent = { perPullRequestMicroUsd: 0, perMonthMicroUsd: 8 };
    const limits = {
      perRunMicroUsd: 6,
      perPullRequestMicroUsd: 5,
      perMonthMicroUsd: 12,
      onExceed: 'partial',
    } as const;
    expect(apply([3, 2, 1, 1], { limits, spent }).approved).toEqual(['t0', 't2']);
  });
});

describe('nothing to buy', () => {
  test('breaks no limit, even one that others have used up', () => {
    const spent = { perRunMicroUsd: 5, perPullRequestMicroUsd: 5, perMonthMicroUsd: 5 };
    const limits = { perRunMicroUsd: 1, perPullRequestMicroUsd: 1, perMonthMicroUsd: 1 };
    expect(apply([], { limits, spent })).toEqual(fine());
  });

  test('is not the same as something free, for which there is no room either', () => {
    const requested = { limits: { perRunMicroUsd: 1 }, spent: { perRunMicroUsd: 5 } };
    expect(apply([0], requested)).toMatchObject({ withinBudget: false, approved: [] });
  });
});

describe('figures that are none', () => {
  test('break no limit where there is none, and are not approved all the same', () => {
    expect(apply([Number.NaN], {})).toEqual(fine());
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('%f spent leaves no room', (figure) => {
    const limits = {
      perRunMicroUsd: 9,
      perPullRequestMicroUsd: 9,
      perMonthMicroUsd: 9,
      onExceed: 'partial',
    } as const;
    for (const spent of [
      { perRunMicroUsd: figure },
      { perPullRequestMicroUsd: figure },
      { perMonthMicroUsd: figure },
    ])
      expect(apply([1], { limits, spent }).approved).toEqual([]);
  });

  test('an approval up to nobody knows what approves nothing', () => {
    const approval = { ...keeper, upToMicroUsd: Number.NaN };
    const spent = { perPullRequestMicroUsd: 0 };
    const limits = { perPullRequestMicroUsd: 5 };
    expect(apply([1], { limits, spent, approval }).approved).toEqual([]);
  });
});
