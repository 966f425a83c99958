import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  cancelAsRunnerDoes,
  type Performer,
  remuxPerformer,
  runAction,
} from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import {
  BUNDLE,
  namesInZip,
  oneTransfer,
  REPOSITORY,
  startWorkbench,
  type Workbench,
  type WorkbenchOptions,
} from './workbench.ts';

const CONFIG = '.github/motion-transfer.yml';
const HOUR_MS = 3_600_000;

const prompted = (prompt: string) => oneTransfer('empiriolabs').replace('a robot waves', prompt);

/** A workbench whose motion is fetched from the web while planning. */
async function startWithUrl(options: WorkbenchOptions = {}): Promise<Workbench> {
  const bench = await startWorkbench({ ...options, config: null });
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

/** A directory that several steps of one job share. */
function sharedTemporary(bench: Workbench) {
  bench.write('../runner-temp/keep', '');
  return { RUNNER_TEMP: join(bench.workspace, '../runner-temp') };
}

function runPost(
  bench: Workbench,
  environment: Record<string, string>,
  state = { main: 'started' },
) {
  return runAction({
    bundle: BUNDLE,
    workspace: bench.workspace,
    phase: 'post',
    state,
    environment: { ...bench.emulator.environment(), ...environment },
  });
}

function namesOfArtifact(bench: Workbench, index = 0): string[] {
  return namesInZip(bench.emulator.artifacts[index]?.bytes ?? Buffer.alloc(0));
}

describe.concurrent('two runs at once in one checkout', () => {
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

describe.concurrent('a charge above the hold', () => {
  test('of Prospolabs fails the run loudly, keeps the video and buys nothing more', async () => {
    const bench = await startWorkbench({
      config: `version: 1
provider: prospolabs
transfers:
  - { character: robot.png, motion: wave.mp4, output: animations/wave.mp4 }
  - { character: girl.png, motion: wave.mp4, output: animations/girl.mp4 }
`,
      prospolabs: { estimate: (microUsd) => microUsd * 3 },
    });
    const run = await bench.run({ concurrency: '1' });
    expect(run.exitCode).toBe(1);
    const errors = run.annotations.filter(({ level }) => level === 'error');
    expect(errors.map(({ message }) => message).join()).toMatch(
      /animations\/wave: it cost \$\S+ \(estimated\), more than the \$0\.38 that was held/,
    );
    expect(bench.results(run).results).toMatchObject([
      { state: 'generated', charge: { microUsd: expect.any(Number) } },
      { state: 'not-started', message: expect.stringContaining('charged more') },
    ]);
    expect(Number(run.outputs['actual-cost'])).toBeGreaterThan(0.38);
    expect(namesOfArtifact(bench)).toContain('animations/wave.mp4');
    expect(bench.submits()).toBe(1);
  });

  test('of EmpirioLabs fails the run loudly, and keeps the video', async () => {
    const bench = await startWorkbench({ config: oneTransfer('empiriolabs') });
    const commit = bench.git('rev-parse', 'HEAD').trim();
    const url = `${bench.emulator.origin}/raw/${REPOSITORY}/${commit}/dance.mp4`;
    const usage = { billable_units: 100, billing_unit: 'second' };
    const body = { job_id: 'job', status: 'completed', result: { data: [{ url }], usage } };
    bench.emulator.inject({ at: 'status', kind: 'error', status: 200, body });
    const run = await bench.run();
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain(
      'animations/wave: it cost $14.00 (provider-reported), more than the $0.70 that was held',
    );
    expect(bench.results(run).failure).toContain('it cost $14.00');
    expect(run.outputs['actual-cost']).toBe('14.00');
    expect(run.summary).toContain('$14.00');
    expect(bench.read('animations/wave.mp4').equals(bench.read('dance.mp4'))).toBe(true);
  });
});

describe.concurrent('a paid job whose prompt changed meanwhile', () => {
  test('is shown by the plan, collected into the artifact, and bought once', async () => {
    const bench = await startWorkbench({ config: prompted('a first wish'), jobDurationMs: 2_000 });
    const running = bench.start();
    await running.printed('animations/wave: waiting');
    running.kill('SIGKILL');
    await running.finished;
    bench.write(CONFIG, prompted('a second wish'));

    const plan = await bench.run({ command: 'plan' });
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(plan.stdout).toContain('is not here yet; a run collects it');
    expect(plan.summary).toContain('a run collects it');

    const run = await bench.run();
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
      'a first wish',
      'a second wish',
    ]);
  });
});

describe.concurrent('an unknown outcome', () => {
  test('keeps its hold in held-cost after take was raised', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({ at: 'submit', kind: 'lost-answer' });
    const lost = await bench.run();
    expect(lost.outputs['held-cost']).toBe('0.38');
    const blocked = await bench.run();
    expect(blocked.outputs).toMatchObject({ 'blocked-count': '1', 'held-cost': '0.38' });

    const raised = await bench.run({ take: '2' });
    expect(raised.outputs).toMatchObject({
      'generated-count': '1',
      'unknown-count': '1',
      'held-cost': '0.38',
    });
    expect(raised.stdout).toContain('$0.38 stays held');
    expect(bench.submits()).toBe(2);
  });
});

