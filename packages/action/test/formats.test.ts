import { describe, expect, test } from 'vitest';
import { APPROVED, FILES, LOCKFILE } from './formats/fixture.ts';
import { restore } from './formats/restore.ts';
import {
  actionsOf,
  all,
  expectNothingBought,
  expectNothingToBuy,
  expectVideos,
  FIXTURES,
  keepPurchases,
  refusePlan,
  statesOf,
} from './formats/scenes.ts';

describe.concurrent('purchases that an earlier version recorded', () => {
  test('are reused, collected or held, and not bought again: ledger git, fresh-checkout', () =>
    keepPurchases('git', 'fresh-checkout'));
});

describe.concurrent('the lockfile of an earlier version alone', () => {
  test('is enough for its outputs to be reused', async () => {
    const restored = await restore(FIXTURES, 'none', 'lockfile-alone');
    const { recorded } = restored.scenario;
    const only = recorded.join(',');
    expectNothingToBuy(await restored.run({ command: 'plan', only }));
    const run = await restored.run({ only });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(statesOf(restored, run)).toEqual(all(recorded, 'reused'));
    expectNothingBought(restored);
    expectVideos(restored, run);
  });

  test('records no purchase whose fingerprint it does not hold', async () => {
    const restored = await restore(FIXTURES, 'none', 'lockfile-alone');
    const { [APPROVED]: fingerprint = '' } = restored.scenario.fingerprints;
    const lockfile = restored.read(LOCKFILE).toString();
    restored.bench.write(LOCKFILE, lockfile.replaceAll(fingerprint, 'f'.repeat(64)));
    const plan = await restored.run({ command: 'plan', only: APPROVED });
    expect(actionsOf(plan)).toEqual({ [APPROVED]: 'generate' });
    expect(plan.outputs['estimated-cost']).not.toBe('0.00');
  });
});

describe.concurrent('a plan.json of an earlier version', () => {
  test('is read, and refused with both prices where this version holds less for a clip with sound', async () => {
    const restored = await restore(FIXTURES, 'git', 'start');
    const plan = restored.fixture(FILES.planOfPurchase);
    const run = await restored.run({ only: APPROVED, plan });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain(`${APPROVED} costs $0.304, was $0.304 - $0.38`);
    expectNothingBought(restored);
  });

  test('is refused where something was bought since', () =>
    refusePlan(FILES.planOfPurchase, { only: APPROVED }));
});
