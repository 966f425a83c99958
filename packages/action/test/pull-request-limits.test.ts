import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configOf, limitsOf, SECOND, startPullRequest } from './pull-request-bench.ts';
import { REPOSITORY } from './workbench.ts';

describe.concurrent('a pull request', () => {
  test('cannot raise its own limits', async () => {
    const bench = await startPullRequest({
      base: configOf('per-run: 0.10, per-transfer: 0.05'),
      head: configOf('per-run: 100, per-transfer: 50'),
    });
    const plan = await bench.plan();
    expect(plan.exitCode).toBe(1);
    expect(limitsOf(plan)).toMatchObject({
      perRunMicroUsd: 100_000,
      perTransferMicroUsd: 50_000,
    });
    expect(plan.annotations).toContainEqual(
      expect.objectContaining({
        level: 'warning',
        file: '.github/motion-transfer.yml',
        line: 3,
        message: expect.stringContaining('$100.00 is above $0.10 of the base branch'),
      }),
    );
    const run = await bench.buy();
    expect(run.stdout).toContain('Budget exceeded:');
    expect(bench.submits()).toBe(0);
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

  test('takes on-exceed, staging, ledger and label from the base branch', async () => {
    const more = 'ledger: none\noverride-label: anything\n';
    const bench = await startPullRequest({
      base: configOf('per-run: 5'),
      head: configOf('per-run: 5, on-exceed: partial', more),
    });
    const plan = await bench.plan();
    expect(limitsOf(plan)).toMatchObject({ onExceed: 'fail' });
    const reported = plan.annotations.map(({ message }) => message).join('\n');
    expect(reported).toContain('ledger');
    expect(reported).toContain('override-label');
  });

  test('shows what it adds, makes stale and removes', async () => {
    const bench = await startPullRequest({
      base: configOf('', SECOND),
      head: configOf(
        '',
        '  - { character: girl.png, motion: dance.mp4, output: animations/new.mp4 }\n',
      ),
    });
    const plan = await bench.plan();
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(plan.outputs).toMatchObject({
      'new-count': '2',
      'stale-count': '0',
      'removed-count': '1',
    });
    expect(plan.summary).toMatch(/\| animations\/girl\.mp4 \| removed \|/);
    expect(bench.ownComments()[0]).toMatch(/\| animations\/girl\.mp4 \| removed \|/);
  });
});

describe.concurrent('a base branch', () => {
  /** As after a shallow checkout: only the head is in the clone, GitHub has the rest. */
  async function startShallow(base: string, head: string) {
    const bench = await startPullRequest({ base, head });
    const mirror = join(bench.workspace, '../mirror.git');
    execFileSync('git', ['clone', '--quiet', '--bare', bench.workspace, mirror]);
    bench.emulator.serveRepository(REPOSITORY, mirror, 'public');
    bench.git('checkout', '--quiet', '--orphan', 'shallow');
    bench.commit('Only this');
    bench.git('branch', '--quiet', '-D', 'main', 'change');
    bench.git('reflog', 'expire', '--expire=now', '--all');
    bench.git('gc', '--quiet', '--prune=now');
    return bench;
  }

  test('that the clone does not hold is read from GitHub', async () => {
    const bench = await startShallow(configOf('per-run: 0.10', SECOND), configOf('per-run: 90'));
    const plan = await bench.plan();
    expect(limitsOf(plan), plan.stdout).toMatchObject({ perRunMicroUsd: 100_000 });
    expect(plan.outputs['removed-count']).toBe('1');
  });

  test('that cannot be read lets a plan through with a warning, and nothing be bought', async () => {
    const bench = await startShallow(configOf('per-run: 5'), configOf('per-run: 5'));
    for (const fault of [
      { at: 'rest-contents', kind: 'error', status: 403, times: 100 },
      { at: 'rest-contents', kind: 'html-body', status: 404, times: 100 },
    ] as const) {
      bench.emulator.clearFaults();
      bench.emulator.inject(fault);
      const plan = await bench.plan();
      expect(plan.exitCode, plan.stdout).toBe(0);
      expect(plan.summary).toContain('base branch could not be read');
      const run = await bench.buy();
      expect(run.exitCode).toBe(1);
      expect(run.stdout).toContain('Nothing was bought: the limits of the base branch');
    }
    expect(bench.submits()).toBe(0);
  });

  test('without a token counts as unreadable when the clone does not hold it', async () => {
    const bench = await startShallow(configOf('per-run: 5'), configOf('per-run: 5'));
    const run = await bench.buy({}, { token: '' });
    expect(run.stdout).toContain('no github-token');
    expect(bench.submits()).toBe(0);
  });
});

describe.concurrent('a run with an approved plan', () => {
  test('buys it when nothing has changed', async () => {
    const bench = await startPullRequest({ base: configOf('per-run: 5') });
    const plan = await bench.plan();
    const run = await bench.buy({ plan: plan.outputs.plan ?? '' });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(1);
    expect(run.outputs['plan-digest']).toBe(plan.outputs['plan-digest']);
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

  test('buys nothing when its plan says another price than was planned, under the same digest', async () => {
    const bench = await startPullRequest({ base: configOf('per-run: 5') });
    const { plan: path = '' } = (await bench.plan()).outputs;
    const shown = readFileSync(path, 'utf8').replaceAll('304000', '1');
    bench.write('shown.json', shown);
    const run = await bench.buy({ plan: join(bench.workspace, 'shown.json') });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('changed after it was made');
    expect(bench.submits()).toBe(0);
  });
});
