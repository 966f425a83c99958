import { describe, expect, test } from 'vitest';
import { buyOld, JOURNAL, OLD } from './models/buy-old.ts';
import { shownText } from './shown-text.ts';
import { oneTransfer, startWorkbench } from './workbench.ts';

/** Which Kling is bought, through the bundle: what is asked for, offered, sold and recorded. */
describe.concurrent('model: kling-2.6', () => {
  test('is bought from kie, and recorded as what it is', () =>
    buyOld('kie', 'kling-2.6/motion-control'));

  test('is a mistake where the provider does not sell it, and nothing is asked', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs', OLD) });
    const run = await bench.run();
    expect(run.exitCode).toBe(1);
    expect(run.annotations.map(({ message }) => message).join()).toContain(
      'kling-2.6 is not sold by prospolabs; it is by fal, replicate, kling, wavespeed and kie',
    );
    expect(bench.submits()).toBe(0);
  });
});

describe.concurrent('the model that is not asked for', () => {
  test('is an offer of the plan, and cheapest does not take it', async () => {
    const config = oneTransfer('prospolabs').replace('provider: prospolabs', 'provider: cheapest');
    const bench = await startWorkbench({ config });
    const plan = await bench.run({ command: 'plan' });
    for (const text of [plan.stdout, shownText(plan.summary)])
      expect(text).toContain('kling-2.6 would cost');
    const run = await bench.run({ tier: 'pro' });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.emulator.bill).toMatchObject([{ provider: 'prospolabs' }]);
  });
});

describe.concurrent('model: any down a list of providers', () => {
  test('is recorded as the model of whoever made it', async () => {
    const config = oneTransfer('wavespeed', '    model: any\n').replace(
      'provider: wavespeed',
      'provider: [wavespeed, prospolabs]',
    );
    const bench = await startWorkbench({ config });
    bench.emulator.inject({ at: 'submit', provider: 'wavespeed', kind: 'error', status: 401 });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    const result = { state: 'generated', provider: 'prospolabs', model: 'kling-3.0' };
    expect(bench.results(run).results).toMatchObject([result]);
    const intents = bench
      .read(JOURNAL)
      .toString()
      .split('\n')
      .filter((line) => line.includes('"submit"'));
    expect(intents.map((line) => line.includes('"modelName":"kling-2.6"'))).toEqual([true, false]);
  });
});
