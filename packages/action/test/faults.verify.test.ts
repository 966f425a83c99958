import { PROVIDER_NAMES } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import {
  DOWNLOADED,
  downloadKinds,
  POLLED,
  statusKinds,
  submitKinds,
  survive,
  surviveStatus,
  untypedErrors,
} from './faults/cases.ts';
import { askByNumber, collectLater, refuseRedirect, surviveResult } from './faults/scenes.ts';
import { oneTransfer, startWithoutArtifacts } from './workbench.ts';

describe.each(PROVIDER_NAMES)('%s', (provider) => {
  test.concurrent.each(submitKinds.flat())('%s', (...one) => survive(provider, one));
});

describe.each(DOWNLOADED)('%s', (provider) => {
  test.concurrent.each(downloadKinds.flat())('%s', (...one) => survive(provider, one));
});

describe.each(POLLED)('%s', (provider) => {
  test.concurrent.each(statusKinds.flat())('a status answer that is %s', (...one) =>
    surviveStatus(provider, one),
  );
});

describe.each(PROVIDER_NAMES)('a paid job of %s', (provider) => {
  const config = oneTransfer(
    provider,
    provider === 'prospolabs' ? '    provider-options: { prospolabs: { async: true } }\n' : '',
  );

  test.concurrent('outlives untyped errors in answers about its status', async () => {
    const bench = await startWithoutArtifacts({ config });
    for (const [, status, body] of untypedErrors)
      bench.emulator.inject({ at: 'status', kind: 'error', status, body });
    const run = await bench.run();
    expect(bench.emulator.firedFaults).toHaveLength(untypedErrors.length);
    expect(bench.results(run).results[0]?.state, run.stdout).toBe('generated');
    expect(bench.submits()).toBe(1);
  });
});

describe.each(PROVIDER_NAMES)('an id of %s', (provider) => {
  test.concurrent('that contains a key is no id: unknown, held, and the key nowhere', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer(provider) });
    const keys = Object.entries(bench.emulator.environment({ run: 'keys' }))
      .filter(([name]) => /^[A-Z]+_(API_KEY|API_TOKEN|KEY|SECRET_KEY)$/.test(name))
      .filter(([name]) => name.startsWith(provider.toUpperCase()))
      .map(([, value]) => value ?? '');
    const key = keys.at(-1) ?? '';
    expect(key.length).toBeGreaterThanOrEqual(12);
    bench.emulator.inject({ at: 'submit', kind: 'id', json: JSON.stringify(`job-${key}-1`) });
    const run = await bench.run();
    const [result] = bench.results(run).results;
    // A video that comes with the answer is here without its id.
    if (provider !== 'prospolabs') {
      expect(result, run.stdout).toMatchObject({ state: 'unknown', operation: {} });
      expect(result?.message).toContain('job-***-1');
      await bench.run();
    }
    expect(bench.submits()).toBe(1);
    expect(JSON.stringify([bench.results(run), bench.ledger()])).not.toContain(key);
  });
});

test.concurrent('jobs that fail of Prospolabs are given up after three refunded failures', async () => {
  const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
  bench.emulator.inject({
    at: 'submit',
    kind: 'job-fails',
    code: 'x',
    message: 'no',
    times: Infinity,
  });
  for (let attempt = 0; attempt < 3; attempt++) await bench.run();
  const fourth = await bench.run();
  expect(fourth.outputs['blocked-count']).toBe('1');
  expect(bench.submits()).toBe(3);
});

test.concurrent('a job that is numbered with five digits is found again by its number', () =>
  askByNumber('12345'));

describe.concurrent('a finished job of fal', () => {
  test.each(untypedErrors)(
    'whose result first answers %s is collected, and bought once',
    (...error) => surviveResult(error),
  );

  test('whose result cannot be had is in progress, held, and collected by the next run', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('fal') });
    bench.emulator.inject({ at: 'result', kind: 'error', status: 404, times: Infinity });
    const run = await bench.run();
    expect(bench.results(run).results[0]?.state, run.stdout).toBe('in-progress');
    expect(run.outputs['held-cost']).not.toBe('0.00');
    bench.emulator.clearFaults();
    const again = await bench.run();
    expect(bench.results(again).results[0]?.state, again.stdout).toBe('generated');
    expect(bench.submits()).toBe(1);
  });
});

describe.concurrent('outputs', () => {
  test.each(DOWNLOADED)('of %s that cannot be fetched are collected by the next run', collectLater);

  test.each([
    ['https', 'not a public address'],
    ['http', 'only https addresses'],
  ] as const)('are never followed to a private address by %s', refuseRedirect);
});
