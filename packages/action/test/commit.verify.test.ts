import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DANCE, LOCKFILE, startCommitting, videoOf, WAVE } from './commit/bench.ts';
import { hasGitLfs, OUTPUTS_ONLY, pathWithoutLfs } from './commit/lfs.ts';
import { ONLY, OWN_BRANCH } from './commit/pull-request.ts';
import { oneTransfer, REPOSITORY } from './workbench.ts';

describe.concurrent('commit: branch', () => {
  test('of two runs at once keeps what both made', async () => {
    const bench = await startCommitting();
    const runs = await Promise.all(
      ['animations/wave', 'animations/dance'].map((only) => bench.commitRun({ only })),
    );
    for (const run of runs) expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.lockedOutputs()).toEqual([DANCE, WAVE]);
    for (const path of [WAVE, DANCE]) expect(videoOf(bench.bytesAtServer(path))).toBe('ftyp');
    expect(bench.subjects().slice(0, 2).sort()).toEqual(
      [DANCE, WAVE].map((output) => `Add ${output} made by Motion Transfer`),
    );
    const next = await bench.commitRun();
    expect(next.outputs).toMatchObject({ 'reused-count': '2' });
    expect(bench.submits()).toBe(2);
  });

  test('outlasts faults of the network, also where the answer to the push is lost', async () => {
    const bench = await startCommitting({ config: oneTransfer('prospolabs') });
    const { emulator } = bench;
    const parent = bench.tip();
    // The requests of a fetch pass; those for single files that git lacks do not.
    emulator.inject({ at: 'git-fetch', kind: 'error', status: 503, after: 3, times: 2 });
    emulator.inject({ at: 'git-push', kind: 'lost-answer', after: 1 });
    const run = await bench.commitRun({ ledger: 'none' });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(emulator.firedFaults.map(({ fault }) => fault.at)).toContain('git-push');
    expect(emulator.firedFaults.map(({ fault }) => fault.at)).toContain('git-fetch');
    expect(run.stdout).toContain('the commit is made again');
    expect(bench.atServer('rev-parse', 'main^')).toBe(parent);
    expect(run.outputs['commit-id']).toBe(bench.tip());
    expect(bench.changed()).toEqual([WAVE, LOCKFILE]);
  });

  test('without permission to write keeps the purchase and says which permission is missing', async () => {
    const bench = await startCommitting({ config: oneTransfer('prospolabs') });
    const token = bench.emulator.github.createToken({ contents: 'read' });
    const run = await bench.commitRun({ ledger: 'none' }, { token });
    expect(run.exitCode).toBe(1);
    expect(run.annotations.at(-1)?.message).toContain(
      'give the job `permissions: contents: write`',
    );
    expect(run.outputs).toMatchObject({ 'generated-count': '1', 'actual-cost': '0.304' });
  });

  test('keeps the file of a newer purchase that the branch has, and records ours beside it', async () => {
    const bench = await startCommitting({ config: oneTransfer('prospolabs') });
    const workspace = bench.clone();
    const made = await bench.commitRun({ commit: 'none' }, { workspace });
    expect(made.exitCode, made.stdout).toBe(0);
    const lockfile = JSON.parse(readFileSync(join(workspace, LOCKFILE), 'utf8'));
    const ours = lockfile.outputs[WAVE];
    const newer = {
      sha256: 'e'.repeat(64),
      fingerprint: 'f'.repeat(64),
      generatedAt: '2999-01-01',
    };
    const theirs = { ...lockfile, outputs: { [WAVE]: { ...ours, ...newer } } };
    bench.pushByOther(LOCKFILE, JSON.stringify(theirs));
    bench.pushByOther(WAVE, 'the newer video');
    const run = await bench.commitRun(
      {},
      { workspace, sha: bench.git(workspace, 'rev-parse', 'HEAD') },
    );
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.summary).toContain('has a newer purchase of it, which counts');
    expect(bench.changed()).toEqual([LOCKFILE]);
    expect(bench.bytesAtServer(WAVE).toString()).toBe('the newer video');
    const joined = JSON.parse(bench.bytesAtServer(LOCKFILE).toString()).outputs[WAVE];
    expect(joined).toMatchObject({ ...newer, also: [{ sha256: ours.sha256 }] });
  });

  test.skipIf(!hasGitLfs())(
    'names what is missing without git-lfs, and what another server or another filter keeps',
    async () => {
      const bench = await startCommitting({
        config: oneTransfer('prospolabs'),
        files: { '.gitattributes': OUTPUTS_ONLY },
      });
      const tip = bench.tip();
      const environment = { PATH: pathWithoutLfs(bench) };
      const without = await bench.commitRun({}, { environment });
      expect(without.exitCode).toBe(1);
      expect(without.annotations.at(-1)?.message).toContain(
        'git-lfs is not installed here: install it in a step before (`sudo apt-get install git-lfs`)',
      );
      expect(bench.tip()).toBe(tip);

      bench.pushByOther('.lfsconfig', '[lfs]\n\turl = https://lfs.example.com/octo\n');
      const elsewhere = await bench.commitRun({ ledger: 'none' });
      expect(elsewhere.annotations.at(-1)?.message).toContain(
        '.lfsconfig keeps the objects of Git LFS on another server',
      );
      bench.pushByOther('.gitattributes', 'animations/** filter=crypt\n');
      const filtered = await bench.commitRun({ ledger: 'none' });
      expect(filtered.annotations.at(-1)?.message).toContain(
        'through the filter crypt, which this action does not run',
      );
      expect(bench.subjects()[0]).toBe('By somebody else');
    },
  );

  test('with a token whose pushes start workflows ends after one commit', async () => {
    const bench = await startCommitting({ config: oneTransfer('prospolabs') });
    const token = bench.emulator.github.createToken(
      { contents: 'write', actions: 'read' },
      'octocat',
    );
    const made = await bench.commitRun({}, { token });
    expect(made.exitCode, made.stdout).toBe(0);
    const tip = bench.tip();
    expect(bench.atServer('log', '-1', '--format=%(trailers:key=Motion-Transfer-Run)')).toMatch(
      /^Motion-Transfer-Run: \d+-1$/,
    );
    // What its push starts, in a checkout that seems to have something to commit.
    const workspace = bench.clone();
    bench.git(workspace, 'rm', '--quiet', '--cached', WAVE);
    bench.pushByOther('later.txt', 'meanwhile');
    const later = bench.tip();
    const started = await bench.commitRun({}, { token, workspace, sha: tip });
    expect(started.exitCode, started.stdout).toBe(0);
    expect(started.stdout).toContain('Nothing was made for the commit of an earlier run');
    expect(bench.tip()).toBe(later);
    expect(bench.submits()).toBe(1);
  });

  test('leaves out a video that is gone or changed since it was delivered, and names it', async () => {
    let workspace = '';
    const bench = await startCommitting({
      artifactService: true,
      config: `version: 1
provider: prospolabs
transfers:
  - { character: robot.png, motion: wave.mp4, output: animations/gone.mp4 }
  - { character: girl.png, motion: wave.mp4, output: animations/changed.mp4 }
  - { character: girl.png, motion: dance.mp4, output: animations/kept.mp4 }
`,
      checkpoint: async ({ path }, moment) => {
        if (path.endsWith('/FinalizeArtifact') && moment === 'arrived') {
          rmSync(join(workspace, 'animations/gone.mp4'), { force: true });
          writeFileSync(join(workspace, 'animations/changed.mp4'), 'other bytes');
        }
        return 'pass';
      },
    });
    workspace = bench.clone();
    const run = await bench.commitRun({}, { workspace });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('animations/gone.mp4: the file is gone');
    expect(run.stdout).toContain('animations/changed.mp4: the file was changed after it was made');
    expect(bench.changed()).toEqual(['animations/kept.mp4', LOCKFILE]);
    expect(bench.lockedOutputs()).toEqual(['animations/kept.mp4']);
    expect(run.outputs['commit-id']).toBe(bench.tip());
    const next = await bench.commitRun();
    expect(next.exitCode, next.stdout).toBe(0);
    expect(bench.changed()).toEqual(['animations/changed.mp4', 'animations/gone.mp4', LOCKFILE]);
    expect(bench.submits()).toBe(3);
  });
});

describe.concurrent('commit: pull-request', () => {
  test('that may not be opened leaves the branch and says which setting allows it', async () => {
    const bench = await startCommitting();
    bench.emulator.github.allowPullRequestsByActions(false);
    const run = await bench.commitRun(ONLY.wave);
    expect(run.exitCode).toBe(1);
    expect(run.annotations.at(-1)?.message).toContain(
      `The outputs are on branch ${OWN_BRANCH}, but its pull request could not be opened`,
    );
    expect(run.annotations.at(-1)?.message).toContain(
      'Allow GitHub Actions to create and approve pull requests',
    );
    expect(bench.changed(OWN_BRANCH)).toEqual([WAVE, LOCKFILE]);
    bench.emulator.github.allowPullRequestsByActions(true);
    const next = await bench.commitRun(ONLY.dance);
    expect(next.outputs['pull-request-url']).toBe(`https://github.com/${REPOSITORY}/pull/1`);
    expect(bench.lockedOutputs(OWN_BRANCH)).toEqual([DANCE, WAVE]);
  });
});
