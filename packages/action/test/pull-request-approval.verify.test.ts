import { describe, expect, test } from 'vitest';
import { again, approve, CONFIG, edit, startShown, statusesOf } from './approval-bench.ts';
import { configOf, SECOND, WRITE } from './pull-request-bench.ts';
import { REPOSITORY } from './workbench.ts';

describe.concurrent('an approval rests on a record that no edit of the comment reaches', () => {
  test('so a comment that is moved on to another plan approves nothing', async () => {
    const bench = await startShown();
    approve(bench);
    bench.write(CONFIG, configOf('per-pull-request: 0.10', SECOND));
    bench.push('Twice as much');
    // The very words and memory that our own plan would have written there.
    const forged = (await bench.plan({ comment: 'never' })).outputs['comment-body'] ?? '';
    edit(bench, () => forged);
    const { description = '' } =
      bench.emulator.github.statuses(REPOSITORY, bench.pull.headSha)[0] ?? {};
    expect(description).toBe('');
    const refused = await bench.buy();
    expect(refused.exitCode).toBe(1);
    expect(refused.summary).toContain('nothing on this commit records that the plan was shown');
    expect(bench.submits()).toBe(0);
  });

  test('which counts from our own account alone', async () => {
    const bench = await startShown({ ...WRITE, statuses: 'read' });
    const genuine = await startShown();
    const [{ context = '', description = '', state = '' } = {}] = statusesOf(genuine);
    const { github } = bench.emulator;
    github.addStatus(REPOSITORY, bench.pull.headSha, 'mallory', { context, description, state });
    bench.emulator.advance(5_000);
    approve(bench);
    const refused = await bench.buy();
    expect(refused.exitCode).toBe(1);
    expect(refused.summary).toContain('nothing on this commit records');
    expect(bench.submits()).toBe(0);
  });

  test('so a comment that says less than it approves approves nothing, until it is read again', async () => {
    const bench = await startShown();
    edit(bench, (body) => body.replaceAll('$0.304', '$0.01'));
    approve(bench);
    const refused = await bench.buy();
    expect(refused.exitCode).toBe(1);
    expect(refused.summary).toContain('somebody has changed it');
    expect(bench.submits()).toBe(0);
    // The next plan writes it anew; what was approved was the other one.
    const healed = await bench.plan();
    expect(healed.outputs['approved-by']).toBe('');
    expect(bench.ownComments()[0]).toContain('up to $0.304');
    expect((await bench.buy()).summary).toContain('before this plan was shown');
    expect(bench.submits()).toBe(0);
    bench.emulator.advance(5_000);
    again(bench);
    const bought = await bench.buy();
    expect(bought.exitCode, bought.stdout).toBe(0);
  });
});
