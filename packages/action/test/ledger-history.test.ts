import { describe, expect, test } from 'vitest';
import { buyTwo } from './ledger-history-bench.ts';

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
});
