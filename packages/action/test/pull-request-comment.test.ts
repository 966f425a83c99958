import { describe, expect, test } from 'vitest';
import { configOf, NUMBER, READ_ONLY, SECOND, startPullRequest } from './pull-request-bench.ts';
import { REPOSITORY } from './workbench.ts';

describe.concurrent('the comment', () => {
  test('shows the first plan, and is silent while nothing changes', async () => {
    const bench = await startPullRequest({ base: configOf('per-run: 5') });
    const first = await bench.plan();
    expect(first.exitCode, first.stdout).toBe(0);
    expect(bench.ownComments()).toEqual([first.outputs['comment-body']]);
    expect(bench.ownComments()[0]).toContain('Motion transfer plan: 1 to generate');
    expect(bench.writes()).toBe(1);
    await bench.plan();
    bench.push('Nothing about animations');
    await bench.plan();
    expect(bench.writes()).toBe(1);
    await bench.plan({ comment: 'always' });
    expect(bench.writes()).toBe(2);
    expect(bench.ownComments()).toHaveLength(1);
  });

  test('shows before and after when the plan moves', async () => {
    const bench = await startPullRequest({ base: configOf('per-run: 5') });
    await bench.plan();
    bench.write('.github/motion-transfer.yml', configOf('per-run: 5', SECOND));
    bench.push('One more');
    await bench.plan();
    const [body = '', ...others] = bench.ownComments();
    expect(others).toEqual([]);
    expect(body).toContain('price at most $0.38 → $0.76');
    expect(body).toContain('to generate 1 → 2');
  });

  test('is found among 200 others, first or last', async () => {
    const bench = await startPullRequest({ base: configOf('per-run: 5') });
    const { github } = bench.emulator;
    for (let index = 0; index < 200; index++)
      github.addComment(REPOSITORY, NUMBER, `visitor${index}`, `comment ${index}`);
    await bench.plan();
    bench.write('.github/motion-transfer.yml', configOf('per-run: 5', SECOND));
    bench.push('One more');
    await bench.plan();
    expect(bench.pull.comments).toHaveLength(201);
    expect(bench.ownComments()[0]).toContain('2 to generate');
  });

  test("leaves a stranger's forged one alone, and an unmarked one of our own account", async () => {
    const bench = await startPullRequest({ base: configOf('per-run: 5') });
    const { github } = bench.emulator;
    const genuine = (await bench.plan({ comment: 'never' })).outputs['comment-body'] ?? '';
    const forged = github.addComment(REPOSITORY, NUMBER, 'mallory', genuine);
    const other = github.addComment(REPOSITORY, NUMBER, 'github-actions[bot]', `Look: ${genuine}`);
    await bench.plan();
    expect(forged.body).toBe(genuine);
    expect(other.body).toBe(`Look: ${genuine}`);
    expect(bench.pull.comments).toHaveLength(3);
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
      expect(plan.outputs['estimated-cost']).toBe('0.38');
      expect(plan.outputs['comment-body']).toContain('1 to generate');
      expect(plan.summary).toContain('comment was not written');
      expect(plan.summary).toContain('Resource not accessible by integration');
      expect(bench.ownComments()).toEqual([]);
    },
  );

  test('is shared by jobs at once, one section each', async () => {
    const bench = await startPullRequest({ base: configOf('per-run: 5', SECOND) });
    const shards = ['animations/wave', 'animations/girl'];
    const runs = await Promise.all(shards.map((only) => bench.plan({ only })));
    for (const run of runs) expect(run.exitCode, run.stdout).toBe(0);
    const [body = '', ...others] = bench.ownComments();
    expect(others).toEqual([]);
    expect(body.match(/### Motion transfer plan/g)).toHaveLength(2);
  });

  test('is not lost to a fault that passes, nor written twice when an answer is lost', async () => {
    const bench = await startPullRequest({ base: configOf('per-run: 5') });
    bench.emulator.inject({ at: 'rest-comments', kind: 'error', status: 502 });
    bench.emulator.inject({ at: 'rest-write', kind: 'lost-answer' });
    const plan = await bench.plan();
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(bench.ownComments()).toHaveLength(1);
    await bench.plan({ comment: 'always' });
    expect(bench.ownComments()).toHaveLength(1);
  });

  test('is a note when the rate limit is used up', async () => {
    const bench = await startPullRequest({ base: configOf('per-run: 5') });
    bench.emulator.github.limitRate(0);
    const plan = await bench.plan();
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(plan.summary).toContain('rate limit');
  });
});

describe.concurrent('the override label', () => {
  const label = 'motion-transfer-approved';
  const over = configOf('per-pull-request: 0.10');

  test('lets somebody who may write approve the plan that was shown', async () => {
    const bench = await startPullRequest({ base: over });
    const { github } = bench.emulator;
    github.setRole(REPOSITORY, 'keeper', 'maintain');
    await bench.plan();
    expect(bench.ownComments()[0]).toContain('up to $0.38');
    bench.emulator.advance(5_000);
    github.label(REPOSITORY, NUMBER, label, 'keeper');
    const plan = await bench.plan();
    expect(plan.outputs['approved-by']).toBe('keeper');
    expect(bench.ownComments()[0]).toContain('**Approved** by keeper');
    // The comment has changed since; the approval has not.
    expect((await bench.plan()).outputs['approved-by']).toBe('keeper');
  });

  test('does not count from outsiders', async () => {
    const bench = await startPullRequest({ base: over });
    const { github } = bench.emulator;
    github.setRole(REPOSITORY, 'triager', 'triage');
    await bench.plan();
    bench.emulator.advance(5_000);
    github.label(REPOSITORY, NUMBER, label, 'triager');
    const plan = await bench.plan();
    expect(plan.outputs['approved-by']).toBe('');
    expect(plan.summary).toContain('who has no write permission');
  });

  test('is needed again after a push', async () => {
    const bench = await startPullRequest({ base: over });
    const { github } = bench.emulator;
    github.setRole(REPOSITORY, 'keeper', 'write');
    await bench.plan();
    bench.emulator.advance(5_000);
    github.label(REPOSITORY, NUMBER, label, 'keeper');
    bench.emulator.advance(5_000);
    bench.write('robot.png', bench.read('girl.png'));
    bench.push('After the label');
    const first = await bench.plan();
    expect(first.outputs['approved-by']).toBe('');
    expect(first.summary).toContain('another one');
    const second = await bench.plan();
    expect(second.outputs['approved-by']).toBe('');
    expect(second.summary).toContain('before this plan was shown');
    bench.emulator.advance(5_000);
    github.unlabel(REPOSITORY, NUMBER, label, 'keeper');
    expect((await bench.plan()).outputs['approved-by']).toBe('');
    github.label(REPOSITORY, NUMBER, label, 'keeper');
    expect((await bench.plan()).outputs['approved-by']).toBe('keeper');
  });

  test('does not count when the pull request renames it, or forges the comment it relies on', async () => {
    const bench = await startPullRequest({ base: over, head: `${over}override-label: mine\n` });
    const { github } = bench.emulator;
    const body = (await bench.plan({ comment: 'never' })).outputs['comment-body'] ?? '';
    github.addComment(REPOSITORY, NUMBER, 'mallory', body);
    github.setRole(REPOSITORY, 'keeper', 'admin');
    bench.emulator.advance(5_000);
    github.label(REPOSITORY, NUMBER, 'mine', 'keeper');
    github.label(REPOSITORY, NUMBER, label, 'keeper');
    const plan = await bench.plan({ comment: 'never' });
    expect(plan.outputs['approved-by']).toBe('');
    expect(plan.summary).toContain('no comment of ours shows this plan');
  });

  test('does not count when GitHub cannot be asked about it', async () => {
    const bench = await startPullRequest({ base: over });
    const { github } = bench.emulator;
    github.setRole(REPOSITORY, 'keeper', 'admin');
    await bench.plan();
    bench.emulator.advance(5_000);
    github.label(REPOSITORY, NUMBER, label, 'keeper');
    bench.emulator.inject({ at: 'rest-permission', kind: 'error', status: 403, times: 10 });
    const plan = await bench.plan();
    expect(plan.outputs['approved-by']).toBe('');
    expect(plan.summary).toContain('could not be found out');
  });
});
