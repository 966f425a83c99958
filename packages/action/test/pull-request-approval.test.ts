import { describe, expect, test } from 'vitest';
import { approve, startShown, statusesOf } from './approval-bench.ts';
import { configOf, startPullRequest, WRITE } from './pull-request-bench.ts';

describe.concurrent('an approval rests on a record that no edit of the comment reaches', () => {
  test('which a plan over the limit leaves on the commit, and no other plan', async () => {
    const bench = await startShown();
    expect(statusesOf(bench)).toMatchObject([
      {
        creator: { login: 'github-actions[bot]' },
        state: 'success',
        context: expect.stringMatching(/^motion-transfer plan [0-9a-f]{8}$/),
        description: expect.stringMatching(/^Plan shown, up to \$0\.304 first:/),
      },
      // What showed that this job may keep records at all, before the label was offered.
      { description: expect.stringContaining('once it is shown') },
    ]);
    approve(bench);
    expect((await bench.plan()).outputs['approved-by']).toBe('keeper');
    const bought = await bench.buy();
    expect(bought.exitCode, bought.stdout).toBe(0);
    const other = await startPullRequest({ base: configOf('per-run: 5') });
    await other.plan();
    expect(statusesOf(other)).toEqual([]);
  });

  test('and without the permission for it the plan says that the label cannot count', async () => {
    const { statuses: _, ...permissions } = WRITE;
    const bench = await startShown(permissions);
    const plan = await bench.plan();
    expect(plan.summary).toContain('could not be put on record that it is shown');
    expect(bench.ownComments()).toHaveLength(1);
    expect(bench.ownComments()[0]).not.toContain('by putting the label');
    expect(bench.ownComments()[0]).toContain('statuses: write');
    approve(bench);
    expect((await bench.plan()).outputs['approved-by']).toBe('');
  });
});
