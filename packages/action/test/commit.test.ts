import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DANCE, LOCKFILE, startCommitting, videoOf, WAVE } from './commit/bench.ts';
import { oneTransfer } from './workbench.ts';

describe.concurrent('commit: branch', () => {
  test('commits outputs and lockfile and nothing else, and the next run reuses them without a commit', async () => {
    const bench = await startCommitting();
    const workspace = bench.clone();
    writeFileSync(join(workspace, 'staged.txt'), 'of an earlier step');
    bench.git(workspace, 'add', 'staged.txt');
    writeFileSync(join(workspace, 'girl.png'), 'changed by an earlier step', { flag: 'a' });
    const indexBefore = readFileSync(join(workspace, '.git/index'));
    const parent = bench.tip();
    const run = await bench.commitRun({}, { workspace });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.changed()).toEqual([DANCE, WAVE, LOCKFILE].sort());
    expect(bench.atServer('rev-parse', 'main^')).toBe(parent);
    expect(bench.lockedOutputs()).toEqual([DANCE, WAVE]);
    expect(bench.bytesAtServer(WAVE)).toEqual(readFileSync(join(workspace, WAVE)));
    expect(videoOf(bench.bytesAtServer(WAVE))).toBe('ftyp');
    expect(run.outputs).toMatchObject({
      'commit-id': bench.tip(),
      'commit-url': `https://github.com/octo/animations/commit/${bench.tip()}`,
    });
    expect(run.summary).toContain(run.outputs['commit-url']);
    expect(bench.git(workspace, 'status', '--porcelain', 'staged.txt')).toBe('A  staged.txt');
    expect(readFileSync(join(workspace, '.git/index'))).toEqual(indexBefore);
    expect(bench.git(workspace, 'rev-parse', 'HEAD')).toBe(parent);

    const submits = bench.submits();
    const tip = bench.tip();
    const next = await bench.commitRun();
    expect(next.exitCode, next.stdout).toBe(0);
    expect(next.outputs).toMatchObject({ 'reused-count': '2', 'generated-count': '0' });
    expect(next.outputs['commit-id']).toBeUndefined();
    expect(bench.submits()).toBe(submits);
    expect(bench.tip()).toBe(tip);
  });

  test('builds on what the branch is by then, also when it moves during the push', async () => {
    const bench = await startCommitting({ config: oneTransfer('prospolabs') });
    const workspace = bench.clone();
    bench.pushByOther('after-checkout.txt', 'one');
    const other = bench.atServer('commit-tree', 'main^{tree}', '-p', 'main', '-m', 'Meanwhile');
    // The branch moves once, between the fetch and the push.
    bench.onPush(`while read old new ref; do
  if [ "$ref" = refs/heads/main ] && [ ! -e moved ]; then
    touch moved; env -u GIT_QUARANTINE_PATH git update-ref refs/heads/main ${other}
  fi
done`);
    const run = await bench.commitRun({}, { workspace });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.subjects()).toEqual([
      `Add ${WAVE} made by Motion Transfer`,
      'Meanwhile',
      'By somebody else',
      'Set up',
      'Add characters and motions',
    ]);
    expect(bench.changed()).toEqual([WAVE, LOCKFILE]);
    expect(run.outputs['commit-id']).toBe(bench.tip());
    expect(bench.submits()).toBe(1);
  });

  test('that is protected says what to do, and the next run takes the videos from the artifact', async () => {
    const bench = await startCommitting({
      config: oneTransfer('prospolabs'),
      artifactService: true,
    });
    bench.onPush(`while read old new ref; do
  if [ "$ref" = refs/heads/main ]; then
    echo 'error: GH006: Protected branch update failed for refs/heads/main.' >&2; exit 1
  fi
done`);
    const tip = bench.tip();
    const run = await bench.commitRun();
    expect(run.exitCode).toBe(1);
    const said = run.annotations.at(-1)?.message;
    expect(said).toContain('branch main does not take the commit');
    expect(said).toContain('the branch is protected: use `commit: pull-request`');
    expect(said).toContain('is in the artifact motion-transfer of this run');
    expect(bench.tip()).toBe(tip);
    rmSync(join(bench.server, 'hooks/pre-receive'));
    const next = await bench.commitRun();
    expect(next.exitCode, next.stdout).toBe(0);
    expect(next.outputs).toMatchObject({ 'collected-count': '1', 'generated-count': '0' });
    expect(bench.changed()).toEqual([WAVE, LOCKFILE]);
    expect(bench.submits()).toBe(1);
  });
});
