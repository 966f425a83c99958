import { PROVIDER_NAMES } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import { withEngine } from './draft-engine.ts';
import { configOf, kindsIn, start } from './output-checks/scenes.ts';
import { HOUR_MS } from './stopping-bench.ts';
import { CONFIG, startWorkbench } from './workbench.ts';

describe('a bought video', () => {
  test('is looked at for a black or a still picture where the codec is wanted for drafts', async () => {
    const bench = await start(['fine', 'black', 'still']);
    const run = await bench.run({ draft: 'true' }, { environment: withEngine });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(kindsIn(bench, run)).toEqual({ fine: [], black: ['black'], still: ['still'] });
    expect(run.summary).toContain('black in all 6 pictures looked at');
    expect(run.summary).toContain('without motion in the 6 pictures looked at');
  });

  test('has no warning as every provider makes it, in both tiers and orientations', async () => {
    const transfers = PROVIDER_NAMES.flatMap((provider) =>
      (['standard', 'pro'] as const).map((tier, index) => {
        const orientation = index === 0 ? 'image' : 'video';
        const motion = index === 0 ? 'wave.mp4' : 'dance.mp4';
        return `  - { character: robot.png, motion: ${motion}, output: animations/${provider}-${tier}.mp4, prompt: a robot, provider: ${provider}, tier: ${tier}, orientation: ${orientation} }`;
      }),
    );
    const config = ['version: 1', 'transfers:', ...transfers, ''].join('\n');
    const bench = await startWorkbench({ config, artifactService: false });
    const run = await bench.run({ 'max-cost': '10' });
    expect(run.exitCode, run.stdout).toBe(0);
    const { results } = bench.results(run);
    expect(results.map(({ warnings }) => warnings)).toEqual(transfers.map(() => []));
  });

  test('is delivered without that look where the codec cannot be installed', async () => {
    const bench = await start(['black']);
    const environment = {
      RUNNER_TOOL_CACHE: `${bench.workspace}/../no-cache`,
      npm_config_cache: `${bench.workspace}/../empty`,
      npm_config_registry: 'http://127.0.0.1:9',
      npm_config_fetch_retries: '0',
    };
    const run = await bench.run({ draft: 'true' }, { environment });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(kindsIn(bench, run)).toEqual({ black: [] });
    expect(run.stdout).toContain(
      'its pictures were not looked at: drafts and web files need the packages of',
    );
  });

  test('that no transfer asks for any more is checked against what its purchase asked for', async () => {
    const bench = await start(['smaller'], { jobDurationMs: HOUR_MS });
    const running = bench.start();
    await running.printed('animations/smaller: waiting');
    running.kill('SIGKILL');
    await running.finished;
    bench.write(CONFIG, configOf(['fine']));
    const collecting = bench.start();
    await collecting.printed('animations/fine: waiting');
    bench.emulator.advance(HOUR_MS);
    const run = await collecting.finished;
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.results(run).results).toMatchObject([
      { id: 'animations/fine', state: 'generated', warnings: [] },
      { id: 'animations/smaller (earlier)', state: 'collected', warnings: [{ kind: 'smaller' }] },
    ]);
  });
});

describe('a bought video that is whole and not what was asked for', () => {
  test('is found by the run that collects it from another one, too', async () => {
    const bench = await start(['smaller']);
    const token = bench.emulator.github.createToken({ contents: 'write', actions: 'read' });
    const bought = await bench.run({}, { token, workspace: bench.checkout() });
    expect(bought.outputs['warned-count'], bought.stdout).toBe('1');
    const run = await bench.run({}, { token });
    expect(run.outputs, run.stdout).toMatchObject({ 'collected-count': '1', 'warned-count': '1' });
    expect(kindsIn(bench, run)).toEqual({ smaller: ['smaller'] });
    expect(run.stdout).not.toContain('was not checked');
    expect(bench.submits()).toBe(1);
  });
});
