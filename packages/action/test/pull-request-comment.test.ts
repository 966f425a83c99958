import { describe, expect, test } from 'vitest';
import { configOf, NUMBER, READ_ONLY, startPullRequest } from './pull-request-bench.ts';
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

  test.each([
    ['a fork', { headRepository: 'stranger/animations' }, 'stranger'],
    ['Dependabot', {}, 'dependabot[bot]'],
  ])(
    'is an output and a note where %s has a read-only token and no secrets',
    async (_, more, actor) => {
      const bench = await startPullRequest({
        base: configOf('per-run: 5'),
        permissions: READ_ONLY,
        ...more,
      });
      const plan = await bench.plan(
        {},
        { actor, environment: { PROSPOLABS_API_KEY: '', EMPIRIOLABS_API_KEY: '' } },
      );
      expect(plan.exitCode, plan.stdout).toBe(0);
      expect(plan.outputs['estimated-cost']).toBe('0.304');
      expect(plan.outputs['comment-body']).toContain('1 to generate');
      expect(plan.summary).toContain('comment was not written');
      expect(plan.summary).toContain('Resource not accessible by integration');
      expect(bench.ownComments()).toEqual([]);
    },
  );
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
