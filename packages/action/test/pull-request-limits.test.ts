import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  configOf,
  limitsOf,
  SECOND,
  startPullRequest,
  startShallow,
} from './pull-request-bench.ts';

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
  test('that the clone does not hold is read from GitHub', async () => {
    const bench = await startShallow(configOf('per-run: 0.10', SECOND), configOf('per-run: 90'));
    const plan = await bench.plan();
    expect(limitsOf(plan), plan.stdout).toMatchObject({ perRunMicroUsd: 100_000 });
    expect(plan.outputs['removed-count']).toBe('1');
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
