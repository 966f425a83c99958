import { describe, expect, test } from 'vitest';
import { askNext, listOf, passOn, paused, refusedUpload, start } from './fallback/scenes.ts';
import { startWithoutArtifacts } from './workbench.ts';

/** A list of providers in order of preference, through the bundle: who is asked next, and when nobody is. */
test.concurrent('the next of the list is asked after an empty account, with a hold of its own', () =>
  askNext(402));

describe.concurrent('when the storage of the first refuses a file, the next', () => {
  test('reads it at its public address', () => passOn('empiriolabs', 'input', 'EmpirioLabs'));

  test('reads it from the bucket, where the repository is private', async () => {
    const staging =
      'staging: { method: auto, s3: { bucket: studio-inputs, region: eu-central-1 } }\n';
    const bench = await start('replicate, empiriolabs', staging, { visibility: 'private' });
    const { cloud } = bench.emulator;
    cloud.createBucket('studio-inputs');
    bench.emulator.inject(refusedUpload('replicate'));
    const environment = { ...cloud.addresses(), ...cloud.credentials() };
    const run = await bench.run({}, { environment });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.emulator.bill.map(({ provider }) => provider)).toEqual(['empiriolabs']);
    expect([...cloud.objects('studio-inputs')]).toEqual([]);
  });
});

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

  test('when its price does not fit the limits', async () => {
    const bench = await start('prospolabs, empiriolabs', 'budget: { per-run: 0.40 }\n');
    bench.emulator.inject({ at: 'submit', provider: 'prospolabs', kind: 'error', status: 402 });
    const run = await bench.run();
    expect(bench.emulator.bill).toEqual([]);
    expect(bench.results(run).results[0]).toMatchObject({ state: 'failed', holdMicroUsd: 0 });
    expect(bench.results(run).results[0]?.message).toContain(
      'EmpirioLabs was not asked: this run may cost $0.56, more than per-run $0.40',
    );
    expect(run.stdout).toContain('::warning');
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

  test('on the machines that did not answer', async () => {
    const bench = await start('prospolabs, fal, empiriolabs');
    bench.emulator.inject(paused);
    const run = await bench.run();
    expect(bench.emulator.bill.map(({ provider }) => provider)).toEqual(['empiriolabs']);
    expect(bench.results(run).results[0]?.message).toContain(
      'fal was not asked: it runs on the same machines (fal)',
    );
  });
});

test.concurrent('other machines are asked when the first pause for more than two minutes', async () => {
  const bench = await start('prospolabs, empiriolabs');
  bench.emulator.inject(paused);
  const run = await bench.run();
  expect(run.exitCode, run.stdout).toBe(0);
  expect(bench.emulator.bill.map(({ provider }) => provider)).toEqual(['empiriolabs']);
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