describe.concurrent('a prompt that went from A to B and back', () => {
  /** Whatever else it shows, the video of each prompt has its own bytes. */
  const performer: Performer = async (request) => {
    const note = Buffer.from(`....free${request.prompt}`);
    note.writeUInt32BE(note.length);
    return Buffer.concat([await remuxPerformer(request), note]);
  };

  test("is not answered with B's video", async () => {
    const bench = await startWorkbench({ config: prompted('A'), performer });
    await bench.run();
    const a = bench.read('animations/wave.mp4');
    bench.write(CONFIG, prompted('B'));
    expect((await bench.run()).exitCode).toBe(0);
    const b = bench.read('animations/wave.mp4');
    expect(a.equals(b)).toBe(false);

    bench.write(CONFIG, prompted('A'));
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.outputs['actual-cost']).toBe('0.00');
    expect(bench.read('animations/wave.mp4').equals(a)).toBe(true);
    expect(bench.submits()).toBe(2);

    const restored = await bench.run();
    expect(restored.exitCode, restored.stdout).toBe(0);
    expect(restored.outputs['reused-count']).toBe('1');
  });
});

describe.concurrent('the post step', () => {
  test('uploads only journaled videos, even when the lockfile names .env', async () => {
    const bench = await startWorkbench();
    bench.emulator.inject({ at: 'status', kind: 'status-word', word: 'queued', times: Infinity });
    const temporary = sharedTemporary(bench);
    const running = bench.start({}, { environment: temporary });
    await running.printed('animations/wave: done');
    running.kill('SIGKILL');
    const { state } = await running.finished;

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
    const post = await runPost(bench, temporary, { main: 'started', ...state });
    expect(post.exitCode, post.stdout).toBe(0);
    expect(namesOfArtifact(bench)).toEqual(['animations/wave.mp4', 'motion-transfer.lock.json']);
  });
});

describe.concurrent('a wrong key', () => {
  test('refused three times does not block; with the right one it works', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    for (let attempt = 1; attempt <= 3; attempt++) {
      const run = await bench.run({}, { environment: { PROSPOLABS_API_KEY: 'wrong' } });
      expect(run.outputs, run.stdout).toMatchObject({ 'failed-count': '1', 'held-cost': '0.00' });
      expect(run.stdout).toContain('invalid_api_key');
    }
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.emulator.bill.length).toBe(1);
  });
});

