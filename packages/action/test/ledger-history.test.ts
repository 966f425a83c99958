import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { LOCKFILE_PATH } from '@motion-transfer/core/shell';
import { describe, expect, test } from 'vitest';
import { startShared } from './ledger/shared.ts';
import { LEDGER_BRANCH } from './torture/world.ts';
import {
  BOTH_PROVIDERS,
  CONFIG,
  oneTransfer,
  startWithoutArtifacts,
  type Workbench,
} from './workbench.ts';

/** Somebody who may push to the ledger's branch, with ordinary commits. */
function outsider(bench: Workbench) {
  const server = join(bench.workspace, '../server.git');
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', server, ...args], { encoding: 'utf8' }).trim();
  const tip = () => git('rev-parse', LEDGER_BRANCH);
  return {
    tip,
    /** A new commit on top whose files, totals and all, are those of an earlier one. */
    commitFilesOf(commit: string): string {
      const identity = ['-c', 'user.name=o', '-c', 'user.email=o@example.com'];
      const tree = `${commit}^{tree}`;
      const made = git(...identity, 'commit-tree', tree, '-p', tip(), '-m', 'Tidy up');
      git('update-ref', `refs/heads/${LEDGER_BRANCH}`, made);
      return made;
    },
  };
}

/** One purchase is delivered and committed, with its lockfile; another one is in the ledger alone. */
async function buyTwo() {
  const shared = await startShared({ config: oneTransfer('prospolabs') });
  const { bench, token, elsewhere } = shared;
  const { tip, commitFilesOf } = outsider(bench);
  const first = await bench.run({}, { token });
  expect(first.exitCode, first.stdout).toBe(0);
  bench.commit('Add the animation and its lockfile');
  const withOne = tip();
  const dance = '  - { character: robot.png, motion: dance.mp4, output: animations/dance.mp4 }\n';
  bench.write(CONFIG, oneTransfer('prospolabs', dance));
  bench.commit('Ask for another one');
  const second = await bench.run({}, elsewhere());
  expect(second.exitCode, second.stdout).toBe(0);
  const withTwo = tip();
  const bought = bench.submits();
  expect(bought).toBe(2);
  return { ...shared, commitFilesOf, withOne, withTwo, bought };
}

describe.concurrent('a purchase that an ordinary commit takes off the ledger', () => {
  test('is not bought again: the commit is named, until it is reverted', async () => {
    const { bench, elsewhere, commitFilesOf, withOne, withTwo, bought } = await buyTwo();
    const removal = commitFilesOf(withOne);
    const refused = await bench.run({}, elsewhere());
    expect(bench.submits()).toBe(bought);
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toMatch(
      new RegExp(
        `since version ${removal} the purchase of animations/dance \\([0-9a-f]{12}, recorded, \\$[0-9.]+\\) is not on record any more; .*git revert ${removal}`,
      ),
    );
    const plan = await bench.run({ command: 'plan' }, elsewhere());
    expect(plan.stdout).toContain('is not on record any more');

    commitFilesOf(withTwo);
    const mended = await bench.run({}, elsewhere());
    expect(mended.exitCode, mended.stdout).toBe(0);
    expect(bench.submits()).toBe(bought);
  });

  test('is reported by reconcile where no lockfile vouches for anything', async () => {
    const { bench, elsewhere, commitFilesOf, withOne, bought } = await buyTwo();
    const removal = commitFilesOf(withOne);
    bench.git('rm', '--quiet', 'motion-transfer.lock.json');
    bench.commit('Forget the lockfile');
    const reconciled = await bench.run({ command: 'reconcile' }, elsewhere());
    expect(reconciled.exitCode).toBe(1);
    expect(reconciled.stdout).toContain(
      `since version ${removal} the purchase of animations/dance`,
    );
    expect(bench.submits()).toBe(bought);
  });
});

describe.concurrent('branches that bought without a ledger and conflict in the lockfile', () => {
  test('have nothing bought again: both sides are read, and written without the markers', async () => {
    const bench = await startWithoutArtifacts({ config: BOTH_PROVIDERS });
    const buyOn = async (branch: string, only: string) => {
      bench.git('checkout', '--quiet', '-b', branch, 'main');
      const run = await bench.run({ only });
      expect(run.exitCode, run.stdout).toBe(0);
      bench.commit(`Add ${only}`);
    };
    bench.git('branch', '-M', 'main');
    await buyOn('one', 'animations/wave');
    await buyOn('other', 'animations/dance');
    expect(() => bench.git('merge', 'one')).toThrow();
    expect(bench.read(LOCKFILE_PATH).toString()).toContain('<<<<<<< HEAD');
    bench.commit('Merge one, with the markers in');

    const workspace = bench.checkout();
    const plan = await bench.run({ command: 'plan' }, { workspace });
    expect(plan.outputs, plan.stdout).toMatchObject({
      'estimated-cost': '0.00',
      'new-count': '0',
      'reused-count': '2',
    });
    const run = await bench.run({ only: 'animations/wave', take: '2' });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.stdout).toContain('had merge conflict markers');
    const { outputs } = JSON.parse(bench.read(LOCKFILE_PATH).toString());
    expect(Object.keys(outputs)).toEqual(['animations/dance.mp4', 'animations/wave.mp4', '']);
    expect(bench.submits()).toBe(3);
  });
});
