import { describe, expect, test } from 'vitest';
import { comment } from './events/deliveries.ts';
import { buyNothingForFork, stranger, takeCommand } from './events/other-events.ts';
import { configOf, NUMBER, type PullRequestBench, startPullRequest } from './pull-request-bench.ts';
import { purchasesOf } from './workbench.ts';

const entriesOf = (bench: PullRequestBench) => purchasesOf(bench.ledger());

describe.concurrent('events that are about a pull request without saying it plainly', () => {
  test('hold a comment on it to its limit, and put what it buys on its account', async () => {
    const bench = await startPullRequest({ base: configOf('per-pull-request: 0.10') });
    const refused = await bench.buy({}, { event: comment(NUMBER) });
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain('more than per-pull-request $0.10');
    expect(bench.submits()).toBe(0);
    const other = await startPullRequest({ base: configOf('per-pull-request: 0.50') });
    const bought = await other.buy({}, { event: comment(NUMBER) });
    expect(bought.exitCode, bought.stdout).toBe(0);
    expect(entriesOf(other)).toMatchObject([{ state: 'recorded', pullRequest: NUMBER }]);
  });
});

describe.concurrent("a fork's pull request", () => {
  test.each([
    ['issue_comment', comment(NUMBER)],
    ['pull_request', undefined],
  ])('buys nothing on %s, and says what to do', (name, event) => buyNothingForFork(name, event));

  test('can be planned wherever it is spoken of', async () => {
    const bench = await startPullRequest(stranger);
    const plan = await bench.plan({}, { event: comment(NUMBER) });
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(plan.outputs['estimated-cost']).toBe('0.304');
  });
});

describe.concurrent('a checkout of a pull request that the event does not name', () => {
  test('is held to the base branch, and on the account of its pull request', async () => {
    const bench = await startPullRequest({
      base: configOf('per-run: 0.10'),
      head: configOf('per-run: 5.00'),
    });
    bench.git('update-ref', `refs/remotes/pull/${NUMBER}/merge`, 'HEAD');
    const sha = bench.git('rev-parse', 'main').trim();
    const event = { name: 'workflow_dispatch' };
    const run = await bench.buy({}, { event, sha });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('more than per-run $0.10');
    expect(bench.submits()).toBe(0);
    // The very commit that the event is about, after a merge by fast-forward.
    bench.git('update-ref', 'refs/heads/main', 'HEAD');
    const merged = await bench.buy({}, { event });
    expect(merged.exitCode, merged.stdout).toBe(0);
  });
});

describe.concurrent('a step that is given no command', () => {
  test.each([
    ['a comment on a pull request', 'plan' as const, comment(NUMBER)],
    ['a push', 'run' as const, { name: 'push' }],
  ])('on %s is a %s', (_, command, event) => takeCommand(command, event));
});
