import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodePorts, type SignedCommit } from '@motion-transfer/core';
import { startEmulator, type TokenPermissions } from '@motion-transfer/emulator';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createGitHubAccess } from '../src/github/access.ts';
import { entries, startShared } from './ledger/shared.ts';
import { REPOSITORY } from './workbench.ts';

const BRANCH = 'motion-transfer-ledger';
const forever = new AbortController().signal;

describe.concurrent('a ledger whose branch takes signed commits only', () => {
  test('is written by commits that GitHub makes and signs, by every run that shares it', async () => {
    const { bench, elsewhere } = await startShared();
    await bench.emulator.requireSignedCommits(REPOSITORY);
    const run = await bench.run({}, elsewhere());
    expect(run.exitCode, run.stdout).toBe(0);
    expect(entries(bench)).toMatchObject([{ state: 'recorded' }]);
    const again = await bench.run({ take: '2' }, elsewhere());
    expect(again.exitCode, again.stdout).toBe(0);
    expect(entries(bench)).toHaveLength(2);
    const log = execFileSync(
      'git',
      ['-C', join(bench.workspace, '../server.git'), 'log', '--format=%H %P', BRANCH],
      { encoding: 'utf8' },
    );
    const commits = log.trimEnd().split('\n');
    expect(commits.length).toBeGreaterThan(4);
    for (const line of commits) {
      const [commit = '', ...parents] = line.split(' ');
      expect(parents.length).toBeLessThan(2);
      const raw = bench.git('--git-dir', '../server.git', 'cat-file', 'commit', commit);
      expect(raw).toMatch(/^gpgsig /m);
    }
    // What counts is what was bought: two runs, two purchases.
    expect(bench.submits()).toBe(2);
  });

  test('is not begun by a token whose commits GitHub does not sign, and the message says by which', async () => {
    const { bench } = await startShared();
    await bench.emulator.requireSignedCommits(REPOSITORY);
    const token = bench.emulator.github.createToken({ contents: 'write' }, 'octocat');
    const run = await bench.run({}, { token });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain(
      "its rules want signed commits, and GitHub's API made none (it signs the first commit of a branch for GITHUB_TOKEN and GitHub Apps only",
    );
    expect(bench.submits()).toBe(0);
  });
});

describe('a commit that GitHub makes', () => {
  async function start(permissions: TokenPermissions = { contents: 'write' }) {
    const emulator = await startEmulator();
    onTestFinished(() => emulator.close());
    onTestFinished(() => expect(emulator.violations).toEqual([]));
    const directory = mkdtempSync(join(tmpdir(), 'signed-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', directory, ...args], { encoding: 'utf8' }).trim();
    git('init', '--quiet', '--bare');
    emulator.serveRepository(REPOSITORY, directory);
    emulator.serveGit(REPOSITORY, directory, 'github');
    await emulator.requireSignedCommits(REPOSITORY);
    const ports = createNodePorts({ info: () => undefined, warning: () => undefined });
    const token = emulator.github.createToken(permissions);
    const access = createGitHubAccess(ports, emulator.environment(), token, REPOSITORY);
    if (access == null) throw new Error('no access');
    const commit = (parent: string | null, changes: Record<string, string | null>) => {
      const made: SignedCommit = {
        branch: BRANCH,
        parent,
        message: 'Reserve one\n\nSwap: 1',
        changes: new Map(Object.entries(changes)),
      };
      return access.port.commitSigned(made, forever);
    };
    const begin = async () => {
      const begun = await commit(null, { 'README.md': 'Ä ledger\n', 'state.json': '{}\n' });
      if (begun.kind !== 'committed') throw new Error(JSON.stringify(begun));
      return begun.commit;
    };
    return { emulator, git, commit, begin };
  }

  test('begins a branch, then changes and removes files on it', async () => {
    const { git, commit, begin } = await start();
    const first = await begin();
    const second = await commit(first, { 'a.txt': 'one\n', 'state.json': null });
    expect(second).toEqual({ kind: 'committed', commit: git('rev-parse', BRANCH) });
    expect(git('rev-parse', `${BRANCH}~1`)).toBe(first);
    expect(git('ls-tree', '-r', '--name-only', BRANCH)).toBe('README.md\na.txt');
    expect(git('show', `${BRANCH}:README.md`)).toBe('Ä ledger');
    expect(git('log', '-1', '--format=%B', BRANCH)).toBe('Reserve one\n\nSwap: 1');
  });

  test('loses against a branch that is there already, and against one that has moved', async () => {
    const { git, commit, begin } = await start();
    const first = await begin();
    expect(await commit(null, { 'b.txt': 'b\n' })).toEqual({ kind: 'lost' });
    const [one, two] = await Promise.all([
      commit(first, { 'one.txt': '1\n' }),
      commit(first, { 'two.txt': '2\n' }),
    ]);
    expect([one.kind, two.kind].sort()).toEqual(['committed', 'lost']);
    expect(git('rev-list', '--count', BRANCH)).toBe('2');
  });

  test.each([
    ['rest-write', { kind: 'error-after-acceptance', status: 502 }],
    ['rest-write', { kind: 'lost-answer' }],
    ['rest-write', { kind: 'rate-limited', retryAfter: '60' }],
  ] as const)('is unclear at the beginning after %s %o', async (at, fault) => {
    const { emulator, commit } = await start();
    emulator.inject({ at, ...fault });
    expect((await commit(null, { 'a.txt': 'a\n' })).kind).toBe('unclear');
  });

  test.each([
    [{ kind: 'error-after-acceptance', status: 502 }, true],
    [{ kind: 'lost-answer' }, true],
    [{ kind: 'rate-limited', retryAfter: '60' }, false],
    [{ kind: 'error', status: 403, headers: { 'retry-after': '60' } }, false],
    [
      { kind: 'error', status: 200, body: { errors: [{ message: 'Something went wrong' }] } },
      false,
    ],
  ] as const)(
    'is unclear on a branch after %o, whether it is there (%s) or not',
    async (fault, isThere) => {
      const { emulator, git, commit, begin } = await start();
      const first = await begin();
      emulator.inject({ at: 'rest-graphql', ...fault });
      expect((await commit(first, { 'a.txt': 'a\n' })).kind).toBe('unclear');
      expect(git('rev-list', '--count', BRANCH)).toBe(isThere ? '2' : '1');
    },
  );

  test('is refused for good to a token that may not write, and by other rules', async () => {
    const reading = await start({ contents: 'read' });
    expect(await reading.commit(null, { 'a.txt': 'a\n' })).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('HTTP 403: Resource not accessible by integration'),
    });
    expect(await reading.commit('a'.repeat(40), { 'a.txt': 'a\n' })).toMatchObject({
      kind: 'refused',
    });
    const { emulator, commit, begin } = await start();
    const first = await begin();
    const message =
      'Repository rule violations found\n\nChanges must be made through a pull request.';
    const body = { data: { createCommitOnBranch: null }, errors: [{ message }] };
    emulator.inject({ at: 'rest-graphql', kind: 'error', status: 200, body });
    expect(await commit(first, { 'a.txt': 'a\n' })).toMatchObject({ kind: 'refused' });
  });
});
