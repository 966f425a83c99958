import { describe, expect, test } from 'vitest';
import {
  cancel,
  HOUR_MS,
  isHanging,
  startAnnouncing,
  startSlow,
  startWithUrl,
} from './stopping-bench.ts';
import { CONFIG, namesOfArtifact, oneTransfer, startWorkbench } from './workbench.ts';

describe.concurrent('a run that is killed', () => {
  test('does not have its video laid over a file that came in between', async () => {
    const bench = await startSlow(oneTransfer('empiriolabs'));
    const running = bench.start();
    await running.printed('animations/wave: waiting');
    running.kill('SIGKILL');
    await running.finished;
    bench.write('animations/wave.mp4', 'my own film');

    bench.emulator.advance(HOUR_MS);
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
    bench.emulator.inject({ at: 'download', kind: 'slow-body', totalMs: HOUR_MS });
    const running = bench.start();
    await running.printed('animations/wave: downloading');
    running.kill('SIGKILL');
    await running.finished;
    bench.emulator.clearFaults();

    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(1);
  });

  test('and whose prompt changes then has its job in the plan, in the artifact, and bought once', async () => {
    const prompted = (prompt: string) =>
      oneTransfer('empiriolabs').replace('a robot waves', prompt);
    const bench = await startSlow(prompted('a first prompt'));
    const running = bench.start();
    await running.printed('animations/wave: waiting');
    running.kill('SIGKILL');
    await running.finished;
    bench.write(CONFIG, prompted('a second prompt'));

    const plan = await bench.run({ command: 'plan' });
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(plan.stdout).toContain('is not here yet; a run collects it');
    expect(plan.summary).toContain('a run collects it');

    const collecting = bench.start();
    await collecting.printed('animations/wave: waiting');
    bench.emulator.advance(HOUR_MS);
    const run = await collecting.finished;
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.results(run).results).toMatchObject([
      { id: 'animations/wave', state: 'generated' },
      { id: 'animations/wave (earlier)', state: 'collected' },
    ]);
    const collected = /^collected\/animations-wave-[0-9a-f]{8}\.mp4$/;
    expect(namesOfArtifact(bench)).toEqual([
      'animations/wave.mp4',
      expect.stringMatching(collected),
      'gallery.html',
      'motion-transfer.lock.json',
      'plan.json',
      'results.json',
    ]);
    const again = await bench.run();
    expect(again.exitCode, again.stdout).toBe(0);
    expect(again.outputs['reused-count']).toBe('1');
    expect(bench.emulator.bill.map(({ parameters }) => parameters.prompt)).toEqual([
      'a first prompt',
      'a second prompt',
    ]);
  });
});

describe.concurrent('a run that is cancelled', () => {
  test('while a POST hangs gives up and says that the outcome is unknown', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({ at: 'submit', kind: 'stall', ms: Infinity });
    const running = startAnnouncing(bench);
    await bench.emulator.waitForCharge(() => true);
    const end = await cancel(running);
    const cancelled = await end();
    expect(bench.results(cancelled).results[0]?.state).toBe('unknown');
    expect(cancelled.outputs['held-cost']).toBe('0.304');
  });

  test.each(['plan', 'run'])(
    'while the planning of a %s asks a URL that hangs ends and leaves nothing locked',
    async (command) => {
      const bench = await startWithUrl();
      bench.emulator.inject({ at: 'input', kind: 'stall', ms: Infinity });
      const running = startAnnouncing(bench, { command });
      await isHanging(bench);
      const end = await cancel(running);
      expect((await end()).exitCode).toBe(1);
      expect(bench.submits()).toBe(0);
      bench.emulator.clearFaults();
      const run = await bench.run();
      expect(run.exitCode, run.stdout).toBe(0);
    },
  );

  test('starts no new purchase', async () => {
    const bench = await startSlow();
    const running = startAnnouncing(bench, { concurrency: '1' });
    await bench.emulator.waitForCharge(() => true);
    const end = await cancel(running);
    bench.emulator.advance(HOUR_MS);
    const cancelled = await end();
    expect(bench.results(cancelled).results.map((result) => result.state)).toEqual([
      'in-progress',
      'not-started',
    ]);
    expect(bench.submits()).toBe(1);
  });
});

describe.concurrent('two runs in one checkout', () => {
  test('buy once, although the one would have bought while the other was planning', async () => {
    const bench = await startWithUrl();
    bench.emulator.inject({ at: 'input', kind: 'stall', ms: HOUR_MS });
    const planning = bench.start();
    await isHanging(bench);
    const other = await bench.run();
    expect(other.exitCode).toBe(1);
    expect(other.stdout).toMatch(/is held by/);
    expect(bench.submits()).toBe(0);

    bench.emulator.advance(HOUR_MS);
    const run = await planning.finished;
    expect(run.exitCode, run.stdout).toBe(0);
    const third = await bench.run();
    expect(third.outputs).toMatchObject({ 'reused-count': '1', 'actual-cost': '0.00' });
    expect(bench.submits()).toBe(1);
    expect(bench.emulator.bill.length).toBe(1);
  });
});
