import { cancelAsRunnerDoes, type RunningAction } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import {
  CONFIG,
  namesOfArtifact,
  oneTransfer,
  REPOSITORY,
  startWorkbench,
  type Workbench,
} from './workbench.ts';

/** Longer than any test: a job is finished, or a server answers, when the test lets an hour pass. */
const HOUR_MS = 3_600_000;
/** The runner sends SIGTERM 7.5 s after SIGINT (its ProcessInvoker.cs). */
const RUNNER_WAIT_MS = 7_500;
const ANNOUNCE = new URL('./announce-signals.ts', import.meta.url).href;

/** A workbench whose jobs take an hour. */
function startSlow(config?: string): Promise<Workbench> {
  return startWorkbench({ ...(config != null && { config }), jobDurationMs: HOUR_MS });
}

/** A workbench whose motion is fetched from the web while planning. */
async function startWithUrl(): Promise<Workbench> {
  const bench = await startWorkbench({ config: null });
  const commit = bench.git('rev-parse', 'HEAD').trim();
  const url = `${bench.emulator.origin}/raw/${REPOSITORY}/${commit}/wave.mp4`;
  bench.write(CONFIG, oneTransfer('empiriolabs').replace('motion: wave.mp4', `motion: ${url}`));
  bench.commit('Add a config');
  return bench;
}

/** The motion's server has been asked and does not answer. */
function isHanging(bench: Workbench) {
  return bench.emulator.waitFor(
    ({ path, status }) => path.endsWith('/wave.mp4') && status === 'pending',
  );
}

/** A run that prints when a signal has arrived. */
function startAnnouncing(bench: Workbench, inputs: Record<string, string> = {}): RunningAction {
  return bench.start(inputs, { environment: { NODE_OPTIONS: `--import=${ANNOUNCE}` } });
}

/** Cancels; resolves when the action knows, with how to wait for its end by itself. */
async function cancel(running: RunningAction) {
  const ended = cancelAsRunnerDoes(running.child, { sigintMs: HOUR_MS });
  const log = await running.printed('SIGINT has arrived');
  const [, forcedAfterMs] = /a forced end would follow in (\d+) ms/.exec(log) ?? [];
  expect(Number(forcedAfterMs)).toBeGreaterThan(0);
  expect(Number(forcedAfterMs)).toBeLessThan(RUNNER_WAIT_MS);
  return async () => {
    expect(await ended).toBe('SIGINT');
    return running.finished;
  };
}

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

describe('the deadline', () => {
  test('is not passed by a synchronous call that may take 15 minutes', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    const run = await bench.run({ 'timeout-minutes': '10' });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('raise timeout-minutes');
    expect(bench.submits()).toBe(0);
  });
});
