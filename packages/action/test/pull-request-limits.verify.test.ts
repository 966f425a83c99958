import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configOf, limitsOf, startPullRequest, startShallow } from './pull-request-bench.ts';

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

  test('that deletes the config keeps the limits of the base branch', async () => {
    const bench = await startPullRequest({ base: configOf('per-run: 0.10'), head: null });
    const inputs = {
      provider: 'prospolabs',
      character: 'robot.png',
      motion: 'wave.mp4',
      output: 'animations/wave.mp4',
      'max-cost': '5',
    };
    expect(limitsOf(await bench.plan(inputs))).toMatchObject({ perRunMicroUsd: 100_000 });
    const run = await bench.buy(inputs);
    expect(run.stdout).toContain('Budget exceeded:');
    expect(bench.submits()).toBe(0);
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

  test('that cannot be read lets a plan through with a warning, and nothing be bought', async () => {
    const bench = await startShallow(configOf('per-run: 5'), configOf('per-run: 5'));
    for (const [fault, advice] of [
      [{ at: 'rest-contents', kind: 'error', status: 403, times: 100 }, 'contents: read`'],
      [{ at: 'rest-contents', kind: 'error', status: 500, times: 100 }, 'run again later'],
      [{ at: 'rest-contents', kind: 'html-body', status: 404, times: 100 }, 'contents: read`'],
    ] as const) {
      bench.emulator.clearFaults();
      bench.emulator.inject(fault);
      const plan = await bench.plan();
      expect(plan.exitCode, plan.stdout).toBe(0);
      expect(plan.summary).toContain('base branch could not be read');
      const run = await bench.buy();
      expect(run.exitCode).toBe(1);
      expect(run.stdout).toContain('Nothing was bought: the limits of the base branch');
      expect(run.stdout).toContain(advice);
      if (fault.status === 500) expect(run.stdout).not.toMatch(/permissions|fetch-depth/);
    }
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

  test('buys nothing when an asset, the config or the head changed, and says what', async () => {
    const bench = await startPullRequest({ base: configOf('per-run: 5') });
    const plan = await bench.plan();
    bench.write('robot.png', bench.read('girl.png'));
    bench.push('Another robot');
    const run = await bench.buy({ plan: plan.outputs.plan ?? '' });
    expect(run.exitCode).toBe(1);
    const reported = run.annotations.map(({ message }) => message).join('\n');
    expect(reported).toContain('not the plan that was approved');
    expect(reported).toContain('the head of the pull request is');
    expect(reported).toContain('animations/wave is made from something else');
    expect(bench.submits()).toBe(0);
  });
});
