import { describe, expect, test } from 'vitest';
import { configOf, startMerging } from './pull-request-bench.ts';
import { startWorkbench } from './workbench.ts';

const CONFIG = '.github/motion-transfer.yml';

describe.concurrent('the purchase after a merge', () => {
  test('counts for the pull request that it merges', async () => {
    const { bench, merge } = await startMerging('per-pull-request: 0.10');
    merge();
    const run = await bench.run({}, { token: bench.token });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('more than per-pull-request $0.10');
    expect(bench.submits()).toBe(0);
  });
});

describe.concurrent('a push to the default branch that has moved on since', () => {
  test.each([
    ['its first attempt comes late', 1],
    ['it is run again', 2],
  ])(
    'buys within the limits of the default branch as they are now: %s',
    async (_why, runAttempt) => {
      const bench = await startWorkbench({ config: configOf('per-run: 5.00') });
      const old = bench.checkout();
      bench.write(CONFIG, configOf('per-run: 0.10'));
      bench.commit('Lower the limit');
      const token = bench.emulator.github.createToken({ contents: 'write' });
      const run = await bench.run(
        {},
        { token, workspace: old, ref: 'refs/heads/main', runAttempt },
      );
      expect(run.exitCode, run.stdout).toBe(1);
      expect(run.stdout).toContain('more than per-run $0.10');
      expect(run.stdout).toContain('$5.00 is above $0.10 of the default branch');
      expect(bench.submits()).toBe(0);
    },
  );
});

describe.concurrent('a branch that is not merged', () => {
  test('is planned by default, and bought from within the limits of the default branch', async () => {
    const bench = await startWorkbench({ config: configOf('per-run: 0.10') });
    bench.git('checkout', '--quiet', '-b', 'feature');
    bench.write(CONFIG, configOf('per-run: 500.00'));
    bench.commit('Raise the limit');
    const token = bench.emulator.github.createToken({ contents: 'write' });
    const onBranch = { token, event: { name: 'push' }, ref: 'refs/heads/feature' };
    const byDefault = await bench.run({ command: '' }, onBranch);
    expect(byDefault.stdout).toContain('a plan buys nothing');
    const run = await bench.run({}, onBranch);
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('more than per-run $0.10');
    expect(run.stdout).toContain('$500.00 is above $0.10 of the default branch');
    expect(bench.submits()).toBe(0);
  });
});