// The emulated runner sends SIGTERM after 7.5 s: ending on SIGINT means it took less.
describe.concurrent('SIGINT', () => {
  test.each(['artifact-create', 'artifact-upload'] as const)(
    'during a hanging %s ends in time, and the post step uploads',
    async (at) => {
      const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
      const stall = { at, kind: 'stall', ms: Infinity } as const;
      bench.emulator.inject(stall);
      const temporary = sharedTemporary(bench);
      const running = bench.start({}, { environment: temporary });
      const where = at === 'artifact-create' ? /CreateArtifact$/ : /blob/;
      await bench.emulator.waitFor(
        ({ path, status }) => where.test(path) && status === 'pending',
        30_000,
      );
      expect(await cancelAsRunnerDoes(running.child)).toBe('SIGINT');
      const { state } = await running.finished;
      expect(bench.exists('animations/wave.mp4')).toBe(true);

      bench.emulator.clearFaults();
      const post = await runPost(bench, temporary, { main: 'started', ...state });
      expect(post.stdout).toContain('uploaded what the interrupted run left behind');
      expect(namesOfArtifact(bench, bench.emulator.artifacts.length - 1)).toContain(
        'animations/wave.mp4',
      );
    },
  );

  test.each(['plan', 'run'])(
    'during the planning of a %s with a hanging URL ends in time and leaves nothing locked',
    async (command) => {
      const bench = await startWithUrl();
      bench.emulator.inject({ at: 'input', kind: 'stall', ms: Infinity });
      const running = bench.start({ command });
      await isHanging(bench);
      expect(await cancelAsRunnerDoes(running.child)).toBe('SIGINT');
      expect((await running.finished).exitCode).toBe(1);
      expect(bench.submits()).toBe(0);
      bench.emulator.clearFaults();
      const run = await bench.run();
      expect(run.exitCode, run.stdout).toBe(0);
    },
  );
});

describe.concurrent('an output', () => {
  test.each([
    ['inside plan.json', 'plan.json/wave.mp4', 'must not be inside plan.json'],
    ['inside results.json', 'results.json/wave.mp4', 'must not be inside results.json'],
    ['below a file', 'robot.png/wave.mp4', 'robot.png is a file'],
  ])('%s is refused before anything is bought', async (_title, output, words) => {
    const config = oneTransfer('prospolabs').replace('animations/wave.mp4', output);
    const bench = await startWorkbench({ config });
    const run = await bench.run();
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain(words);
    expect(bench.submits()).toBe(0);
  });

  test('that cannot be copied from its twin loses neither video nor report', async () => {
    const bench = await startWorkbench({
      config: `version: 1
provider: empiriolabs
transfers:
  - { character: robot.png, motion: wave.mp4, output: animations/wave.mp4 }
  - { character: robot.png, motion: wave.mp4, output: copies/wave.mp4 }
`,
      jobDurationMs: 1_500,
    });
    const running = bench.start();
    await running.printed('animations/wave: waiting');
    bench.write('copies', 'a file came in between');
    const run = await running.finished;
    expect(run.exitCode).toBe(1);
    expect(bench.results(run).results).toMatchObject([
      { state: 'generated' },
      { state: 'failed', message: expect.stringContaining('could not be copied') },
    ]);
    expect(run.outputs['failed-count']).toBe('1');
    expect(run.summary).toContain('could not be copied');
    expect(namesOfArtifact(bench)).toContain('animations/wave.mp4');

    rmSync(join(bench.workspace, 'copies'));
    const again = await bench.run();
    expect(again.exitCode, again.stdout).toBe(0);
    expect(bench.read('copies/wave.mp4').equals(bench.read('animations/wave.mp4'))).toBe(true);
    expect(bench.submits()).toBe(1);
  });
});

describe.concurrent('two run steps in one job', () => {
  test('keep both output directories', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    const environment = sharedTemporary(bench);
    const first = await bench.run({}, { environment });
    const video = bench.read('animations/wave.mp4');
    const second = await bench.run({ take: '2' }, { environment });
    const directories = [first, second].map((run) => run.outputs['output-directory'] ?? '');
    expect(new Set(directories).size).toBe(2);
    for (const directory of directories) {
      expect(existsSync(join(directory, 'results.json'))).toBe(true);
      expect(existsSync(join(directory, 'animations/wave.mp4'))).toBe(true);
    }
    expect(readFileSync(join(directories[0] ?? '', 'animations/wave.mp4')).equals(video)).toBe(
      true,
    );
    expect(bench.results(first).results[0]?.state).toBe('generated');
  });
});
