import { describe, expect, test } from 'vitest';
import {
  commentReadOnly,
  configOf,
  NUMBER,
  SECOND,
  startPullRequest,
} from './pull-request-bench.ts';
import { REPOSITORY } from './workbench.ts';

test('the comment keeps its totals under the limit of GitHub with 1,024 transfers', async () => {
  const config = `version: 1
provider: prospolabs
budget: { per-run: 1000 }
transfers:
  - { character: many/*.png, motion: many/*.mp4, output: "animations/{character}/{motion}.mp4" }
`;
  const bench = await startPullRequest({ base: configOf('per-run: 1000'), head: config });
  const [robot, wave] = [bench.read('robot.png'), bench.read('wave.mp4')];
  const free = (size: number) => {
    const box = Buffer.alloc(8 + size);
    box.writeUInt32BE(8 + size);
    box.write('free', 4);
    return box;
  };
  for (let index = 0; index < 32; index++) {
    const name = `many/${'a-rather-long-name-with-markdown-[x](y)_'.repeat(2)}${index}`;
    bench.write(`${name}.png`, Buffer.concat([robot, Buffer.alloc(index)]));
    bench.write(`${name}.mp4`, Buffer.concat([wave, free(index)]));
  }
  bench.push('Many');
  const plan = await bench.plan();
  expect(plan.exitCode, plan.stdout.slice(-2000)).toBe(0);
  const [body = ''] = bench.ownComments();
  expect(body.length).toBeLessThanOrEqual(60_000);
  expect(body.length).toBeGreaterThan(50_000);
  expect(body).toContain('1024 to generate');
  expect(body).toContain('$311.296');
  expect(body).toMatch(/\| _and \d+ more_ \|/);
  expect(body).not.toContain('[x](y)');
});

test('the comment says nothing about a pull request without animations, and nothing at all when asked so', async () => {
  const bench = await startPullRequest({ base: configOf('per-run: 5') });
  await bench.plan({ comment: 'never' });
  expect(bench.ownComments()).toEqual([]);
  await bench.buy({ comment: 'never' });
  bench.push('Add the animation');
  const plan = await bench.plan();
  expect(plan.outputs['reused-count']).toBe('1');
  expect(bench.ownComments()).toEqual([]);
});

describe.concurrent('the comment', () => {
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

  test('is shared by jobs at once, one section each', async () => {
    const bench = await startPullRequest({ base: configOf('per-run: 5', SECOND) });
    const shards = ['animations/wave', 'animations/girl'];
    const runs = await Promise.all(shards.map((only) => bench.plan({ only })));
    for (const run of runs) expect(run.exitCode, run.stdout).toBe(0);
    const [body = '', ...others] = bench.ownComments();
    expect(others).toEqual([]);
    expect(body.match(/for 1 new animation\*\*/g)).toHaveLength(2);
  });

  test('shows before and after when the plan moves', async () => {
    const bench = await startPullRequest({ base: configOf('per-run: 5') });
    await bench.plan();
    bench.write('.github/motion-transfer.yml', configOf('per-run: 5', SECOND));
    bench.push('One more');
    await bench.plan();
    const [body = '', ...others] = bench.ownComments();
    expect(others).toEqual([]);
    expect(body).toContain('price at most $0.304 → $0.608');
    expect(body).toContain('to generate, copy or collect 1 → 2');
  });
});

describe.concurrent('the override label', () => {
  const label = 'motion-transfer-approved';
  const over = configOf('per-pull-request: 0.10');

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
});

test('the comment is an output and a note where Dependabot has a read-only token and no secrets', () =>
  commentReadOnly('dependabot[bot]'));
