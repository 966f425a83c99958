import { describe, expect, test } from 'vitest';
import { configOf, NUMBER, SECOND, startPullRequest } from './pull-request-bench.ts';
import { purchasesOf, REPOSITORY } from './workbench.ts';

const CONFIG = '.github/motion-transfer.yml';
const LABEL = 'motion-transfer-approved';

describe.concurrent('spending in a pull request', () => {
  test('is held against its limit over all its runs, wherever they run', async () => {
    const bench = await startPullRequest({ base: configOf('per-pull-request: 0.50') });
    const first = await bench.buy({}, { workspace: bench.checkout() });
    expect(first.exitCode, first.stdout).toBe(0);
    bench.write(CONFIG, configOf('per-pull-request: 0.50', SECOND));
    bench.push('One more');
    const second = await bench.buy({}, { workspace: bench.checkout() });
    expect(second.exitCode).toBe(1);
    expect(second.stdout).toContain('Budget exceeded: this pull request may cost');
    expect(second.stdout).toContain('$0.304 of it spent or held before');
    expect(bench.submits()).toBe(1);
    expect((await bench.plan()).summary).toContain('| per pull request | $0.50 | $0.304 |');
  });

  test('may exceed its limit when somebody who may write allows it, who is then on record', async () => {
    const bench = await startPullRequest({ base: configOf('per-pull-request: 0.10') });
    const { github } = bench.emulator;
    github.setRole(REPOSITORY, 'keeper', 'write');
    await bench.plan();
    const refused = await bench.buy();
    expect(refused.exitCode).toBe(1);
    expect(bench.submits()).toBe(0);
    bench.emulator.advance(5_000);
    github.label(REPOSITORY, NUMBER, LABEL, 'keeper');
    const bought = await bench.buy();
    expect(bought.exitCode, bought.stdout).toBe(0);
    expect(bench.submits()).toBe(1);
    expect(purchasesOf(bench.ledger())).toMatchObject([
      { state: 'recorded', approvedBy: 'keeper', pullRequest: NUMBER },
    ]);
  });
});
