import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { configOf, NUMBER, SECOND, startPullRequest } from './pull-request-bench.ts';
import { shownText } from './shown-text.ts';
import { purchasesOf } from './workbench.ts';

const CONFIG = '.github/motion-transfer.yml';
const THIRD =
  '  - { character: robot.png, motion: wave.mp4, output: animations/bow.mp4, prompt: a bow }\n';
/** Room for one transfer of $0.304. */
const BUDGET = 'per-pull-request: 0.40';

describe.concurrent('what the base branch owes', () => {
  test('is shown apart, bought on no account, and leaves the limit to what the pull request changes', async () => {
    const bench = await startPullRequest({
      base: configOf(BUDGET, SECOND),
      head: configOf(BUDGET, SECOND + THIRD),
      baseHasAssets: true,
    });
    const plan = await bench.plan();
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(plan.outputs['within-budget']).toBe('true');
    expect(plan.outputs['estimated-cost']).toBe('0.912');
    const { steps, mergeBase } = JSON.parse(readFileSync(plan.outputs.plan ?? '', 'utf8'));
    expect(mergeBase).toEqual({ commit: bench.pull.baseSha, problem: null });
    expect(steps.map((step: { owedByBase?: true }) => step.owedByBase ?? false)).toEqual([
      true,
      true,
      false,
    ]);
    const sentence = 'Due on the base branch without this pull request: 2 to make, at most $0.608';
    for (const text of [plan.summary, bench.ownComments()[0], plan.stdout])
      expect(shownText(text)).toContain(sentence);
    expect(shownText(bench.ownComments()[0])).toContain('**$0.304 for 1 new animation**');
    expect(plan.summary).toContain('| per pull request | $0.40 | $0.00 | $0.304 | $0.096 |');
    expect(plan.summary).toContain('| per run | $10.00 | $0.00 | $0.912 | $9.088 |');

    const run = await bench.buy();
    expect(run.exitCode, run.stdout).toBe(0);
    const accounts = purchasesOf(bench.ledger()).map(({ output, pullRequest }) => [
      output,
      pullRequest,
    ]);
    expect(accounts.toSorted()).toEqual([
      ['animations/bow.mp4', NUMBER],
      ['animations/girl.mp4', null],
      ['animations/wave.mp4', null],
    ]);
  });

  test('is no word about a pull request that changes documents or names alone', async () => {
    const bench = await startPullRequest({ base: configOf(BUDGET, SECOND), baseHasAssets: true });
    const documents = await bench.plan();
    expect(documents.exitCode, documents.stdout).toBe(0);
    expect(shownText(documents.summary)).toContain('2 to make, at most $0.608');
    expect(documents.summary).toContain('Motion transfer plan: nothing to do');
    bench.git('mv', 'robot.png', 'hero.png');
    const renamed = configOf(BUDGET, SECOND)
      .replace('robot.png', 'hero.png')
      .replace('girl.mp4', 'lady.mp4');
    bench.write(CONFIG, renamed);
    bench.push('Rename an asset and an output');
    const names = await bench.plan();
    expect(names.outputs['removed-count']).toBe('0');
    expect(names.summary).toContain('Motion transfer plan: nothing to do');
    expect(bench.ownComments()).toEqual([]);
    // What was said once is corrected when it is over.
    bench.write(CONFIG, `${renamed}${THIRD.replace('robot.png', 'hero.png')}`);
    bench.push('One more');
    await bench.plan();
    expect(shownText(bench.ownComments()[0])).toContain('**$0.304 for 1 new animation**');
    bench.write(CONFIG, renamed);
    bench.push('Take it back');
    await bench.plan();
    expect(bench.ownComments()[0]).toContain('**Nothing to pay**');
  });
});
