import { describe, expect, test } from 'vitest';
import { commentReadOnly, configOf, NUMBER, startPullRequest } from './pull-request-bench.ts';
import { REPOSITORY } from './workbench.ts';

describe.concurrent('the comment', () => {
  test('shows the first plan, and is silent while nothing changes', async () => {
    const bench = await startPullRequest({ base: configOf('per-run: 5') });
    const first = await bench.plan();
    expect(first.exitCode, first.stdout).toBe(0);
    expect(bench.ownComments()).toEqual([first.outputs['comment-body']]);
    expect(bench.ownComments()[0]).toContain('for 1 new animation**');
    expect(bench.writes()).toBe(1);
    await bench.plan();
    bench.push('Nothing about animations');
    await bench.plan();
    expect(bench.writes()).toBe(1);
    await bench.plan({ comment: 'always' });
    expect(bench.writes()).toBe(2);
    expect(bench.ownComments()).toHaveLength(1);
  });

  test('is an output and a note where a fork has a read-only token and no secrets', () =>
    commentReadOnly('stranger', { headRepository: 'stranger/animations' }));
});

describe.concurrent('the override label', () => {
  const label = 'motion-transfer-approved';
  const over = configOf('per-pull-request: 0.10');

  test('lets somebody who may write approve the plan that was shown', async () => {
    const bench = await startPullRequest({ base: over });
    const { github } = bench.emulator;
    github.setRole(REPOSITORY, 'keeper', 'maintain');
    await bench.plan();
    expect(bench.ownComments()[0]).toContain('up to $0.304');
    bench.emulator.advance(5_000);
    github.label(REPOSITORY, NUMBER, label, 'keeper');
    const plan = await bench.plan();
    expect(plan.outputs['approved-by']).toBe('keeper');
    expect(bench.ownComments()[0]).toContain('**Approved** by keeper');
    // The comment has changed since; the approval has not.
    expect((await bench.plan()).outputs['approved-by']).toBe('keeper');
  });
});
