import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { draftConfig, noEngine, noKeys, withEngine } from './draft-engine.ts';
import { oneTransfer, startWorkbench } from './workbench.ts';

describe('provider: draft', () => {
  test('cannot be listed as a fallback of a provider that sells', async () => {
    const bench = await startWorkbench({ config: draftConfig });
    const run = await bench.run({ command: 'plan', provider: 'prospolabs, draft' });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('must stand alone');
  });

  test('does not replace a video that was bought', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    await bench.run();
    const before = bench.read('animations/wave.mp4');
    const run = await bench.run({ provider: 'draft' }, { environment: withEngine });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('was bought from prospolabs and would be replaced by a draft');
    expect(bench.read('animations/wave.mp4')).toEqual(before);
  });
});

describe('draft: true', () => {
  test('on a plan renders what would be bought into drafts/, and buys nothing', async () => {
    const bench = await startWorkbench({ config: oneTransfer('empiriolabs') });
    const plan = await bench.run(
      { command: 'plan', draft: 'true' },
      { environment: { ...withEngine, ...noKeys } },
    );
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(bench.emulator.artifacts[0]?.bytes.includes('drafts/animations/wave.mp4')).toBe(true);
    expect(bench.emulator.artifacts[1]?.bytes.toString()).toMatch(
      /<span class="tag">DRAFT<\/span><div class="clip" data-media/,
    );
    expect(plan.summary).toContain('drafts');
    const results = readFileSync(`${plan.outputs['output-directory']}/results.json`, 'utf8');
    expect(JSON.parse(results).drafts).toMatchObject([
      { id: 'animations/wave', path: 'drafts/animations/wave.mp4', draft: true, problem: null },
    ]);
    expect(bench.exists('animations/wave.mp4')).toBe(false);
    expect(bench.submits()).toBe(0);
  });

  test('says clearly when the engine cannot be installed, and everything else goes on', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    const environment = noEngine(bench);
    const run = await bench.run({ draft: 'true' }, { environment });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.stdout).toContain('installing them did not work');
    expect(run.outputs['generated-count']).toBe('1');
  });
});
