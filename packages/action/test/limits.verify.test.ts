import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configOf, NUMBER, startMerging } from './pull-request-bench.ts';
import { purchasesOf, startWorkbench } from './workbench.ts';

const CONFIG = '.github/motion-transfer.yml';
const LABEL = 'motion-transfer-approved';

/** Many of the same price, far above ten dollars together. */
function manyTransfers(budget: string, count: number): string {
  const rows = Array.from(
    { length: count },
    (_, index) =>
      `  - { character: robot.png, motion: wave.mp4, output: animations/${index}.mp4, prompt: wave ${index} }`,
  );
  return `version: 1\nprovider: prospolabs\nbudget: { ${budget} }\ntransfers:\n${rows.join('\n')}\n`;
}

describe.concurrent('the purchase after a merge', () => {
  test('is on record as its own, and is allowed what a label allowed there', async () => {
    const { bench, merge } = await startMerging('per-pull-request: 0.10');
    const { github } = bench.emulator;
    github.setRole('octo/animations', 'keeper', 'write');
    bench.emulator.advance(5_000);
    github.label('octo/animations', NUMBER, LABEL, 'keeper');
    merge();
    const run = await bench.run({}, { token: bench.token });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(purchasesOf(bench.ledger())).toMatchObject([
      { state: 'recorded', pullRequest: NUMBER, approvedBy: 'keeper' },
    ]);
  });

  test('buys nothing where nobody can say which one that is', async () => {
    const { bench, merge } = await startMerging('per-pull-request: 5.00');
    merge();
    bench.emulator.inject({ at: 'rest-pull', kind: 'error', status: 403, times: 100 });
    const run = await bench.run({}, { token: bench.token });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('give the job `permissions: pull-requests: read`');
    expect(bench.submits()).toBe(0);
    const plan = await bench.run({ command: 'plan' }, { token: bench.token });
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(plan.summary).toContain('A run would buy nothing');
  });
});

describe.concurrent('a push to the default branch that has moved on since', () => {
  test('a push that is the newest is bought when it is run again', async () => {
    const bench = await startWorkbench({ config: configOf('per-run: 5.00') });
    const token = bench.emulator.github.createToken({ contents: 'write' });
    const run = await bench.run({}, { token, ref: 'refs/heads/main', runAttempt: 2 });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(1);
  });
});

describe.concurrent('a branch that is not merged', () => {
  test('that the merge queue made is held to main, on the account of its pull request', async () => {
    const cases = join(import.meta.dirname, 'fixtures/merge-group');
    const read = (name: string) => readFileSync(join(cases, name), 'utf8');
    const bench = await startWorkbench({ config: read('main.yml') });
    const base = bench.git('rev-parse', 'HEAD').trim();
    bench.git('checkout', '--quiet', '-b', 'queue');
    bench.write(CONFIG, read('pull-request.yml'));
    bench.commit('Merge pull request 7');
    const head = bench.git('rev-parse', 'HEAD').trim();
    const { github } = bench.emulator;
    github.openPullRequest('octo/animations', { number: 7, headSha: head, baseSha: base });
    const payload = JSON.parse(
      read('event.json').replaceAll('<base>', base).replaceAll('<head>', head),
    );
    const options = {
      token: github.createToken({ contents: 'write', 'pull-requests': 'read' }),
      event: { name: 'merge_group', payload },
      ref: payload.merge_group.head_ref,
    };
    const byDefault = await bench.run({ command: '' }, options);
    expect(byDefault.stdout).toContain('a plan buys nothing');
    const run = await bench.run({}, options);
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('more than per-transfer $0.10');
    expect(run.summary).toContain('| per pull request | $0.10 |');
    expect(bench.submits()).toBe(0);
  });
});

describe.concurrent('a limit that does not apply here', () => {
  test.each([
    ['per-pull-request: 0.10', 'git'],
    ['per-month: 0.10', 'none'],
    ['per-transfer: 1.00', 'git'],
  ])('%s with ledger %s leaves the default per run in force', async (budget, ledger) => {
    const bench = await startWorkbench({ config: manyTransfers(budget, 40) });
    const token = bench.emulator.github.createToken({
      contents: 'write',
      'pull-requests': 'read',
    });
    const run = await bench.run({ ledger: ledger === 'git' ? '' : ledger }, { token });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain(
      'more than per-run $10.00 (the default, because no per-run limit is written)',
    );
    expect(run.summary).toContain('the default: no per-run limit is written');
    expect(bench.submits()).toBe(0);
  });
});
