import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LOCKFILE, startCommitting, videoOf, WAVE } from './commit/bench.ts';
import { cloneWithLfs, hasGitLfs, OUTPUTS_ONLY } from './commit/lfs.ts';
import { oneTransfer, REPOSITORY } from './workbench.ts';

describe.skipIf(!hasGitLfs()).concurrent('commit: branch, with outputs that Git LFS keeps', () => {
  test('uploads the video before the commit that points at it, and the next run reuses it', async () => {
    const bench = await startCommitting({
      config: oneTransfer('prospolabs'),
      files: { '.gitattributes': OUTPUTS_ONLY },
    });
    // Whatever git and git-lfs ask for, they ask with the token.
    const access = { tokens: { write: [bench.token] }, visibility: 'private' } as const;
    bench.emulator.serveGit(REPOSITORY, bench.server, access);
    const workspace = bench.clone();
    const run = await bench.commitRun({}, { workspace });
    expect(run.exitCode, run.stdout).toBe(0);
    const video = readFileSync(join(workspace, WAVE));
    expect(videoOf(video)).toBe('ftyp');
    expect(bench.bytesAtServer(WAVE).toString()).toMatch(
      new RegExp(
        `^version https://git-lfs\\.github\\.com/spec/v1\noid sha256:[0-9a-f]{64}\nsize ${video.length}\n$`,
      ),
    );
    const requests = bench.emulator.requests.map(({ method, path }) => `${method} ${path}`);
    const uploaded = requests.findIndex((request) => /^PUT .*\/info\/lfs\/objects\//.test(request));
    const pushed = requests.findLastIndex((request) => /^POST .*\/git-receive-pack$/.test(request));
    expect(uploaded).toBeGreaterThan(0);
    expect(pushed).toBeGreaterThan(uploaded);
    expect(readFileSync(join(await cloneWithLfs(bench, 'with-lfs'), WAVE))).toEqual(video);

    const next = await bench.commitRun();
    expect(next.exitCode, next.stdout).toBe(0);
    expect(next.outputs).toMatchObject({ 'reused-count': '1' });
    expect(bench.changed()).toEqual([WAVE, LOCKFILE]);
    expect(bench.submits()).toBe(1);
  });

  test('pushes nothing when the upload fails, and says that the video is safe', async () => {
    const bench = await startCommitting({
      config: oneTransfer('prospolabs'),
      files: { '.gitattributes': OUTPUTS_ONLY },
    });
    const tip = bench.tip();
    bench.emulator.inject({ at: 'git-lfs', kind: 'error', status: 507, times: 50 });
    const run = await bench.commitRun();
    expect(run.exitCode).toBe(1);
    const said = run.annotations.at(-1)?.message;
    expect(said).toContain('Git LFS did not take the videos');
    expect(said).toContain('nothing is bought again');
    expect(bench.tip()).toBe(tip);
  });
});
