import { describe, expect, test } from 'vitest';
import { cancel, HOUR_MS, startAnnouncing, startSlow } from './stopping-bench.ts';
import { oneTransfer, startWorkbench } from './workbench.ts';

describe.concurrent('a run that is killed', () => {
  test('right after a submit leaves a job that the next run collects without buying again', async () => {
    const bench = await startSlow(oneTransfer('empiriolabs'));
    const running = bench.start();
    await running.printed('animations/wave: waiting');
    running.kill('SIGKILL');
    await running.finished;

    bench.emulator.advance(HOUR_MS);
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.stdout).toContain('it is collected, not bought again');
    expect(bench.emulator.bill.length).toBe(1);
    expect(bench.exists('animations/wave.mp4')).toBe(true);
  });

  test('while a synchronous POST is in flight leaves an unknown outcome that is never bought again', async () => {
    const bench = await startSlow(oneTransfer('prospolabs'));
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
});

describe.concurrent('a run that is cancelled', () => {
  test('while waiting ends by itself, and the next run collects', async () => {
    const bench = await startSlow(oneTransfer('empiriolabs'));
    const running = startAnnouncing(bench);
    await running.printed('animations/wave: waiting');
    const end = await cancel(running);
    const cancelled = await end();
    expect(cancelled.exitCode).toBe(1);
    expect(bench.results(cancelled).results[0]).toMatchObject({ state: 'in-progress' });

    bench.emulator.advance(HOUR_MS);
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(1);
  });

  test('while a POST is in flight waits for its answer and keeps the job', async () => {
    const bench = await startSlow(oneTransfer('prospolabs'));
    const running = startAnnouncing(bench);
    await bench.emulator.waitForCharge(() => true);
    const end = await cancel(running);
    bench.emulator.advance(HOUR_MS);
    const cancelled = await end();
    expect(bench.results(cancelled).results[0]?.state).toBe('in-progress');

    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(1);
  });
});

describe.concurrent('two runs in one checkout', () => {
  test('do not spend at the same time: the second says who holds the record', async () => {
    const bench = await startSlow(oneTransfer('empiriolabs'));
    const first = bench.start();
    await first.printed('animations/wave: waiting');
    const second = await bench.run();
    expect(second.exitCode).toBe(1);
    expect(second.stdout).toMatch(/is held by/);
    bench.emulator.advance(HOUR_MS);
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
