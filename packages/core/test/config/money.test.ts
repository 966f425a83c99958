import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinLimits } from '../../src/config/join-limits.ts';
import { inputsLocation } from '../../src/config/source-location.ts';
import { isKept, LIMITS } from '../../src/model/limits.ts';
import { build, configWith, problemsOf } from './support.ts';

const REFUSED = [
  '.nan',
  '.NaN',
  '.inf',
  '-.inf',
  '-5',
  '+5',
  '0x10',
  '0o17',
  '010',
  '1e9',
  '1e400',
  '5.',
  '.5',
  '1_000',
  '1,000',
  '"5,00"',
  '"5,00 "',
  '" 5"',
  '$5',
  '5 USD',
  '٥',
  '"٥٫٠٠"',
  '５',
  'yes',
  'true',
  '~',
  'null',
  '""',
  '',
  '1000000',
  '1.0000001',
  '[5]',
  '{ usd: 5 }',
  '2026-01-01',
  '1:30',
];

describe.each(['per-transfer', 'per-run', 'per-pull-request', 'per-month'])('budget.%s', (key) => {
  test.each(REFUSED)('refuses %j and names the key', (written) => {
    const issues = problemsOf(configWith(`budget:\n  ${key}: ${written}\n`));
    expect(issues.map(({ path }) => path)).toEqual([`budget.${key}`]);
    expect(issues[0]?.position).toMatchObject({ line: 8 });
  });
});

test.each([
  ['0', 0],
  ['0.0', 0],
  ['5', 5_000_000],
  ['5.00', 5_000_000],
  ['"5.00"', 5_000_000],
  ["'2.5'", 2_500_000],
  ['0.076', 76_000],
  ['0.000001', 1],
  ['1.10 # cents', 1_100_000],
  ['999999.999999', 999_999_999_999],
])('%s is %i micro-dollars', (written, microUsd) => {
  const { config } = build(configWith(`budget: { per-run: ${written}\n }`));
  expect(config.limits.perRunMicroUsd).toBe(microUsd);
  expect(config.limits.perRunIsDefault).toBe(false);
});

test('the inputs are validated by the same grammar', () => {
  for (const written of ['-5', '1e9', '5,00', '0x10', '1_000', '.nan', 'yes', '٥', '$5']) {
    const issues = problemsOf(configWith(''), { maxCost: written });
    expect(issues).toEqual([
      {
        severity: 'error',
        path: 'input max-cost',
        message: expect.stringContaining('must be dollars written like 10 or 2.50'),
      },
    ]);
  }
});

test('no limit at all means 10 dollars a run, and says so', () => {
  const { config } = build(configWith(''));
  expect(config.limits).toEqual({
    perTransferMicroUsd: null,
    perRunMicroUsd: 10_000_000,
    perPullRequestMicroUsd: null,
    perMonthMicroUsd: null,
    onExceed: 'fail',
    perRunIsDefault: true,
  });
});

test('the default per run holds unless per-run itself is written', () => {
  const byFile = build(configWith('budget: { per-month: 200 }')).config.limits;
  expect(byFile).toMatchObject({ perRunMicroUsd: 10_000_000, perRunIsDefault: true });
  const bySibling = build(configWith('budget: { per-transfer: 1.00 }'), { maxCostPerMonth: '5' });
  expect(bySibling.config.limits).toMatchObject({
    perRunMicroUsd: 10_000_000,
    perRunIsDefault: true,
  });
  const byInput = build(configWith(''), { maxCost: '50' }).config.limits;
  expect(byInput).toMatchObject({ perRunMicroUsd: 50_000_000, perRunIsDefault: false });
});

test('whatever budget is written, on whatever event and with whatever ledger, a total applies', () => {
  const dollars = fc.option(fc.integer({ min: 0, max: 999_999 }).map(String), { nil: undefined });
  const budget = fc.record({
    'per-transfer': dollars,
    'per-run': dollars,
    'per-pull-request': dollars,
    'per-month': dollars,
  });
  const scope = fc.record({
    runId: fc.constant('1'),
    pullRequest: fc.option(fc.constant(7)),
    nowMs: fc.constant(0),
    isShared: fc.boolean(),
  });
  fc.assert(
    fc.property(budget, budget, scope, (file, inputs, place) => {
      const { limits } = joinLimits(file, inputs, inputsLocation);
      const totals = LIMITS.filter(
        (limit) => limit.counts != null && isKept(limit, place) && limits[limit.field] != null,
      );
      expect(totals.map(({ name }) => name)).toContain('per-run');
    }),
  );
});

test('an input lowers a limit', () => {
  const { config, warnings } = build(configWith('budget: { per-run: 10, on-exceed: fail }'), {
    maxCost: '2.50',
    maxCostPerTransfer: '1',
    maxCostPerPullRequest: '20',
    maxCostPerMonth: '100',
    onExceed: 'partial',
  });
  expect(config.limits).toEqual({
    perTransferMicroUsd: 1_000_000,
    perRunMicroUsd: 2_500_000,
    perPullRequestMicroUsd: 20_000_000,
    perMonthMicroUsd: 100_000_000,
    onExceed: 'partial',
    perRunIsDefault: false,
  });
  expect(warnings).toEqual([]);
});

test('an input cannot raise a limit', () => {
  const { config, warnings } = build(configWith('budget: { per-run: 10 }'), { maxCost: '20' });
  expect(config.limits.perRunMicroUsd).toBe(10_000_000);
  expect(warnings).toEqual([
    {
      severity: 'warning',
      path: 'input max-cost',
      message: expect.stringContaining("$20.00 is above the config's per-run of $10.00"),
    },
  ]);
});

test('a limit that a wider one makes useless is a warning', () => {
  const { warnings } = build(
    configWith('budget:\n  per-transfer: 5\n  per-run: 2\n  per-month: 1.5'),
  );
  expect(warnings.map(({ path, position }) => [path, position?.line])).toEqual([
    ['budget.per-transfer', 8],
    ['budget.per-run', 9],
  ]);
});
