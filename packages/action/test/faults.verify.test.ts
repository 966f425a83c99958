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

test.concurrent('a job that is numbered with twenty digits is found again by its number', () =>
  askByNumber('12345678901234567890'));

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
    expect(bench.results(again).results[0]?.state, again.stdout).toBe('collected');
    expect(bench.submits()).toBe(1);
  });
});

describe.concurrent('outputs', () => {
  test.each(DOWNLOADED)('of %s that cannot be fetched are collected by the next run', collectLater);

  test.each([
    ['https', 'not a public address'],
    ['http', 'only https addresses'],
  ] as const)('are never followed to a private address by %s', refuseRedirect);

  test('without an end are cut off', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({ at: 'download', kind: 'oversized' });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.stdout).toContain('larger than');
  });

  test('that cannot be fetched are collected by the next run', () => collectLater('prospolabs'));

  test('are never followed to a private address', () =>
    refuseRedirect('https', 'not a public address'));
});

describe.concurrent('jobs that fail', () => {
  test('of EmpirioLabs keep their hold, because nobody says that they are refunded', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('empiriolabs') });
    bench.emulator.inject({
      at: 'submit',
      kind: 'job-fails',
      code: 'upstream_error',
      message: 'no luck',
    });
    const run = await bench.run();
    expect(bench.results(run).results[0]).toMatchObject({
      state: 'failed',
      charge: { microUsd: null, source: 'unknown' },
    });
    expect(run.outputs['held-cost']).toBe('0.56');
    const again = await bench.run();
    expect(again.outputs).toMatchObject({ 'blocked-count': '1', 'held-cost': '0.56' });
    expect(bench.submits()).toBe(1);
  });
});

describe.concurrent('inputs', () => {
  test('are not bought for when the provider cannot be reached at all', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    const run = await bench.run({}, { environment: { PROSPOLABS_BASE_URL: 'http://127.0.0.1:9' } });
    expect(bench.results(run).results[0]).toMatchObject({ state: 'failed', holdMicroUsd: 0 });
    expect((await bench.run()).exitCode).toBe(0);
    expect(bench.emulator.bill.length).toBe(1);
  });
});

describe.concurrent('a wrong key', () => {
  test('refused three times does not block; with the right one it works', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    for (let attempt = 1; attempt <= 3; attempt++) {
      const run = await bench.run({}, { environment: { PROSPOLABS_API_KEY: 'prsp-a-wrong-key' } });
      expect(run.outputs, run.stdout).toMatchObject({ 'failed-count': '1', 'held-cost': '0.00' });
      expect(run.stdout).toContain('invalid_api_key');
    }
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.emulator.bill.length).toBe(1);
  });
});

describe.concurrent('an unknown outcome', () => {
  test('keeps its hold in held-cost after take was raised', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({ at: 'submit', kind: 'lost-answer' });
    const lost = await bench.run();
    expect(lost.outputs['held-cost']).toBe('0.304');
    const blocked = await bench.run();
    expect(blocked.outputs).toMatchObject({ 'blocked-count': '1', 'held-cost': '0.304' });

    const raised = await bench.run({ take: '2' });
    expect(raised.outputs).toMatchObject({
      'generated-count': '1',
      'unknown-count': '1',
      'held-cost': '0.304',
    });
    expect(raised.stdout).toContain('$0.304 stays held');
    expect(bench.submits()).toBe(2);
  });
});

test.concurrent('a lost answer of EmpirioLabs is shown to a person where its job list does not', async () => {
  const bench = await startWithoutArtifacts({
    config: oneTransfer('empiriolabs'),
    empiriolabs: { listsInputs: false },
  });
  bench.emulator.inject({ at: 'submit', kind: 'lost-answer' });
  expect(bench.results(await bench.run()).results[0]?.state).toBe('unknown');
  const again = await bench.run();
  const [bought] = bench.emulator.bill;
  expect(again.stdout).toContain(`lists jobs that may be it: ${bought?.jobId}`);
  expect(bench.submits()).toBe(1);
  expect(again.outputs['held-cost']).not.toBe('0.00');
});
