import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { LOCKFILE, startCommitting, videoOf, WAVE } from './commit/bench.ts';
import { ATTRIBUTES, cloneWithLfs, pathWithoutLfs, requireGitLfs } from './commit/lfs.ts';
import { oneTransfer } from './workbench.ts';

beforeAll(requireGitLfs);

/** The clips of the repository are committed as they are. */
const OUTPUTS_ONLY = ATTRIBUTES.replace('*.mp4', 'animations/**');

describe.concurrent('commit: branch, with outputs that Git LFS keeps', () => {
  test('uploads the video before the commit that points at it, and the next run reuses it', async () => {
    const bench = await startCommitting({
      config: oneTransfer('prospolabs'),
      files: { '.gitattributes': OUTPUTS_ONLY },
    });
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

  test('names what is missing without git-lfs, and what another server or another filter keeps', async () => {
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
  });
});
