import { describe, expect, test } from 'vitest';
import { findDestination } from '../src/commit/destination.ts';
import { startCommitting, WAVE } from './commit/bench.ts';
import { oneTransfer, REPOSITORY } from './workbench.ts';

type Asking = Parameters<typeof findDestination>[0];

const SHA = 'a'.repeat(40);

function asking(github: Partial<Asking['github']> = {}, more: Partial<Asking> = {}): Asking {
  return {
    inputs: { commit: 'branch', githubToken: 'token' },
    checkout: { sha: SHA, standing: { kind: 'default-branch' }, defaultBranch: 'main' },
    github: {
      remoteUrl: 'https://github.com/octo/animations.git',
      isFork: false,
      eventName: 'push',
      ref: 'refs/heads/main',
      sha: SHA,
      defaultBranch: 'main',
      headBranch: null,
      pullRequest: null,
      unclearPullRequest: null,
      ...github,
    },
    ...more,
  };
}

const PULL = { number: 7, headSha: SHA, baseSha: 'b'.repeat(40), baseRef: 'main', isFork: false };
const onPull = {
  eventName: 'pull_request',
  ref: 'refs/pull/7/merge',
  sha: 'c'.repeat(40),
  headBranch: 'change',
  pullRequest: PULL,
};
const byPullRequest = { inputs: { commit: 'pull-request', githubToken: 'token' } } as const;

describe('where outputs are committed', () => {
  test('is the branch of the event, and of a pull request its head', () => {
    const main = { kind: 'branch', branch: 'main' };
    for (const eventName of ['push', 'schedule', 'workflow_dispatch'])
      expect(findDestination(asking({ eventName }))).toEqual(main);
    expect(findDestination(asking(onPull))).toEqual({ kind: 'branch', branch: 'change' });
  });

  test('is a branch of our own for each branch, but none for a branch of our own', () => {
    const own = 'motion-transfer/outputs-release/2';
    expect(findDestination(asking({ ref: 'refs/heads/release/2' }, byPullRequest))).toEqual({
      kind: 'pull-request',
      branch: own,
      base: 'release/2',
    });
    expect(findDestination(asking({ ref: `refs/heads/${own}` }, byPullRequest))).toEqual({
      kind: 'branch',
      branch: own,
    });
  });

  test('is nowhere unless it is asked for', () => {
    const inputs = { commit: 'none', githubToken: null } as const;
    expect(findDestination(asking({ remoteUrl: null }, { inputs }))).toBeNull();
  });

  test.each([
    ['a tag', { ref: 'refs/tags/v1' }, 'does not say which branch'],
    ['a fork', { ...onPull, isFork: true }, 'comes from a fork'],
    ['a comment on a pull request', { unclearPullRequest: 7 }, 'does not say which branch'],
    ['pull_request_target', { ...onPull, eventName: 'pull_request_target' }, 'does not say'],
    ['no repository', { remoteUrl: null }, 'no GitHub repository'],
    ['another commit', { sha: 'd'.repeat(40), ref: 'refs/heads/change' }, 'is checked out'],
  ])('is refused for %s', (_name, github, problem) => {
    const found = findDestination(asking(github));
    expect(found).toMatchObject({ kind: 'refused', problem: expect.stringContaining(problem) });
  });

  test('is refused without a token', () => {
    const inputs = { commit: 'branch', githubToken: null } as const;
    expect(findDestination(asking({}, { inputs }))).toMatchObject({ kind: 'refused' });
  });

  test('may be another commit of the default branch than that of the event', () => {
    expect(findDestination(asking({ sha: 'd'.repeat(40) }))).toMatchObject({ branch: 'main' });
  });
});

describe.concurrent('by the bundle', () => {
  test('a plan on a pull request names its branch, and a run commits there', async () => {
    const bench = await startCommitting({ config: oneTransfer('prospolabs') });
    const main = bench.tip();
    bench.atServer('branch', 'change');
    bench.pushByOther('more.txt', 'of the pull request', 'change');
    const [headSha, baseSha] = [bench.tip('change'), main];
    bench.emulator.github.openPullRequest(REPOSITORY, { number: 7, headSha, baseSha });
    const repo = { full_name: REPOSITORY };
    const pull = {
      event: {
        name: 'pull_request',
        payload: {
          number: 7,
          pull_request: {
            number: 7,
            head: { sha: headSha, ref: 'change', repo },
            base: { sha: baseSha, ref: 'main', repo },
          },
        },
      },
      workspace: bench.clone('change'),
    };
    const planned = await bench.commitRun({ command: 'plan' }, pull);
    expect(planned.exitCode, planned.stdout).toBe(0);
    expect(planned.summary).toContain('A run commits what it makes to branch change');
    expect(bench.tip('change')).toBe(headSha);
    const run = await bench.commitRun({}, pull);
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.changed('change')).toContain(WAVE);
    expect(bench.tip()).toBe(main);
  });

  test('a run for a tag is refused before anything is bought', async () => {
    const bench = await startCommitting({ config: oneTransfer('prospolabs') });
    const run = await bench.commitRun({}, { ref: 'refs/tags/v1' });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('does not say which branch the outputs belong to');
    expect(bench.submits()).toBe(0);
    const reconcile = await bench.commitRun({ command: 'reconcile' });
    expect(reconcile.stdout).toContain('is not for command: reconcile');
  });
});
