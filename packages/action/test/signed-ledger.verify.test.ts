import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { entries, startShared } from './ledger/shared.ts';
import { BOTH_PROVIDERS, REPOSITORY, sharedTemporary } from './workbench.ts';

describe.concurrent('a ledger whose branch takes signed commits only', () => {
  test('is bought for once when the answer to a commit is lost', async () => {
    const { bench, elsewhere } = await startShared();
    await bench.emulator.requireSignedCommits(REPOSITORY);
    bench.emulator.inject({ at: 'rest-graphql', kind: 'lost-answer' });
    const run = await bench.run({}, elsewhere());
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.emulator.firedFaults).toHaveLength(1);
    expect(run.stdout).toContain('looking whether it was written');
    expect(entries(bench)).toMatchObject([{ state: 'recorded' }]);
    expect(bench.submits()).toBe(1);
  });

  test('is written by the post step too, which works in the same checkout as the step', async () => {
    const { bench, token } = await startShared({ config: BOTH_PROVIDERS });
    await bench.emulator.requireSignedCommits(REPOSITORY);
    bench.emulator.inject({
      at: 'status',
      kind: 'status-word',
      word: 'processing',
      times: Infinity,
    });
    const workspace = join(bench.workspace, '../runner');
    mkdirSync(workspace);
    execFileSync('git', ['clone', '--quiet', bench.workspace, join(workspace, 'app')]);
    const inputs = { 'working-directory': 'app' };
    const sha = bench.git('rev-parse', 'HEAD').trim();
    const options = { workspace, environment: sharedTemporary(bench), token, sha };
    const running = bench.start(inputs, options);
    await running.printed('animations/wave: done');
    await running.printed('animations/dance: waiting');
    running.kill('SIGKILL');
    await running.finished;
    const statesOf = () =>
      entries(bench)
        .map((entry) => entry.state)
        .sort();
    expect(statesOf()).not.toContain('recorded');
    const post = await bench.run(inputs, { ...options, phase: 'post' });
    expect(post.exitCode, post.stdout).toBe(0);
    expect(bench.emulator.artifacts).toHaveLength(1);
    expect(statesOf()).toEqual(['recorded', 'submitted']);
    expect(bench.submits()).toBe(2);
  });
});
