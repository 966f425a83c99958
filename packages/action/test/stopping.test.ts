import { cancelAsRunnerDoes } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import { oneTransfer, startWorkbench } from './workbench.ts';

describe('a run that is killed', () => {
  test('right after a submit leaves a job that the next run collects without buying again', async () => {
    const bench = await startWorkbench({
      config: oneTransfer('empiriolabs'),
      jobDurationMs: 3_000,
    });
    const running = bench.start();
    await running.printed('animations/wave: waiting');
    running.kill('SIGKILL');
    await running.finished;

    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.stdout).toContain('it is collected, not bought again');
    expect(bench.emulator.bill.length).toBe(1);
    expect(bench.exists('animations/wave.mp4')).toBe(true);
  });

  test('while a synchronous POST is in flight leaves an unknown outcome that is never bought again', async () => {
    const bench = await startWorkbench({
      config: oneTransfer('prospolabs'),
      jobDurationMs: 60_000,
    });
    const running = bench.start();
    await bench.emulator.waitForCharge(() => true);
    running.kill('SIGKILL');
    await running.finished;

    const plan = await bench.run({ command: 'plan' });
    expect(plan.stdout).toContain('nobody can say whether it was accepted');
    const run = await bench.run();
    expect(run.exitCode).toBe(1);
    expect(run.outputs['blocked-count']).toBe('1');
    expect(bench.submits()).toBe(1);
    expect(bench.emulator.bill.length).toBe(1);
  });

  test('does not have its video laid over a file that came in between', async () => {
    const bench = await startWorkbench({
      config: oneTransfer('empiriolabs'),
      jobDurationMs: 1_000,
    });
    const running = bench.start();
    await running.printed('animations/wave: waiting');
    running.kill('SIGKILL');
    await running.finished;
    bench.write('animations/wave.mp4', 'my own film');

    const run = await bench.run();
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('so it is not overwritten; move it away');
    expect(bench.read('animations/wave.mp4').toString()).toBe('my own film');
    bench.git('clean', '--quiet', '-fd', 'animations');
    const again = await bench.run();
    expect(again.exitCode, again.stdout).toBe(0);
    expect(bench.submits()).toBe(1);
  });

  test('at any moment of the download loses nothing', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({ at: 'download', kind: 'slow-body', totalMs: 5_000 });
    const running = bench.start();
    await running.printed('animations/wave: downloading');
    running.kill('SIGKILL');
    await running.finished;
    bench.emulator.clearFaults();

    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(1);
  });

  test.each([
    ['', true],
    [', also when the ledger cannot be reached any more', false],
  ])('after a video arrived has it uploaded by the post step%s', async (_title, isReachable) => {
    const bench = await startWorkbench({
      config: `version: 1
transfers:
  - { character: robot.png, motion: wave.mp4, output: animations/wave.mp4, provider: prospolabs }
  - { character: robot.png, motion: dance.mp4, output: animations/dance.mp4, provider: empiriolabs }
`,
    });
    bench.emulator.inject({
      at: 'status',
      kind: 'status-word',
      word: 'processing',
      times: Infinity,
    });
    const token = bench.emulator.github.createToken({ contents: 'write' });
    const temporary = { RUNNER_TEMP: `${bench.workspace}/../runner-temp` };
    bench.write('../runner-temp/keep', '');
    const running = bench.start({}, { token, environment: temporary });
    await running.printed('animations/wave: done');
    running.kill('SIGKILL');
    const killed = await running.finished;
    expect(bench.emulator.artifacts).toEqual([]);

    const post = await bench.run(
      {},
      {
        phase: 'post',
        state: killed.state,
        token: isReachable ? token : 'expired',
        environment: temporary,
      },
    );
    expect(post.exitCode, post.stdout).toBe(0);
    expect(bench.emulator.artifacts.map((artifact) => artifact.name)).toEqual(['motion-transfer']);
    expect(bench.submits()).toBe(2);
  });
});

describe('a run that is cancelled', () => {
  test('while waiting ends by itself, and the next run collects', async () => {
    const bench = await startWorkbench({
      config: oneTransfer('empiriolabs'),
      jobDurationMs: 4_000,
    });
    const running = bench.start();
    await running.printed('animations/wave: waiting');
    // The emulated runner sends SIGTERM after 7.5 s: ending on SIGINT means it took less.
    expect(await cancelAsRunnerDoes(running.child)).toBe('SIGINT');
    const cancelled = await running.finished;
    expect(cancelled.exitCode).toBe(1);
    expect(bench.results(cancelled).results[0]).toMatchObject({ state: 'in-progress' });

    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(1);
  });

  test('while a POST is in flight waits for its answer and keeps the job', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs'), jobDurationMs: 1_500 });
    const running = bench.start();
    await bench.emulator.waitForCharge(() => true);
    expect(await cancelAsRunnerDoes(running.child)).toBe('SIGINT');
    const cancelled = await running.finished;
    expect(bench.results(cancelled).results[0]?.state).toBe('in-progress');

    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(1);
  });

  test('while a POST hangs gives up in time and says that the outcome is unknown', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({ at: 'submit', kind: 'stall', ms: Infinity });
    const running = bench.start();
    await bench.emulator.waitForCharge(() => true);
    expect(await cancelAsRunnerDoes(running.child)).toBe('SIGINT');
    const cancelled = await running.finished;
    expect(bench.results(cancelled).results[0]?.state).toBe('unknown');
    expect(cancelled.outputs['held-cost']).toBe('0.38');
  });

  test('starts no new purchase', async () => {
    const bench = await startWorkbench({ jobDurationMs: 1_000 });
    const running = bench.start({ concurrency: '1' });
    await bench.emulator.waitForCharge(() => true);
    expect(await cancelAsRunnerDoes(running.child)).toBe('SIGINT');
    const cancelled = await running.finished;
    expect(bench.results(cancelled).results.map((result) => result.state)).toEqual([
      'in-progress',
      'not-started',
    ]);
    expect(bench.submits()).toBe(1);
  });
});

describe('two runs in one checkout', () => {
  test('do not spend at the same time: the second says who holds the record', async () => {
    const bench = await startWorkbench({
      config: oneTransfer('empiriolabs'),
      jobDurationMs: 3_000,
    });
    const first = bench.start();
    await first.printed('animations/wave: waiting');
    const second = await bench.run();
    expect(second.exitCode).toBe(1);
    expect(second.stdout).toMatch(/is held by/);
    expect((await first.finished).exitCode).toBe(0);
    expect(bench.submits()).toBe(1);
  });
});

describe('the deadline', () => {
  test('is not passed by a synchronous call that may take 15 minutes', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    const run = await bench.run({ 'timeout-minutes': '10' });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('raise timeout-minutes');
    expect(bench.submits()).toBe(0);
  });
});
