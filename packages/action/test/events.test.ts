import { beforeAll, expect, test } from 'vitest';
import { workflowEvents } from '../../../scripts/docs/workflow-events.ts';
import {
  examples,
  judge,
  judgeEvents,
  REPRESENTATIVES,
  startWorld,
  type World,
} from './events/judge-events.ts';
import { NUMBER } from './pull-request-bench.ts';
import { REPOSITORY } from './workbench.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});

judgeEvents(workflowEvents.filter(({ name }) => REPRESENTATIVES.has(name)));

test('every event is in the table that the documentation shows', () => {
  expect(workflowEvents).toHaveLength(33);
  expect(new Set(workflowEvents.map(({ name }) => name)).size).toBe(33);
});

test('a branch of this repository may be bought from when told to, without a pull request', async () => {
  const { commits } = world;
  for (const name of ['push', 'workflow_dispatch']) {
    const event = { name, ref: 'refs/heads/feature', sha: commits.branch };
    expect(await judge(event, commits.branch)).toMatchObject({ byDefault: 'plan', refusal: null });
  }
});

test('a pull request whose payload cannot be read is known by its ref, and not taken for a push', async () => {
  const { commits } = world;
  const unreadable = { name: 'pull_request', payload: '{', sha: commits.ours };
  expect(
    await judge({ ...unreadable, ref: `refs/pull/${NUMBER}/merge` }, commits.ours),
  ).toMatchObject({ byDefault: 'plan', account: NUMBER });
  expect(await judge({ ...unreadable, ref: '' }, commits.ours)).toMatchObject({
    byDefault: 'plan',
    isUnclear: true,
  });
});

test('the clone of another repository does not say what is merged into this one', async () => {
  const { bench, commits } = world;
  bench.git('update-ref', 'refs/remotes/origin/main', commits.unknown);
  bench.git('config', 'remote.origin.url', 'https://github.com/stranger/animations.git');
  const event = { name: 'workflow_dispatch', ref: 'refs/heads/main', sha: commits.main };
  expect((await judge(event, commits.unknown)).byDefault).toBe('plan');
  bench.git('config', 'remote.origin.url', `git@github.com:${REPOSITORY}.git`);
  expect((await judge(event, commits.unknown)).byDefault).toBe('run');
  bench.git('update-ref', '-d', 'refs/remotes/origin/main');
});

test('the examples of GitHub are the ones that are read', () => {
  expect(examples.length).toBeGreaterThan(40);
});

test('a pull request that an event names answers for its own head only, not for a commit that nobody names', async () => {
  const { commits } = world;
  const comment = {
    name: 'issue_comment',
    payload: { issue: { number: NUMBER, pull_request: {} } },
    ref: 'refs/heads/main',
    sha: commits.main,
  };
  expect(await judge(comment, commits.ours)).toMatchObject({ refusal: null, account: NUMBER });
  // The head of a fork's pull request that was closed: GitHub names no pull request of it.
  const strange = await judge(comment, commits.unknown);
  expect(strange).toMatchObject({ byDefault: 'plan', account: NUMBER });
  expect(strange.refusal).toMatch(/is not the head of pull request 7/);
  // The head of a branch without a pull request is as unknown as that.
  expect((await judge(comment, commits.branch)).refusal).toMatch(/is not the head of/);
});
