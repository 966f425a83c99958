import { execFileSync } from 'node:child_process';
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
