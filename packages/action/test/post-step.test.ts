import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { namesOfArtifact, sharedTemporary, startWorkbench, type Workbench } from './workbench.ts';

const HOUR_MS = 3_600_000;

/** A run that is killed when one video has arrived and the other job is accepted. */
async function killAfterFirstVideo(bench: Workbench, token?: string) {
  bench.emulator.inject({ at: 'status', kind: 'status-word', word: 'processing', times: Infinity });
  const environment = sharedTemporary(bench);
  const running = bench.start({}, { environment, ...(token != null && { token }) });
  await running.printed('animations/wave: done');
  await running.printed('animations/dance: waiting');
  running.kill('SIGKILL');
  await running.finished;
  return { environment };
}

describe.concurrent('the post step', () => {
  test.each([
    ['', true],
    [', also when the ledger cannot be reached any more', false],
  ])('uploads what a killed run has received%s', async (_title, isReachable) => {
    const bench = await startWorkbench();
    const token = bench.emulator.github.createToken({ contents: 'write' });
    const killed = await killAfterFirstVideo(bench, token);
    expect(bench.emulator.artifacts).toEqual([]);

    const post = await bench.run(
      {},
      { ...killed, phase: 'post', token: isReachable ? token : 'expired' },
    );
    expect(post.exitCode, post.stdout).toBe(0);
    expect(bench.emulator.artifacts.map((artifact) => artifact.name)).toEqual(['motion-transfer']);
    expect(bench.submits()).toBe(2);
  });

  test('uploads only journaled videos, even when the lockfile names .env', async () => {
    const bench = await startWorkbench();
    const killed = await killAfterFirstVideo(bench);

    const secret = 'TOKEN=hunter2';
    bench.write('.env', secret);
    const lockfile = JSON.parse(bench.read('motion-transfer.lock.json').toString());
    lockfile.outputs['.env'] = {
      ...lockfile.outputs['animations/wave.mp4'],
      sha256: createHash('sha256').update(secret).digest('hex'),
      bytes: secret.length,
      generatedAt: new Date(Date.now() + HOUR_MS).toISOString(),
    };
    bench.write('motion-transfer.lock.json', JSON.stringify(lockfile));
    const post = await bench.run({}, { ...killed, phase: 'post' });
    expect(post.exitCode, post.stdout).toBe(0);
    expect(namesOfArtifact(bench)).toEqual(['animations/wave.mp4', 'motion-transfer.lock.json']);
  });
});
