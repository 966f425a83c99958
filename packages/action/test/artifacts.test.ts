import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { uploadInSpiteOf } from './artifacts/scenes.ts';
import {
  BOTH_PROVIDERS,
  namesOfArtifact,
  oneTransfer,
  sharedTemporary,
  startWorkbench,
  type Workbench,
} from './workbench.ts';

describe.concurrent('the artifact', () => {
  test('holds the videos, the gallery, the lockfile, plan.json and results.json, for as many days as asked', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    const run = await bench.run({ 'retention-days': '5' });
    const [artifact] = bench.emulator.artifacts;
    expect(namesOfArtifact(bench)).toEqual([
      'animations/wave.mp4',
      'gallery.html',
      'motion-transfer.lock.json',
      'plan.json',
      'results.json',
    ]);
    const days = (Date.parse(artifact?.expiresAt ?? '') - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(5);
    expect(run.outputs['artifact-id']).toMatch(/^\d+$/);
  });

  test('is uploaded in spite of a reset inside the upload', () =>
    uploadInSpiteOf({ at: 'artifact-upload', kind: 'reset-before' }));

  test('that cannot be uploaded fails the step, keeps the videos and says where they are', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({ at: 'artifact-create', kind: 'error', status: 403, times: Infinity });
    const run = await bench.run();
    expect(run.exitCode).toBe(1);
    const message = run.annotations
      .filter((annotation) => annotation.level === 'error')
      .map((annotation) => annotation.message)
      .join();
    expect(message).toContain('could not be uploaded');
    // By its output: on a machine of GitHub's own the path means nothing after the job.
    expect(message).toContain('in the directory of the output output-directory');
    expect(message).not.toContain(run.outputs['output-directory']);
    expect(bench.exists('animations/wave.mp4')).toBe(true);
    expect(run.outputs).toMatchObject({ 'actual-cost': '0.00', 'held-cost': '0.304' });
    // Written before the upload, when it still looked delivered, and again after it failed.
    expect(bench.results(run)).toMatchObject({
      totals: { chargedMicroUsd: 0, heldMicroUsd: 304_000 },
      results: [{ charge: null, holdMicroUsd: 304_000 }],
    });

    bench.emulator.clearFaults();
    const again = await bench.run();
    expect(again.outputs).toMatchObject({ 'actual-cost': '0.304', 'held-cost': '0.00' });
    expect(bench.submits()).toBe(1);
  });

  test('that cannot be put together loses nothing of the report', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    const environment = sharedTemporary(bench);
    bench.emulator.inject({
      at: 'status',
      kind: 'status-word',
      word: 'processing',
      times: Infinity,
    });
    const running = bench.start({}, { environment });
    await running.printed('animations/wave: waiting');
    // From here on nothing can be written there.
    rmSync(environment.RUNNER_TEMP, { recursive: true });
    writeFileSync(environment.RUNNER_TEMP, '');
    bench.emulator.clearFaults();
    const run = await running.finished;
    expect(run.exitCode, run.stdout).toBe(1);
    expect(run.stdout).toMatch(/::error::The delivery failed \(/);
    expect(run.outputs).toMatchObject({
      'generated-count': '1',
      'actual-cost': '0.00',
      'held-cost': '0.304',
    });
    expect(run.summary).toContain('The delivery failed');
    expect(bench.exists('animations/wave.mp4')).toBe(true);
  });

  test('that the step could not upload is uploaded by the post step, and counted then', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    const temporary = { RUNNER_TEMP: `${bench.workspace}/../runner-temp` };
    bench.write('../runner-temp/keep', '');
    bench.emulator.inject({ at: 'artifact-create', kind: 'error', status: 403, times: Infinity });
    const run = await bench.run({}, { environment: temporary });
    expect(run.exitCode).toBe(1);
    bench.emulator.clearFaults();

    const post = await bench.run({}, { phase: 'post', environment: temporary });
    expect(post.exitCode, post.stdout).toBe(0);
    expect(bench.emulator.artifacts.map(({ name }) => name)).toEqual(['motion-transfer']);
    const again = await bench.run();
    expect(again.outputs).toMatchObject({ 'reused-count': '1', 'held-cost': '0.00' });
    expect(bench.submits()).toBe(1);
  });

  test('is left out with a warning on GitHub Enterprise Server, which has no such service', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    const run = await bench.run(
      {},
      { environment: { GITHUB_SERVER_URL: 'https://github.example.com' } },
    );
    expect(run.exitCode, run.stdout).toBe(0);
    expect(
      run.annotations.some((annotation) => annotation.message.includes('no artifact service')),
    ).toBe(true);
  });
});

describe.concurrent('a video that is not where it was placed any more when the artifact is made', () => {
  const wave = 'animations/wave.mp4';

  /** Acts at each request while the first video is at its place and the second is still to come. */
  async function startWithThief(act: (bench: Workbench) => void) {
    let bench: Workbench | null = null;
    const made = await startWorkbench({
      config: BOTH_PROVIDERS,
      checkpoint: async () => {
        if (bench?.exists(wave) === true) act(bench);
        return 'pass';
      },
    });
    bench = made;
    return made;
  }
  const downloads = (bench: Workbench) => join(bench.workspace, '.git/motion-transfer/downloads');

  test.each([
    ['removed', (bench: Workbench) => rmSync(join(bench.workspace, wave))],
    ['changed', (bench: Workbench) => bench.write(wave, 'something else')],
  ])('and was %s is delivered from its download', async (_what, act) => {
    const bench = await startWithThief(act);
    const run = await bench.run({ concurrency: '1' });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(namesOfArtifact(bench)).toContain(wave);
    expect(run.outputs['held-cost']).toBe('0.00');
    expect(readdirSync(downloads(bench))).toEqual([]);
  });

  test('nor its download stays held, fails the run, and is delivered by the next one', async () => {
    let isStolen = false;
    const bench = await startWithThief((at) => {
      if (isStolen) return;
      rmSync(downloads(at), { recursive: true });
      rmSync(join(at.workspace, wave));
      isStolen = true;
    });
    const run = await bench.run({ concurrency: '1' });
    expect(run.exitCode, run.stdout).toBe(1);
    expect(namesOfArtifact(bench)).not.toContain(wave);
    expect(run.stdout).toMatch(/::error::.*Not delivered: animations\/wave\.mp4: .*ENOENT/);
    expect(run.stdout).toContain('It is paid for and its money stays held');
    expect(run.outputs['held-cost']).toBe('0.304');
    const again = await bench.run();
    expect(again.exitCode, again.stdout).toBe(0);
    expect(again.outputs['held-cost']).toBe('0.00');
    expect(bench.submits()).toBe(2);
  });
});
