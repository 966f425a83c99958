import { describe, expect, test } from 'vitest';
import { askNext, listOf, start } from './fallback/scenes.ts';
import { startWithoutArtifacts } from './workbench.ts';

/** A list of providers in order of preference, through the bundle: who is asked next, and when nobody is. */
test.concurrent('the next of the list is asked after an empty account, with a hold of its own', () =>
  askNext(402));

describe.concurrent('nobody else is asked', () => {
  test('while nobody can say whether the first accepted', async () => {
    const bench = await start('prospolabs, empiriolabs');
    bench.emulator.inject({ at: 'submit', provider: 'prospolabs', kind: 'lost-answer' });
    const run = await bench.run();
    expect(bench.results(run).results[0]).toMatchObject({ state: 'unknown' });
    expect(bench.submits()).toBe(1);
    await bench.run();
    expect(bench.submits()).toBe(1);
  });

  test('when the first refuses what it was asked for', async () => {
    const bench = await start('prospolabs, empiriolabs');
    bench.emulator.inject({ at: 'submit', provider: 'prospolabs', kind: 'error', status: 422 });
    const run = await bench.run();
    expect(bench.results(run).results[0]).toMatchObject({ state: 'failed', holdMicroUsd: 0 });
    expect(bench.submits()).toBe(1);
  });

  test('without its key', async () => {
    const bench = await start('prospolabs, fal');
    bench.emulator.inject({ at: 'submit', provider: 'prospolabs', kind: 'error', status: 402 });
    const run = await bench.run({}, { environment: { FAL_KEY: '' } });
    expect(bench.results(run).results[0]?.message).toContain(
      'fal was not asked: its key is not set',
    );
    expect(bench.emulator.bill).toEqual([]);
  });
});

test.concurrent('the cheapest in a private repository is one that takes the files', async () => {
  const config = listOf('prospolabs', 'staging: { provider: public }\n').replace(
    '[prospolabs]',
    'cheapest',
  );
  const bench = await startWithoutArtifacts({ config, visibility: 'private' });
  const run = await bench.run();
  expect(run.exitCode, run.stdout).toBe(0);
  const [bought] = bench.emulator.bill;
  expect(['fal', 'replicate']).toContain(bought?.provider);
});
