import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { valid } from './one-transfer-inputs.ts';
import { oneTransfer, startWithoutArtifacts, startWorkbench } from './workbench.ts';

describe.concurrent('inputs', () => {
  test('without a provider fail and list the providers', async () => {
    const bench = await startWithoutArtifacts({ config: null });
    const run = await bench.run({ ...valid, provider: '' });
    expect(run.stdout).toMatch(/prospolabs.*empiriolabs/);
    expect(run.exitCode).toBe(1);
  });

  test('are all validated before anything happens, in one message', async () => {
    const bench = await startWithoutArtifacts({ config: null });
    const run = await bench.run({
      ...valid,
      tier: 'ultra',
      take: '0',
      'max-cost': '.inf',
      motion: '../wave.mp4',
    });
    expect(run.exitCode).toBe(1);
    const text = run.annotations.map((annotation) => annotation.message).join('\n');
    for (const name of ['tier', 'take', 'max-cost', 'motion']) expect(text).toContain(name);
    expect(bench.submits()).toBe(0);
  });
});

describe.concurrent('assets', () => {
  test('kept in LFS are read from the media host', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    const clip = bench.read('wave.mp4');
    const oid = createHash('sha256').update(clip).digest('hex');
    bench.write(`.git/lfs/objects/${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}`, clip);
    // What git-lfs would do, with a filter of one line.
    bench.git(
      'config',
      'filter.lfs.clean',
      `printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:${oid}\\nsize ${clip.length}\\n'; cat >/dev/null`,
    );
    bench.git('config', 'filter.lfs.smudge', 'cat');
    bench.write('.gitattributes', '*.mp4 filter=lfs diff=lfs merge=lfs -text\n');
    bench.git('rm', '--quiet', '--cached', 'wave.mp4');
    bench.commit('Keep clips in LFS');
    expect(bench.git('show', 'HEAD:wave.mp4')).toContain('git-lfs');
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    const body = bench.emulator.requests.find((request) =>
      request.path.endsWith('/generate'),
    )?.body;
    expect(JSON.stringify(body)).toContain('/media/octo/animations/');
  });
});

describe.concurrent('secrets', () => {
  test('are not sent to a base URL that is neither https nor this machine', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    const run = await bench.run({}, { environment: { PROSPOLABS_BASE_URL: 'http://example.com' } });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('PROSPOLABS_BASE_URL is not usable');
  });
});
