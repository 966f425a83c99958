import { describe, expect, test } from 'vitest';
import { askNext, passOn, paused, refusedUpload, start } from './fallback/scenes.ts';

/** More of what fallback.test.ts shows by an example each. */
test.concurrent.each([
  ['a wrong key', 401],
  ['a route that is not there', 404],
])('the next of the list is asked after %s (%i), with a hold of its own', (_title, status) =>
  askNext(status),
);

test.concurrent('when the storage of the first refuses a file, the next gets it into its own', () =>
  passOn('replicate', 'upload', 'Replicate'));

describe.concurrent('when the storage of the first refuses a file, the next', () => {
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

  test('reads it at its public address', () => passOn('empiriolabs', 'input', 'EmpirioLabs'));
});

describe.concurrent('nobody else is asked', () => {
  test('on the machines that did not answer', async () => {
    const bench = await start('prospolabs, fal, empiriolabs');
    bench.emulator.inject(paused);
    const run = await bench.run();
    expect(bench.emulator.bill.map(({ provider }) => provider)).toEqual(['empiriolabs']);
    expect(bench.results(run).results[0]?.message).toContain(
      'fal was not asked: it runs on the same machines (fal)',
    );
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
});

test.concurrent('other machines are asked when the first pause for more than two minutes', async () => {
  const bench = await start('prospolabs, empiriolabs');
  bench.emulator.inject(paused);
  const run = await bench.run();
  expect(run.exitCode, run.stdout).toBe(0);
  expect(bench.emulator.bill.map(({ provider }) => provider)).toEqual(['empiriolabs']);
});
