import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configOf, limitsOf, startPullRequest } from './pull-request-bench.ts';

describe.concurrent('a pull request', () => {
  test('that brings the first config has the default as its limit', async () => {
    const bench = await startPullRequest({ base: null, head: configOf('per-run: 500') });
    const plan = await bench.plan();
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(limitsOf(plan)).toMatchObject({ perRunMicroUsd: 10_000_000, perRunIsDefault: true });
  });

  test('that moves the config to another name does not get away from it', async () => {
    const bench = await startPullRequest({ base: configOf('per-run: 0.10'), head: null });
    bench.write('.github/motion-transfer.yaml', configOf('per-run: 90'));
    bench.push();
    expect(limitsOf(await bench.plan())).toMatchObject({ perRunMicroUsd: 100_000 });
  });

  test('can lower them', async () => {
    const bench = await startPullRequest({
      base: configOf('per-run: 5'),
      head: configOf('per-run: 0.10'),
    });
    expect(limitsOf(await bench.plan())).toMatchObject({ perRunMicroUsd: 100_000 });
  });
});

describe.concurrent('a base branch', () => {
  test('with a damaged config counts as unreadable', async () => {
    const bench = await startPullRequest({
      base: 'version: 1\nbudget: { per-run: lots }\n',
      head: configOf('per-run: 5'),
    });
    expect((await bench.plan()).exitCode).toBe(0);
    const run = await bench.buy();
    expect(run.exitCode).toBe(1);
    expect(bench.submits()).toBe(0);
  });
});

describe.concurrent('a run with an approved plan', () => {
  test('buys nothing when the plan is missing, damaged or of another kind', async () => {
    const bench = await startPullRequest({ base: configOf('per-run: 5') });
    bench.write('broken.json', '{"version":1}');
    for (const plan of ['nowhere.json', 'broken.json', 'robot.png']) {
      const run = await bench.buy({ plan: join(bench.workspace, plan) });
      expect(run.exitCode).toBe(1);
      expect(run.stdout).toContain('no plan that this version made');
    }
    expect(bench.submits()).toBe(0);
  });
});
