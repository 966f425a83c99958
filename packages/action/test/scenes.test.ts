import type { ActionRun } from '@motion-transfer/emulator';
import { beforeAll, describe, expect, test } from 'vitest';
import { BOTH_PROVIDERS, oneTransfer, startWorkbench, type Workbench } from './workbench.ts';

describe.concurrent('the main job', () => {
  test('plans without buying, buys from both providers, reuses for nothing, and stops at the limit', async () => {
    const bench = await startWorkbench();

    const plan = await bench.run({ command: 'plan' });
    expect(plan).toMatchObject({
      exitCode: 0,
      outputs: { 'estimated-cost': '0.864', 'within-budget': 'true' },
    });
    expect(bench.emulator.bill).toEqual([]);

    const first = await bench.run();
    expect(first.exitCode, first.stdout).toBe(0);
    expect(first.outputs).toMatchObject({
      'generated-count': '2',
      'actual-cost': '0.864',
      'held-cost': '0.00',
    });
    expect(bench.emulator.totalMicroUsd()).toBe(864_000);
    expect(bench.emulator.artifacts.map((artifact) => artifact.name)).toEqual([
      'motion-transfer',
      'motion-transfer-gallery.html',
    ]);
    expect(first.outputs['artifact-url']).toMatch(
      /octo\/animations\/actions\/runs\/\d+\/artifacts\/\d+$/,
    );

    bench.commit('Add the animations');
    const second = await bench.run();
    expect(second.outputs).toMatchObject({
      'reused-count': '2',
      'generated-count': '0',
      'actual-cost': '0.00',
    });

    bench.write('robot.png', bench.read('girl.png'));
    bench.commit('Another robot');
    const third = await bench.run({ 'max-cost': '0.10' });
    expect(third.exitCode).toBe(1);
    expect(third.annotations.map((annotation) => annotation.message).join()).toContain(
      'Budget exceeded:',
    );
    expect(bench.submits()).toBe(2);
  });

  test('buys only what changed', async () => {
    const bench = await startWorkbench();
    await bench.run();
    bench.write('dance.mp4', bench.read('wave.mp4'));
    bench.commit('The dance is a wave now');
    const run = await bench.run();
    expect(run.outputs, run.stdout).toMatchObject({ 'reused-count': '1', 'generated-count': '1' });
    expect(bench.submits()).toBe(3);
  });

  test('buys the same content once and copies it', async () => {
    const bench = await startWorkbench({
      config: `${BOTH_PROVIDERS}  - { character: robot.png, motion: wave.mp4, output: animations/again.mp4 }\n`,
    });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(2);
    expect(bench.read('animations/again.mp4')).toEqual(bench.read('animations/wave.mp4'));
  });

  test('fetches again what was paid for but is not here, and buys nothing', async () => {
    const bench = await startWorkbench({ config: oneTransfer('empiriolabs') });
    await bench.run();
    const bought = bench.read('animations/wave.mp4');
    bench.git('clean', '--quiet', '-fd', 'animations');
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.outputs['actual-cost']).toBe('0.00');
    expect(bench.read('animations/wave.mp4').equals(bought)).toBe(true);
    expect(bench.submits()).toBe(1);
  });

  test('does not overwrite a video that somebody else made', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    bench.write('animations/wave.mp4', 'my own film');
    bench.commit();
    const run = await bench.run();
    expect(run.exitCode).toBe(1);
    expect(bench.read('animations/wave.mp4').toString()).toBe('my own film');
    expect(bench.submits()).toBe(0);
  });
});

describe('the main job', () => {
  let bench: Workbench;
  let run: ActionRun;
  beforeAll(async () => {
    bench = await startWorkbench();
    run = await bench.run();
  });

  test('agrees with both bills to the micro-dollar, and says which figure is an estimate', () => {
    const { results, totals } = bench.results(run);
    expect(results.map((result) => result.charge)).toEqual([
      { microUsd: 304_000, source: 'estimated' },
      { microUsd: 560_000, source: 'provider-reported' },
    ]);
    expect(bench.emulator.bill.map((entry) => entry.microUsd).sort()).toEqual([304_000, 560_000]);
    expect(totals.chargedMicroUsd).toBe(bench.emulator.totalMicroUsd());
  });

  test('writes a lockfile that names what each output was made from', () => {
    const { outputs } = JSON.parse(bench.read('motion-transfer.lock.json').toString());
    expect(outputs['animations/wave.mp4']).toMatchObject({
      provider: 'prospolabs',
      model: 'kling-3-motion-control',
      character: {
        source: { kind: 'file', path: 'robot.png' },
        identity: `git:${bench.git('rev-parse', 'HEAD:robot.png').trim()}`,
      },
      draft: false,
    });
    expect(outputs['animations/wave.mp4'].identity).toBe(
      `git:${bench.git('hash-object', 'animations/wave.mp4').trim()}`,
    );
  });

  test('asks each provider for exactly what its page documents', () => {
    const sha = bench.git('rev-parse', 'HEAD').trim();
    const raw = `${bench.emulator.origin}/raw/octo/animations/${sha}`;
    const bodies = bench.emulator.requests
      .filter((request) => request.method === 'POST' && /generat/.test(request.path))
      .map((request) => request.body);
    expect(bodies).toContainEqual({
      model: 'kling-3-motion-control',
      quality: 'standard',
      video_urls: [`${raw}/wave.mp4`],
      image_url: `${raw}/robot.png`,
      character_orientation: 'image',
      keep_original_sound: true,
    });
    expect(bodies).toContainEqual({
      model: 'kling-v3-motion-control',
      prompt: 'a robot dances',
      reference_image: `${raw}/robot.png`,
      reference_video: `${raw}/dance.mp4`,
      character_orientation: 'image',
      mode: 'std',
      duration: 4,
      keep_original_sound: true,
    });
  });
});
