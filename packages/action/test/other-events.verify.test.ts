import { describe, expect, test } from 'vitest';
import { after, comment } from './events/deliveries.ts';
import { buyNothingForFork, takeCommand } from './events/other-events.ts';
import { configOf, NUMBER, startPullRequest } from './pull-request-bench.ts';

describe.concurrent('events that are about a pull request without saying it plainly', () => {
  test('let reconcile look into no ledger that only the pull request names', async () => {
    const base = configOf('per-run: 5.00');
    const bench = await startPullRequest({
      base,
      head: base.replace('version: 1\n', 'version: 1\nledger: file:elsewhere.json\n'),
    });
    const run = await bench.run(
      { command: 'reconcile' },
      { token: bench.token, event: comment(99) },
    );
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.summary).toContain('on record in branch');
    expect(run.summary).not.toContain('elsewhere');
  });

  test("hold a workflow that it started to the base branch's limits", async () => {
    const bench = await startPullRequest({
      base: configOf('per-run: 0.10'),
      head: configOf('per-run: 5.00'),
    });
    const run = await bench.buy({}, { event: after([{ number: NUMBER }]) });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('more than per-run $0.10');
    expect(bench.submits()).toBe(0);
  });

  test('buy nothing in a workflow that a fork started, whose number GitHub does not tell', async () => {
    const bench = await startPullRequest({ base: configOf('per-run: 5.00') });
    const run = await bench.buy({}, { event: after([]) });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('Nothing was bought: the limits of the base branch');
    expect(bench.submits()).toBe(0);
  });
});

describe.concurrent('a ledger that the pull request brings along', () => {
  test('is not believed, wherever the base branch keeps its own in the checkout', async () => {
    const base = configOf('per-month: 5.00').replace(
      'transfers:',
      'ledger: file:ledger.json\ntransfers:',
    );
    const bench = await startPullRequest({ base });
    const run = await bench.buy();
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('where the pull request or branch itself can write it');
    expect(bench.submits()).toBe(0);
    const plan = await bench.plan();
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(plan.summary).toContain('a run would buy nothing');
  });
});

describe.concurrent("a fork's pull request", () => {
  test('buys nothing either when a person starts a workflow that checks it out', async () => {
    const bench = await startPullRequest({
      base: configOf('per-run: 5.00'),
      headRepository: 'stranger/animations',
    });
    bench.git('update-ref', `refs/remotes/pull/${NUMBER}/head`, 'HEAD');
    const run = await bench.buy(
      {},
      {
        event: { name: 'workflow_dispatch' },
        sha: bench.git('rev-parse', 'main').trim(),
        ref: 'refs/heads/main',
      },
    );
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('comes from a fork');
    expect(bench.submits()).toBe(0);
  });
});

test("a fork's pull request buys nothing on workflow_run, and says what to do", () =>
  buyNothingForFork('workflow_run', {
    name: 'workflow_run',
    payload: {
      workflow_run: {
        event: 'pull_request',
        pull_requests: [],
        head_repository: { full_name: 'stranger/animations' },
      },
    },
  }));

describe.concurrent('a step that is given no command', () => {
  test('on a workflow that a pull request started is a plan', () =>
    takeCommand('plan', after([{ number: NUMBER }])));

  test('on a comment on an issue is a run', () =>
    takeCommand('run', { name: 'issue_comment', payload: { issue: { number: 3 } } }));
});
