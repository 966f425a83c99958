import { describe, expect, test } from 'vitest';
import {
  configOf,
  NUMBER,
  type PullRequestBench,
  SECOND,
  startPullRequest,
  WRITE,
} from './pull-request-bench.ts';
import { REPOSITORY } from './workbench.ts';

const CONFIG = '.github/motion-transfer.yml';
const LABEL = 'motion-transfer-approved';
const over = configOf('per-pull-request: 0.10');

/** A plan over the limit is shown, and a keeper stands by. */
async function startShown(permissions = WRITE): Promise<PullRequestBench> {
  const bench = await startPullRequest({ base: over, permissions });
  bench.emulator.github.setRole(REPOSITORY, 'keeper', 'write');
  await bench.plan();
  bench.emulator.advance(5_000);
  return bench;
}

const approve = ({ emulator }: PullRequestBench) => {
  emulator.github.label(REPOSITORY, NUMBER, LABEL, 'keeper');
  emulator.advance(5_000);
};
const again = (bench: PullRequestBench) => {
  bench.emulator.github.unlabel(REPOSITORY, NUMBER, LABEL, 'keeper');
  approve(bench);
};
/** Anybody with write permission can edit a comment of the bot; its author stays the bot. */
function edit({ pull }: PullRequestBench, change: (body: string) => string): void {
  const comment = pull.comments.find(({ user }) => user.login === 'github-actions[bot]');
  if (comment == null) throw new Error('there is no comment to edit');
  comment.body = change(comment.body);
}
const statusesOf = ({ emulator, pull }: PullRequestBench) =>
  emulator.github.statuses(REPOSITORY, pull.headSha);

describe.concurrent('an approval rests on a record that no edit of the comment reaches', () => {
  test('which a plan over the limit leaves on the commit, and no other plan', async () => {
    const bench = await startShown();
    expect(statusesOf(bench)).toMatchObject([
      {
        creator: { login: 'github-actions[bot]' },
        state: 'success',
        context: expect.stringMatching(/^motion-transfer plan [0-9a-f]{8}$/),
        description: expect.stringMatching(/^Plan shown, up to \$0\.304 first:/),
      },
    ]);
    approve(bench);
    expect((await bench.plan()).outputs['approved-by']).toBe('keeper');
    const bought = await bench.buy();
    expect(bought.exitCode, bought.stdout).toBe(0);
    const other = await startPullRequest({ base: configOf('per-run: 5') });
    await other.plan();
    expect(statusesOf(other)).toEqual([]);
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

  test('and without the permission for it the plan says that the label cannot count', async () => {
    const { statuses: _, ...permissions } = WRITE;
    const bench = await startShown(permissions);
    const plan = await bench.plan();
    expect(plan.summary).toContain('could not be put on record that it is shown');
    expect(bench.ownComments()).toHaveLength(1);
    approve(bench);
    expect((await bench.plan()).outputs['approved-by']).toBe('');
  });
});
