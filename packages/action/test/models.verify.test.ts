import { describe, expect, test } from 'vitest';
import { buyOld } from './models/buy-old.ts';
import { oneTransfer, startWorkbench } from './workbench.ts';

/** More of what models.test.ts shows at one provider. */
test.concurrent.each([
  ['fal', 'fal-ai/kling-video/v2.6/standard/motion-control'],
  ['replicate', 'kwaivgi/kling-v2.6-motion-control'],
  ['kling', 'kling-v2-6'],
  ['wavespeed', 'kwaivgi/kling-v2.6-std/motion-control'],
] as const)('kling-2.6 is bought from %s as %s, and recorded as what it is', buyOld);

describe.concurrent('the model that is not asked for', () => {
  test('is taken by the input model: any where it costs less', async () => {
    const bench = await startWorkbench({ config: oneTransfer('wavespeed') });
    const run = await bench.run({ model: 'any' });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.emulator.bill).toMatchObject([{ model: 'kwaivgi/kling-v2.6-std/motion-control' }]);
  });
});
