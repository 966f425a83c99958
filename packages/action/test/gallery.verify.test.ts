import { expect, test } from 'vitest';
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
