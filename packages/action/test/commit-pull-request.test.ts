import { describe, expect, test } from 'vitest';
import { DANCE, LOCKFILE, startCommitting, WAVE } from './commit/bench.ts';
import { REPOSITORY } from './workbench.ts';

const BRANCH = 'motion-transfer/outputs-main';
const WAVE_ONLY = { commit: 'pull-request', only: 'animations/wave' };
const DANCE_ONLY = { commit: 'pull-request', only: 'animations/dance' };

describe.concurrent('commit: pull-request', () => {
  test('opens one on a branch of its own, adds to it, and opens another one after the merge', async () => {
    const bench = await startCommitting();
    const { github } = bench.emulator;
    const main = bench.tip();
    const first = await bench.commitRun(WAVE_ONLY);
    expect(first.exitCode, first.stdout).toBe(0);
    expect(first.outputs).toMatchObject({
      'commit-id': bench.tip(BRANCH),
      'pull-request-url': `https://github.com/${REPOSITORY}/pull/1`,
    });
    expect(first.summary).toContain(first.outputs['pull-request-url']);
    expect(bench.tip()).toBe(main);
    expect(bench.changed(BRANCH)).toEqual([WAVE, LOCKFILE]);

    bench.pushByOther('meanwhile.txt', 'main moves');
    const second = await bench.commitRun(DANCE_ONLY);
    expect(second.exitCode, second.stdout).toBe(0);
    expect(github.pullRequests(REPOSITORY)).toMatchObject([
      { number: 1, headRef: BRANCH, baseRef: 'main', isClosed: false },
    ]);
    expect(github.pullRequest(REPOSITORY, 1)?.body).toContain(DANCE);
    expect(bench.lockedOutputs(BRANCH)).toEqual([DANCE, WAVE]);

    // Squashed, as GitHub does it; the branch stays behind.
    const { clone, git } = bench;
    const merging = clone();
    git(merging, 'merge', '--quiet', '--squash', `origin/${BRANCH}`);
    git(merging, 'commit', '--quiet', '-m', 'Merge the outputs');
    git(merging, 'push', '--quiet', 'origin', 'main');
    github.merge(REPOSITORY, 1, bench.tip());
    const reused = await bench.commitRun({ commit: 'pull-request' });
    expect(reused.exitCode, reused.stdout).toBe(0);
    expect(reused.outputs).toMatchObject({ 'reused-count': '2' });
    expect(github.pullRequests(REPOSITORY).length).toBe(1);
    const third = await bench.commitRun({
      ...WAVE_ONLY,
      'max-cost': '5',
      refresh: 'true',
      ...TAKE,
    });
    expect(third.exitCode, third.stdout).toBe(0);
    expect(third.outputs['pull-request-url']).toBe(`https://github.com/${REPOSITORY}/pull/2`);
    expect(bench.atServer('rev-parse', `${BRANCH}^`)).toBe(bench.tip());
  });

  test('that may not be opened leaves the branch and says which setting allows it', async () => {
    const bench = await startCommitting();
    bench.emulator.github.allowPullRequestsByActions(false);
    const run = await bench.commitRun(WAVE_ONLY);
    expect(run.exitCode).toBe(1);
    expect(run.annotations.at(-1)?.message).toContain(
      `The outputs are on branch ${BRANCH}, but its pull request could not be opened`,
    );
    expect(run.annotations.at(-1)?.message).toContain(
      'Allow GitHub Actions to create and approve pull requests',
    );
    expect(bench.changed(BRANCH)).toEqual([WAVE, LOCKFILE]);
    bench.emulator.github.allowPullRequestsByActions(true);
    const next = await bench.commitRun(DANCE_ONLY);
    expect(next.outputs['pull-request-url']).toBe(`https://github.com/${REPOSITORY}/pull/1`);
    expect(bench.lockedOutputs(BRANCH)).toEqual([DANCE, WAVE]);
  });
});

const TAKE = { take: '2' };
