import { globSync, truncateSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { draftConfig, noKeys, withEngine } from './draft-engine.ts';
import { CONFIG, oneTransfer, startWorkbench } from './workbench.ts';

describe('a draft', () => {
  test('is rendered without a key, from a private repository, for $0.00, and called a draft', async () => {
    const bench = await startWorkbench({ config: draftConfig, visibility: 'private' });
    const run = await bench.run({}, { environment: { ...withEngine, ...noKeys } });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.outputs).toMatchObject({
      'generated-count': '1',
      'actual-cost': '0.00',
      'held-cost': '0.00',
    });
    expect(bench.results(run).results[0]).toMatchObject({ state: 'generated', draft: true });
    const { outputs } = JSON.parse(bench.read('motion-transfer.lock.json').toString());
    expect(outputs['animations/wave.mp4']).toMatchObject({ provider: 'draft', draft: true });
    expect(bench.read('animations/wave.mp4').includes('draft')).toBe(true);
    expect(bench.emulator.artifacts.length).toBe(2);
    expect(bench.submits()).toBe(0);

    const again = await bench.run({}, { environment: { ...withEngine, ...noKeys } });
    expect(again.outputs['reused-count']).toBe('1');
  });

  test('never satisfies a bought transfer', async () => {
    const bench = await startWorkbench({ config: draftConfig, assets: 'small' });
    await bench.run({}, { environment: withEngine });
    const bought = await bench.run({ provider: 'prospolabs' });
    expect(bought.exitCode, bought.stdout).toBe(0);
    expect(bench.submits()).toBe(1);
    const { outputs } = JSON.parse(bench.read('motion-transfer.lock.json').toString());
    expect(outputs['animations/wave.mp4']).toMatchObject({ provider: 'prospolabs', draft: false });
  });

  test('is drawn by an engine that heals when its files in the tool cache are damaged', async () => {
    const bench = await startWorkbench({ config: draftConfig, assets: 'small' });
    const ownCache = `${bench.workspace}/../own-cache`;
    const environment = { RUNNER_TOOL_CACHE: ownCache };
    const first = await bench.run({}, { environment });
    expect(first.exitCode, first.stdout).toBe(0);
    const [codec] = globSync(`${ownCache}/**/node-av.node`);
    expect(codec).toBeDefined();
    truncateSync(codec ?? '', 1000);
    bench.git('clean', '--quiet', '-f', '-d', 'animations', 'motion-transfer.lock.json');
    const second = await bench.run({}, { environment });
    expect(second.exitCode, second.stdout).toBe(0);
    expect(second.stdout).toContain('is damaged');
    expect(second.outputs['generated-count']).toBe('1');
  });
});

describe('a bought video', () => {
  const both = (second: string) => `version: 1
transfers:
  - { character: robot.png, motion: wave.mp4, output: animations/draft.mp4, provider: draft }
  - { character: robot.png, motion: wave.mp4, output: animations/bought.mp4, provider: ${second} }
`;

  test('is not replaced by a draft when the lockfile is lost', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs'), assets: 'small' });
    await bench.run();
    const before = bench.read('animations/wave.mp4');
    bench.git('clean', '--quiet', '-f', 'motion-transfer.lock.json');
    const run = await bench.run({ provider: 'draft' }, { environment: withEngine });
    expect(run.exitCode).toBe(1);
    expect(bench.read('animations/wave.mp4')).toEqual(before);
  });

  test('is not replaced by a copy of a draft of the same thing', async () => {
    const bench = await startWorkbench({ config: both('prospolabs'), assets: 'small' });
    await bench.run({}, { environment: withEngine });
    const before = bench.read('animations/bought.mp4');
    bench.write(CONFIG, both('draft'));
    const run = await bench.run({}, { environment: withEngine });
    expect(run.exitCode).toBe(1);
    expect(bench.read('animations/bought.mp4')).toEqual(before);
  });

  test('that exceeds a limit does not keep a free draft from being made', async () => {
    const bench = await startWorkbench({ config: both('empiriolabs') });
    const run = await bench.run({ 'max-cost': '0.01' }, { environment: withEngine });
    expect(run.stdout).toContain('Budget exceeded:');
    expect(bench.exists('animations/draft.mp4')).toBe(true);
    expect(bench.submits()).toBe(0);
  });
});
