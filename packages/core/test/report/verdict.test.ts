import { describe, expect, test } from 'vitest';
import { decideBudget } from '../../src/budget/decide.ts';
import type { Approval } from '../../src/budget/label-approval.ts';
import { type Limits, nothingSpent, type Spent } from '../../src/model/limits.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import type { TransferResult } from '../../src/model/results.ts';
import { makeReport } from '../../src/report/report.ts';
import { describeVerdict, makeVerdict } from '../../src/report/verdict.ts';
import { makeGenerateStep, makePlan } from '../support/plans.ts';
import { makeBlockedStep, makeResult } from '../support/results.ts';

const pullRequest: Plan['pullRequest'] = {
  number: 7,
  headSha: 'a'.repeat(40),
  baseSha: 'b'.repeat(40),
  removed: [],
};

interface Options {
  readonly limits?: Partial<Limits>;
  readonly spent?: Partial<Spent>;
  readonly pullRequest?: Plan['pullRequest'];
  readonly results?: readonly TransferResult[];
  readonly approval?: Approval;
}

function verdictOn(steps: readonly Step[], options: Options = {}): string {
  const { limits = {}, results = null, approval = null } = options;
  const spent = { ...nothingSpent, ...options.spent };
  const planned = makePlan(steps, limits);
  const plan: Plan = {
    ...planned,
    pullRequest: options.pullRequest === undefined ? pullRequest : options.pullRequest,
    // Of one price each, which the sentence names without a range.
    steps: planned.steps.map((step) =>
      step.action === 'generate'
        ? { ...step, estimate: { ...step.estimate, lowMicroUsd: step.estimate.highMicroUsd } }
        : step,
    ),
  };
  const decision = decideBudget(plan, spent, approval);
  const command = results == null ? 'plan' : 'run';
  const report = makeReport({ command, plan, decision, results, notes: [], spent, approval });
  return describeVerdict(makeVerdict(report));
}

const step = (id: string, changes: Parameters<typeof makeGenerateStep>[2] = {}) =>
  makeGenerateStep(id, 700_000, changes);
const stale = { reasons: [{ code: 'motion-changed' as const, message: 'another clip' }] };
const perPull = { perPullRequestMicroUsd: 2_000_000 };
const untouched = { perPullRequestMicroUsd: 0 };

describe('the verdict on a plan', () => {
  test('is the price, the limit of the pull request and what happens on merge', () => {
    expect(verdictOn([step('a', stale)], { limits: perPull, spent: untouched })).toBe(
      '$0.70 for 1 changed animation, within the $2.00 limit of this pull request; bought when the pull request is merged.',
    );
  });

  test('tells new from changed, and what was spent before', () => {
    const spent = { perPullRequestMicroUsd: 100_000 };
    expect(verdictOn([step('a'), step('b', stale)], { limits: perPull, spent })).toContain(
      '$1.40 for 2 animations (1 new, 1 changed), within the $2.00 limit of this pull request, $0.10 of it spent before;',
    );
  });

  test('names the limit of which least is left where the pull request has none', () => {
    const limits = { perRunMicroUsd: 10_000_000, perRunIsDefault: true };
    expect(verdictOn([step('a')], { limits })).toContain(
      'within the $10.00 default limit of this run;',
    );
    const month = { ...limits, perMonthMicroUsd: 5_000_000 };
    const spent = { perMonthMicroUsd: 1_000_000 };
    expect(verdictOn([step('a')], { limits: month, spent })).toContain(
      'within the $5.00 limit of this month (UTC), $1.00 of it spent before;',
    );
  });

  test('says that nothing is bought over a limit, or only what fits', () => {
    const limits = { perPullRequestMicroUsd: 1_000_000 };
    const steps = [step('a'), step('b')];
    expect(verdictOn(steps, { limits, spent: untouched })).toBe(
      '$1.40 for 2 new animations, over the $1.00 limit of this pull request; nothing is bought when the pull request is merged.',
    );
    const partial = { ...limits, onExceed: 'partial' as const };
    expect(verdictOn(steps, { limits: partial, spent: untouched })).toContain(
      'only what fits is bought when',
    );
    const single = { perTransferMicroUsd: 500_000 };
    expect(verdictOn([step('a')], { limits: single })).toContain(
      'over the $0.50 limit of this transfer (a);',
    );
  });

  test('names who approved what is over the limit', () => {
    const approval: Approval = {
      actor: 'keeper',
      headSha: 'a'.repeat(40),
      planDigest: 'made up',
      upToMicroUsd: 700_000,
      includesSpent: false,
    };
    const limits = { perPullRequestMicroUsd: 100_000 };
    expect(verdictOn([step('a')], { limits, spent: untouched, approval })).toContain(
      'over the $0.10 limit of this pull request and approved by keeper; bought when',
    );
  });

  test('says of what costs nothing that there is nothing to pay', () => {
    const paid = step('a', { resumes: true });
    expect(verdictOn([paid])).toBe(
      'Nothing to pay: 1 animation is collected, which an earlier run paid for, when the pull request is merged.',
    );
    expect(verdictOn([step('a', { provider: 'draft' })])).toContain('1 animation is drafted');
    expect(verdictOn([])).toBe('Nothing to pay.');
    expect(verdictOn([makeBlockedStep('a', 'no such file')])).toBe(
      'Nothing can be made yet: 1 is blocked, see below.',
    );
  });

  test('outside a pull request promises a run, and under a base that nobody could read nothing', () => {
    expect(verdictOn([step('a')], { pullRequest: null })).toMatch(/; bought by a run\.$/);
    const unread = { ...pullRequest, removed: null };
    expect(verdictOn([step('a')], { pullRequest: unread })).toContain(
      'the base branch could not be read, so nothing is bought',
    );
  });
});

describe('the verdict on a run', () => {
  const charge = { microUsd: 700_000, source: 'provider-reported' as const };

  test('is what was made, what was spent and what is left of the limit', () => {
    const results = [makeResult('a', { charge }), makeResult('b', { state: 'reused' })];
    const spent = { perPullRequestMicroUsd: 300_000 };
    expect(verdictOn([step('a')], { limits: perPull, spent, results })).toBe(
      '1 animation made, $0.70 spent, of the $2.00 limit of this pull request ($1.00 left).',
    );
  });

  test('counts no money twice that an earlier run holds', () => {
    const results = [
      makeResult('a', { charge, isBoughtHere: false, state: 'collected' }),
      makeResult('b', { state: 'unknown', holdMicroUsd: 200_000 }),
    ];
    const spent = { perPullRequestMicroUsd: 700_000 };
    expect(verdictOn([step('a'), step('b')], { limits: perPull, spent, results })).toBe(
      '1 of 2 animations made, $0.70 spent, of the $2.00 limit of this pull request ($1.10 left). $0.20 is held for purchases whose outcome is open.',
    );
  });
});

describe('the verdict on a run that bought what the base branch owed too', () => {
  test('says how much of it that was, and leaves it out of what the pull request has left', () => {
    const steps = [step('a', stale), { ...step('b', stale), owedByBase: true as const }];
    const charge = { microUsd: 700_000, source: 'estimated' as const };
    const results = ['a', 'b'].map((id) => makeResult(id, { charge, isBoughtHere: true }));
    expect(verdictOn(steps, { limits: perPull, spent: untouched, results })).toBe(
      '2 animations made, $1.40 spent ($0.70 of it was due on the base branch), of the $2.00 limit of this pull request ($1.30 left).',
    );
  });
});
