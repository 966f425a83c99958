import { describe, expect, it } from 'vitest';
import { configOf, NUMBER, type PullRequestBench, startPullRequest } from './pull-request-bench.ts';

const comment = (number: number) => ({
  name: 'issue_comment',
  payload: { issue: { number, pull_request: {} } },
});

/** A workflow that runs after one of the pull request, with secrets; for a fork no number is told. */
const after = (pulls: readonly { readonly number: number }[]) => ({
  name: 'workflow_run',
  payload: { workflow_run: { event: 'pull_request', pull_requests: pulls } },
});

const entriesOf = (bench: PullRequestBench) =>
  Object.entries(bench.ledger())
    .filter(([path]) => path.startsWith('transfers/'))
    .map(([, text]) => JSON.parse(text));

describe.concurrent('events that are about a pull request without saying it plainly', () => {
  it('hold a comment on it to its limit, and put what it buys on its account', async () => {
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

  it("hold a workflow that it started to the base branch's limits", async () => {
    const bench = await startPullRequest({
      base: configOf('per-run: 0.10'),
      head: configOf('per-run: 5.00'),
    });
    const run = await bench.buy({}, { event: after([{ number: NUMBER }]) });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('more than per-run $0.10');
    expect(bench.submits()).toBe(0);
  });

  it('buy nothing in a workflow that a fork started, whose number GitHub does not tell', async () => {
    const bench = await startPullRequest({ base: configOf('per-run: 5.00') });
    const run = await bench.buy({}, { event: after([]) });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('Nothing was bought: the limits of the base branch');
    expect(bench.submits()).toBe(0);
  });

  it('let reconcile look into no ledger that only the pull request names', async () => {
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
});

describe.concurrent('a ledger that the pull request brings along', () => {
  it('is not believed, wherever the base branch keeps its own in the checkout', async () => {
    const base = configOf('per-month: 5.00').replace(
      'transfers:',
      'ledger: file:ledger.json\ntransfers:',
    );
    const bench = await startPullRequest({ base });
    const run = await bench.buy();
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('where the pull request itself can write it');
    expect(bench.submits()).toBe(0);
    const plan = await bench.plan();
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(plan.summary).toContain('a run would buy nothing');
  });
});
