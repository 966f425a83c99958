import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCKFILE_PATH } from '@motion-transfer/core/shell';
import { describe, expect, test } from 'vitest';
import { hasEarlierBundle, unpackEarlierBundle } from './formats/earlier-bundle.ts';
import {
  APPROVED,
  CONFIG,
  FILES,
  FREE_AGAIN_CONFIG,
  PULL_REQUEST,
  payloadOf,
} from './formats/fixture.ts';
import { restore } from './formats/restore.ts';
import {
  actionsOf,
  all,
  expectNothingBought,
  FIXTURES,
  keepPurchases,
  reconcilePurchases,
  refusePlan,
} from './formats/scenes.ts';
import { REPOSITORY } from './workbench.ts';

/** More of what formats.test.ts shows by an example each: all places where all purchases are on record. */
describe.concurrent('purchases that an earlier version recorded', () => {
  test.each([
    ['git', 'same-checkout'],
    ['file', 'fresh-checkout'],
    ['none', 'same-checkout'],
  ] as const)('are reused, collected or held, and not bought again: ledger %s, %s', keepPurchases);

  test('are collected by reconcile, which has no plan: ledger none, same-checkout', () =>
    reconcilePurchases('none', 'same-checkout'));

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

test.concurrent('a plan.json of an earlier version is refused where something was found at its provider since', () =>
  refusePlan(FILES.planOfInterrupted, {}));

describe.concurrent('a plan.json of an earlier version', () => {
  test('is refused where what it compares with has other prices by now, though nothing is missing', async () => {
    const restored = await restore(FIXTURES, 'none', 'lockfile-alone');
    const plan = restored.fixture(FILES.planOfReuse);
    const run = await restored.run({ only: APPROVED, plan });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('not the plan that was approved');
    expectNothingBought(restored);
  });
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
    // The base branch owes the other 13 without the pull request.
    expect(comment.body).toMatch(/\b14 → 0\b/);
  });
});

/** Its history has the bundle only where the clone is not shallow. */
describe.skipIf(!hasEarlierBundle())('a bundle that knows ledgers of format 1 alone', () => {
  test.each(['git', 'file'] as const)(
    'buys nothing once this one has written to the ledger, and says what to use: ledger %s',
    async (ledger) => {
      const restored = await restore(FIXTURES, ledger, 'fresh-checkout');
      const bundle = unpackEarlierBundle(join(restored.bench.workspace, '../earlier'));
      const before = await restored.run({ command: 'plan' }, { bundle });
      expect(before.stdout).toContain('3 reused');
      const lockfile = restored.read(LOCKFILE_PATH);
      const run = await restored.run();
      expect(restored.records(), run.stdout).toContain('purchases/');

      const records = restored.records();
      const refuse = async (command: string, message: string) => {
        const refused = await restored.run({ command }, { bundle });
        expect(refused.stdout).toContain(message);
        if (command !== 'plan') expect(refused.exitCode, refused.stdout).toBe(1);
      };
      const commands = ['plan', 'run', 'reconcile'];
      for (const command of commands) await refuse(command, 'it is not a lockfile of this version');
      // Nor where a branch still has the lockfile of before.
      restored.write(LOCKFILE_PATH, lockfile);
      for (const command of commands)
        await refuse(
          command,
          'was written in format 2 by a later release; this one reads format 1, so nothing is spent. Use `uses: motion-transfer/motion-transfer@v1` or later',
        );
      expectNothingBought(restored);
      expect(restored.records()).toBe(records);
    },
  );
});
