import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MANY_OF_A_NAME } from './artifacts/scenes.ts';
import { oneTransfer, startWorkbench } from './workbench.ts';

test('the gallery is called after the artifact, with a number where that name is taken', async () => {
  const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
  const environment = bench.emulator.environment({ run: 'same' });
  await bench.run({ 'artifact-name': 'sprites' }, { environment });
  const second = await bench.run({ 'artifact-name': 'sprites', take: '2' }, { environment });
  expect(second.exitCode, second.stdout).toBe(0);
  expect(bench.emulator.artifacts.map(({ name }) => name)).toEqual([
    'sprites',
    'sprites-gallery.html',
    'sprites-2',
    'sprites-gallery-2.html',
  ]);
});

describe('the gallery', () => {
  test('that cannot be uploaded costs a note, and neither the run nor a video', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({
      at: 'artifact-create',
      kind: 'error',
      status: 403,
      after: 1,
      times: Infinity,
    });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.emulator.artifacts.map(({ name }) => name)).toEqual(['motion-transfer']);
    expect(run.outputs['gallery-url']).toBeUndefined();
    expect(run.summary).toContain('gallery could not be uploaded by itself');
  });

  test('of a run that made nothing is on the disk, and is no artifact', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    await bench.run();
    const uploaded = bench.emulator.artifacts.length;
    const again = await bench.run();
    expect(bench.emulator.artifacts.length).toBe(uploaded);
    const html = readFileSync(
      join(again.outputs['output-directory'] ?? '', 'gallery.html'),
      'utf8',
    );
    expect(html).toContain('1 reused');
    expect(html).toContain(bench.read('animations/wave.mp4').toString('base64'));
  });
});

describe('artifact-layout: files', () => {
  test('says which clips could not be uploaded by themselves, and where they are', async () => {
    const bench = await startWorkbench({ config: MANY_OF_A_NAME });
    bench.emulator.inject({
      at: 'artifact-create',
      kind: 'error',
      status: 403,
      after: 1,
      times: 2,
    });
    const run = await bench.run({ 'artifact-layout': 'files' });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.summary).toMatch(/2 of 2 clips could not be uploaded one by one/);
    expect(run.outputs['gallery-url']).toBeDefined();
  });
});
