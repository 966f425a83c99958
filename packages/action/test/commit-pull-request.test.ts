import { describe, expect, test } from 'vitest';
import { DANCE, LOCKFILE, startCommitting, WAVE } from './commit/bench.ts';
import { ONLY, OWN_BRANCH } from './commit/pull-request.ts';
import { REPOSITORY } from './workbench.ts';

describe.concurrent('commit: pull-request', () => {
  test('opens one on a branch of its own, adds to it, and opens another one after the merge', async () => {
    const bench = await startCommitting();
    const { github } = bench.emulator;
    const main = bench.tip();
    const first = await bench.commitRun(ONLY.wave);
    expect(first.exitCode, first.stdout).toBe(0);
    expect(first.outputs).toMatchObject({
      'commit-id': bench.tip(OWN_BRANCH),
      'pull-request-url': `https://github.com/${REPOSITORY}/pull/1`,
    });
    expect(first.summary).toContain(first.outputs['pull-request-url']);
    expect(bench.tip()).toBe(main);
    expect(bench.changed(OWN_BRANCH)).toEqual([WAVE, LOCKFILE]);

    bench.pushByOther('meanwhile.txt', 'main moves');
    const second = await bench.commitRun(ONLY.dance);
    expect(second.exitCode, second.stdout).toBe(0);
    expect(github.pullRequests(REPOSITORY)).toMatchObject([
      { number: 1, headRef: OWN_BRANCH, baseRef: 'main', isClosed: false },
    ]);
    expect(github.pullRequest(REPOSITORY, 1)?.body).toContain(DANCE);
    expect(bench.lockedOutputs(OWN_BRANCH)).toEqual([DANCE, WAVE]);

    // Squashed, as GitHub does it; the branch stays behind.
    const { clone, git } = bench;
    const merging = clone();
    git(merging, 'merge', '--quiet', '--squash', `origin/${OWN_BRANCH}`);
    git(merging, 'commit', '--quiet', '-m', 'Merge the outputs');
    git(merging, 'push', '--quiet', 'origin', 'main');
    github.merge(REPOSITORY, 1, bench.tip());
    const reused = await bench.commitRun({ commit: 'pull-request' });
    expect(reused.exitCode, reused.stdout).toBe(0);
    expect(reused.outputs).toMatchObject({ 'reused-count': '2' });
    expect(github.pullRequests(REPOSITORY).length).toBe(1);
    const third = await bench.commitRun({
      ...ONLY.wave,
      take: '2',
    });
    expect(third.exitCode, third.stdout).toBe(0);
    expect(third.outputs['pull-request-url']).toBe(`https://github.com/${REPOSITORY}/pull/2`);
    expect(bench.atServer('rev-parse', `${OWN_BRANCH}^`)).toBe(bench.tip());
  });
});
