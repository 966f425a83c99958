import { LOCKFILE_PATH } from '@motion-transfer/core/shell';
import { describe, expect, test } from 'vitest';
import { buyTwo } from './ledger-history-bench.ts';
import { BOTH_PROVIDERS, startWithoutArtifacts } from './workbench.ts';

describe.concurrent('a purchase that an ordinary commit takes off the ledger', () => {
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
