import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  APPROVED,
  CONFIG,
  FILES,
  FREE_AGAIN_CONFIG,
  LOCKFILE,
  PULL_REQUEST,
  payloadOf,
} from './formats/fixture.ts';
import { restore } from './formats/restore.ts';
import {
  actionsOf,
  all,
  expectNothingBought,
  expectNothingToBuy,
  expectVideos,
  FIXTURES,
  keepPurchases,
  reconcilePurchases,
  refusePlan,
  statesOf,
} from './formats/scenes.ts';
import { REPOSITORY } from './workbench.ts';

describe.concurrent('purchases that an earlier version recorded', () => {
  test.each([
    ['git', 'fresh-checkout'],
    ['none', 'same-checkout'],
  ] as const)('are reused, collected or held, and not bought again: ledger %s, %s', keepPurchases);

  test('are collected by reconcile, which has no plan', () =>
    reconcilePurchases('git', 'fresh-checkout'));

  test('may be bought again where they cost nothing', async () => {
    const restored = await restore(FIXTURES, 'git', 'fresh-checkout');
    const { freeAgain } = restored.scenario;
    const plan = await restored.run({ command: 'plan', config: FREE_AGAIN_CONFIG });
    expect(actionsOf(plan)).toEqual(all(freeAgain, 'generate'));
    expect(plan.outputs['new-count']).toBe(`${freeAgain.length}`);
    expect(plan.outputs['estimated-cost']).not.toBe('0.00');
  });
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

  test('is refused where what it compares with has other prices by now, though nothing is missing', async () => {
    const restored = await restore(FIXTURES, 'none', 'lockfile-alone');
    const plan = restored.fixture(FILES.planOfReuse);
    const run = await restored.run({ only: APPROVED, plan });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('not the plan that was approved');
    expectNothingBought(restored);
  });

  test('is refused where something was bought since', () =>
    refusePlan(FILES.planOfPurchase, { only: APPROVED }));
});

describe.concurrent('the comment of an earlier version', () => {
  test('is updated by a later plan, with what changed', async () => {
    const restored = await restore(FIXTURES, 'git', 'start');
    const { bench } = restored;
    const { github } = bench.emulator;
    const headOf = () => bench.git('rev-parse', 'HEAD').trim();
    const baseSha = headOf();
    const config = bench.read(CONFIG).toString();
    bench.write(CONFIG, config.replace(/^.*animations\/stale\.mp4.*\n/m, ''));
    bench.commit('Remove a transfer');
    const pull = github.openPullRequest(REPOSITORY, {
      number: PULL_REQUEST,
      headSha: headOf(),
      baseSha,
    });
    const body = readFileSync(restored.fixture(FILES.comment), 'utf8');
    const comment = github.addComment(REPOSITORY, PULL_REQUEST, 'github-actions[bot]', body);

    const event = { name: 'pull_request', payload: payloadOf(REPOSITORY, pull) };
    const plan = await restored.run({ command: 'plan' }, { event });
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(pull.comments).toEqual([comment]);
    expect(comment.body).toMatch(/\b14 → 13\b/);
  });
});
