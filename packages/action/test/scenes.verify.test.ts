import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { remuxPerformer } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import { CONFIG, namesOfArtifact, oneTransfer, startWorkbench } from './workbench.ts';

const HOUR_MS = 3_600_000;

describe.concurrent('the main job', () => {
  test('loses neither video nor report when an output cannot be copied from its duplicate', async () => {
    const bench = await startWorkbench({
      config: `version: 1
provider: empiriolabs
transfers:
  - { character: robot.png, motion: wave.mp4, output: animations/wave.mp4 }
  - { character: robot.png, motion: wave.mp4, output: copies/wave.mp4 }
`,
      jobDurationMs: HOUR_MS,
    });
    const running = bench.start();
    await running.printed('animations/wave: waiting');
    bench.write('copies', 'a file came in between');
    bench.emulator.advance(HOUR_MS);
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

  test('takes async and nested Prospolabs requests as options, and polls the assumed status path', async () => {
    const bench = await startWorkbench({
      prospolabs: { body: 'nested' },
      config: oneTransfer(
        'prospolabs',
        '    provider-options: { prospolabs: { async: true, body-shape: nested } }\n',
      ),
    });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(
      bench.emulator.requests.some((request) =>
        request.path.startsWith('/prospolabs/v1/generations/gen_'),
      ),
    ).toBe(true);
  });

  test('polls when Prospolabs answers queued although it was asked to wait', async () => {
    const bench = await startWorkbench({
      config: oneTransfer('prospolabs'),
      prospolabs: { answer: 'queued' },
    });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(1);
  });

  test('says when it was paid, where nobody can be asked for the video, and buys nothing', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    await bench.run();
    bench.git('clean', '--quiet', '-fd', 'animations');
    bench.emulator.inject({ at: 'download', kind: 'expired', times: Infinity });
    const run = await bench.run();
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toMatch(
      /paid on \d{4}-\d\d-\d\d \(\$0\.304\), but the video could not be fetched: its artifact needs a github-token/,
    );
    expect(run.stdout).toContain('Run again to fetch it, it is not bought again');
    expect(bench.submits()).toBe(1);
  });

  test('buys again when take is raised, and only then', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    await bench.run();
    await bench.run();
    expect(bench.submits()).toBe(1);
    const run = await bench.run({ take: '2' });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(2);
  });

  test('never presents the estimate of Prospolabs as a charge, even when its bill differs', async () => {
    const bench = await startWorkbench({
      config: oneTransfer('prospolabs'),
      prospolabs: { estimate: (microUsd) => microUsd + 50_000 },
    });
    const { results } = bench.results(await bench.run());
    expect(results[0]?.charge).toEqual({ microUsd: 354_000, source: 'estimated' });
  });
});

describe.concurrent('a prompt that went from A to B and back', () => {
  const prompted = (prompt: string) => oneTransfer('empiriolabs').replace('a robot waves', prompt);

  test("is not answered with B's video", async () => {
    // Of each prompt it makes other bytes.
    const bench = await startWorkbench({ config: prompted('A'), performer: remuxPerformer });
    await bench.run();
    const a = bench.read('animations/wave.mp4');
    bench.write(CONFIG, prompted('B'));
    const other = await bench.run();
    expect(other.exitCode, other.stdout).toBe(0);
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
