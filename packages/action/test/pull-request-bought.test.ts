import { parseComment } from '@motion-transfer/core/shell';
import { describe, expect, test } from 'vitest';
import { approve, LABEL, startShown, statusesOf } from './approval-bench.ts';
import {
  configOf,
  NUMBER,
  READ_ONLY,
  startMerging,
  startPullRequest,
  WRITE,
} from './pull-request-bench.ts';
import { shownText } from './shown-text.ts';
import { REPOSITORY } from './workbench.ts';

describe.concurrent('after a purchase the comment of the pull request', () => {
  test('says what was made and spent, with its links, above the plan word for word', async () => {
    const bench = await startPullRequest({
      base: configOf('per-pull-request: 2.00'),
      artifactService: true,
    });
    await bench.plan();
    const [planned = ''] = bench.ownComments();
    const run = await bench.buy();
    expect(run.exitCode, run.stdout).toBe(0);
    const [body = '', ...others] = bench.ownComments();
    expect(others).toEqual([]);
    expect(shownText(body)).toContain(
      '**1 animation made, $0.304 spent**, of the $2.00 limit of this pull request ($1.696 left).',
    );
    const { 'gallery-url': gallery = '', 'artifact-url': artifact = '' } = run.outputs;
    expect(body).toContain(`**[See the results in the gallery](${gallery})**`);
    expect(body).toContain(`[Download the videos](${artifact})`);
    for (const [key, section] of parseComment(planned))
      expect(parseComment(body).get(key)).toEqual(section);
    expect(statusesOf(bench)).toMatchObject([
      { state: 'success', description: expect.stringMatching(/^1 animation made, \$0\.304 spent/) },
    ]);
    // The log of the results and the summary begin with the links, and name no place that is gone.
    expect(run.stdout).toMatch(/Open the gallery: \S+\nDownload the videos: \S+\n1 animation made/);
    expect(run.summary.split('\n')[2]).toBe(
      `[Open the gallery](${gallery}) · [Download the videos](${artifact})`,
    );
    const log = run.stdout.replaceAll(/^::debug::.*$/gm, '');
    for (const text of [log, run.summary, body])
      expect(text).not.toContain(run.outputs['output-directory']);
    // A plan of something new takes the place of the old one, with what was bought below it.
    bench.write('robot.png', bench.read('girl.png'));
    bench.push('Another robot');
    await bench.plan();
    const [after = ''] = bench.ownComments();
    expect(after.indexOf('1 animation made')).toBeGreaterThan(after.indexOf('for 1 changed'));
  });

  test('says it after the merge, when the push has bought it', async () => {
    const { bench, merge } = await startMerging('per-run: 5.00');
    merge();
    const run = await bench.run({}, { token: bench.token });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(1);
    expect(shownText(bench.ownComments()[0])).toContain('**1 animation made, $0.304 spent**');
    expect(statusesOf(bench)).toMatchObject([{ state: 'success' }]);
  });

  test('stays as it is where the job may not write, which is a note, or where nobody wants one', async () => {
    const { bench, merge } = await startMerging('per-run: 5.00');
    merge();
    const before = bench.ownComments();
    const token = bench.emulator.github.createToken({ ...READ_ONLY, contents: 'write' });
    const run = await bench.run({}, { token });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.summary).toContain('pull request does not say what was bought');
    expect(bench.ownComments()).toEqual(before);
    const silent = await startPullRequest({ base: configOf('per-run: 5.00') });
    expect((await silent.buy({ comment: 'never' })).exitCode).toBe(0);
    expect(silent.ownComments()).toEqual([]);
  });
});

describe.concurrent('the approval label', () => {
  test('is not offered where it would not help, and the log says why it does not count', async () => {
    const budget = 'per-run: 0.20, per-pull-request: 0.10';
    const bench = await startPullRequest({ base: configOf(budget) });
    await bench.plan();
    expect(shownText(bench.ownComments()[0])).toContain(`The label ${LABEL} would not help`);
    expect(statusesOf(bench)).toEqual([]);
    bench.emulator.github.setRole(REPOSITORY, 'keeper', 'write');
    approve(bench);
    const run = await bench.buy();
    expect(bench.submits()).toBe(0);
    expect(run.stdout).toContain(
      `The label ${LABEL} does not count: it lifts the limit per pull request alone, and this plan is over per-run too.`,
    );
    // A limit per run alone is no business of the label's.
    const other = await startPullRequest({ base: configOf('per-run: 0.20') });
    await other.plan();
    expect(shownText(other.ownComments()[0])).toContain('over the $0.20 limit of this run');
    expect(other.ownComments()[0]).not.toContain('label');
  });

  test('names in the log who approved, and outlives what the run says in the comment', async () => {
    const bench = await startShown();
    approve(bench);
    const run = await bench.buy();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.stdout).toMatch(/approved by keeper for commit [0-9a-f]{12}, up to \$0\.304\./);
    expect(bench.ownComments()[0]).toContain('animation made');
    const again = await bench.buy({ refresh: 'true' });
    expect(again.stdout).not.toContain('somebody has changed it');
  });
});

test('a status of the merge is kept off commits that the job may not mark', async () => {
  const { statuses: _, ...permissions } = WRITE;
  const { bench, merge } = await startMerging('per-run: 5.00', { permissions });
  merge();
  const run = await bench.run({}, { token: bench.token });
  expect(run.exitCode, run.stdout).toBe(0);
  expect(bench.emulator.github.statuses(REPOSITORY, bench.pull.headSha)).toEqual([]);
  expect(run.summary).not.toContain('does not say what was bought');
  expect(bench.pull.number).toBe(NUMBER);
});
