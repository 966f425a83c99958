import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { oneTransfer, startWithoutArtifacts } from './workbench.ts';

const isRoot = process.getuid?.() === 0;

describe.concurrent('a checkout that belongs to another user, as in a container job', () => {
  // Only root can give files to another user.
  test.skipIf(!isRoot)('is bought for without any setting of the user', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    bench.write('../home/keep', '');
    const workspace = bench.checkout();
    const sha = bench.git('rev-parse', 'HEAD').trim();
    execFileSync('chown', ['-R', '12345:12345', workspace]);
    const environment = { HOME: join(bench.workspace, '../home') };
    const run = await bench.run({}, { workspace, sha, environment });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(1);
    expect(run.stdout).not.toContain('dubious');
  });
});

describe.concurrent('a checkout below the workspace, as `path` of actions/checkout makes it', () => {
  const startBelow = async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    const workspace = join(bench.workspace, '../runner');
    mkdirSync(workspace);
    execFileSync('git', ['clone', '--quiet', bench.workspace, join(workspace, 'app')]);
    const sha = bench.git('rev-parse', 'HEAD').trim();
    return {
      bench,
      workspace,
      run: (inputs: Record<string, string>) => bench.run(inputs, { workspace, sha }),
    };
  };

  test('is worked in when working-directory names it, with every path relative to it', async () => {
    const { bench, workspace, run } = await startBelow();
    const bought = await run({ 'working-directory': 'app' });
    expect(bought.exitCode, bought.stdout).toBe(0);
    expect(bench.results(bought).results).toMatchObject([
      { id: 'animations/wave', state: 'generated' },
    ]);
    expect(existsSync(join(workspace, 'app/animations/wave.mp4'))).toBe(true);
    expect(existsSync(join(workspace, 'app/motion-transfer.lock.json'))).toBe(true);
    expect(readdirSync(workspace)).toEqual(['app']);
    const artifact = bought.outputs['output-directory'] ?? '';
    expect(existsSync(join(artifact, 'animations/wave.mp4'))).toBe(true);
    // An absolute path, through a link, is the same checkout.
    symlinkSync('app', join(workspace, 'link'));
    const again = await run({ 'working-directory': join(workspace, 'link') });
    expect(again.outputs['reused-count'], again.stdout).toBe('1');
    expect(bench.submits()).toBe(1);
  });

  test('is named, with the input to write, when nothing says so', async () => {
    const { bench, run } = await startBelow();
    const blocked = await run({ config: 'app/.github/motion-transfer.yml' });
    expect(blocked.exitCode).toBe(1);
    expect(blocked.stdout).toContain(
      'the workspace is no git checkout, but app in it is one: write `working-directory: app` to work there',
    );
    expect(bench.submits()).toBe(0);
  });

  test.each([
    ['..', 'leads out of the workspace'],
    ['/etc', 'leads out of the workspace'],
    ['app/.git', "is git's own directory and not a checkout; give the directory that holds"],
    ['elsewhere', 'holds no checkout; give the `path` that actions/checkout of this job has'],
  ])('is refused at %s: it %s', async (directory, reason) => {
    const { bench, run } = await startBelow();
    const refused = await run({ 'working-directory': directory });
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain(`input working-directory: "${directory}" ${reason}`);
    expect(bench.submits()).toBe(0);
  });
});

describe.concurrent('an event that says nothing about the repository, as a schedule may', () => {
  const schedule = {
    event: { name: 'schedule', payload: { schedule: '0 5 * * 1' } },
    withoutRepositoryData: true,
  };

  test('is planned and bought for as what GitHub says the repository is', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    const token = bench.emulator.github.createToken({ contents: 'write' });
    const run = await bench.run({}, { ...schedule, token });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(1);
  });

  test('is blocked in a private repository, and without a token, with what to do', async () => {
    const hidden = await startWithoutArtifacts({
      config: oneTransfer('prospolabs'),
      visibility: 'private',
    });
    const token = hidden.emulator.github.createToken({ contents: 'write' });
    const blocked = await hidden.run({}, { ...schedule, token });
    expect(blocked.stdout).toContain('this repository is private; name a bucket');
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    const unasked = await bench.run({}, schedule);
    expect(unasked.stdout).toContain('there is no github-token to ask GitHub with');
    expect(hidden.submits() + bench.submits()).toBe(0);
  });
});

describe.concurrent('an asset that is a symbolic link', () => {
  test('is bought, and the provider reads the file that it leads to', async () => {
    const config = oneTransfer('prospolabs').replace('robot.png', 'link.png');
    const bench = await startWithoutArtifacts({ config });
    symlinkSync('robot.png', join(bench.workspace, 'link.png'));
    bench.commit();
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(1);
    const read = bench.emulator.requests.filter(({ path }) => path.endsWith('.png'));
    expect(new Set(read.map(({ path }) => path.split('/').at(-1)))).toEqual(new Set(['robot.png']));
    // The link and the file are one asset: nothing is bought again for either name.
    bench.write('.github/motion-transfer.yml', oneTransfer('prospolabs'));
    bench.commit();
    const again = await bench.run();
    expect(again.outputs['reused-count'], again.stdout).toBe('1');
  });
});
