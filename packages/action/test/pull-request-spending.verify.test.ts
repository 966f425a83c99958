import { describe, expect, test } from 'vitest';
import { configOf, NUMBER, startPullRequest } from './pull-request-bench.ts';
import { REPOSITORY } from './workbench.ts';

const LABEL = 'motion-transfer-approved';

describe.concurrent('spending in a pull request', () => {
  test('does not exceed its limit by a label that is not there any more, however it went', async () => {
    const bench = await startPullRequest({ base: configOf('per-pull-request: 0.10') });
    const { github } = bench.emulator;
    github.setRole(REPOSITORY, 'keeper', 'write');
    await bench.plan();
    bench.emulator.advance(5_000);
    github.label(REPOSITORY, NUMBER, LABEL, 'keeper');
    bench.pull.labels.delete(LABEL);
    const run = await bench.buy();
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('more than per-pull-request $0.10');
    expect(bench.submits()).toBe(0);
  });

  test('is not lifted beyond the run and the month by that word', async () => {
    const bench = await startPullRequest({
      base: configOf('per-pull-request: 0.10, per-month: 0.20'),
    });
    const { github } = bench.emulator;
    github.setRole(REPOSITORY, 'keeper', 'write');
    await bench.plan();
    bench.emulator.advance(5_000);
    github.label(REPOSITORY, NUMBER, LABEL, 'keeper');
    const run = await bench.buy();
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('more than per-month $0.20');
    expect(run.stdout).toContain(
      'does not count: it lifts the limit per pull request alone, and this plan is over per-month too',
    );
    expect(bench.submits()).toBe(0);
  });
});
