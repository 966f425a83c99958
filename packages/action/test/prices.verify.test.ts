import { describe, expect, test } from 'vitest';
import {
  endpointOfFal,
  expectListed,
  ignoreReport,
  priced,
  reportedByFal,
  rowOfFal,
  rowsOfEmpirioLabs,
} from './prices/scenes.ts';
import { configOf, startPullRequest } from './pull-request-bench.ts';
import { shownText } from './shown-text.ts';
import { oneTransfer, REPOSITORY, startWithoutArtifacts, startWorkbench } from './workbench.ts';

/** More of what prices.test.ts shows by an example each. */
test.concurrent('a price that EmpirioLabs reports in another unit is noted, and the list counts', async () => {
  const bench = await startWorkbench({
    config: oneTransfer('empiriolabs'),
    empiriolabs: { pricingRows: rowsOfEmpirioLabs(3, 'video') },
  });
  expectListed(await bench.run({ command: 'plan' }), '0.56');
});

describe.concurrent('a price that fal reports', () => {
  test('below the list lowers no hold', async () => {
    const bench = await startWorkbench({ config: oneTransfer('fal') });
    bench.emulator.inject(reportedByFal(rowOfFal(0.1)));
    const plan = await bench.run({ command: 'plan' });
    expect(plan.outputs['estimated-cost']).toBe('0.504');
    expect(plan.stdout).toContain('fal reports $0.10 a second for standard');
  });

  test.each([
    ['in another currency', rowOfFal(0.2, { currency: 'EUR' })],
    ['of another model', rowOfFal(0.2, { endpoint_id: 'fal-ai/another' })],
  ])('%s is noted, and the list counts', (_title, price) => ignoreReport(price));

  test('by another unit is noted, and the list counts', () =>
    ignoreReport(rowOfFal(3, { unit: 'videos' })));

  test('above the list is warned of, held, and what the charge is reckoned by', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('fal') });
    bench.emulator.inject(
      reportedByFal(rowOfFal(0.2), rowOfFal(0.3, { endpoint_id: endpointOfFal('pro') })),
    );
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.outputs['estimated-cost']).toBe('0.80');
    expect(run.stdout).toContain('fal reports $0.20 a second for standard');
    const [result] = bench.results(run).results;
    expect(result?.charge?.source).toBe('provider-reported');
    expect(result?.charge?.microUsd).toBeGreaterThan(504_000);
  });
});

describe.concurrent('a contract price in a pull request', () => {
  test('that only the pull request names does not count', async () => {
    const bench = await startPullRequest({ base: configOf('per-run: 5'), head: priced('0.001') });
    const plan = await bench.plan();
    expect(plan.outputs['estimated-cost'], plan.stdout).toBe('0.304');
    expect(shownText(bench.ownComments()[0])).not.toContain('contract price');
  });
});

describe.concurrent('a price that EmpirioLabs reports', () => {
  test('below the list lowers no hold', async () => {
    const bench = await startWithoutArtifacts({
      config: oneTransfer('empiriolabs'),
      empiriolabs: { pricingRows: rowsOfEmpirioLabs(0.1) },
    });
    const plan = await bench.run({ command: 'plan' });
    expect(plan.outputs['estimated-cost']).toBe('0.56');
    expect(plan.stdout).toContain('EmpirioLabs reports $0.10 a second for standard');
  });

  test('that cannot be read is noted, and the list counts', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('empiriolabs') });
    bench.emulator.inject({ at: 'lookup', kind: 'error', status: 500 });
    expectListed(await bench.run({ command: 'plan' }), '0.56');
  });
});

describe.concurrent('a charge above the hold', () => {
  test('of EmpirioLabs fails the run loudly, and keeps the video', async () => {
    const bench = await startWorkbench({ config: oneTransfer('empiriolabs') });
    const commit = bench.git('rev-parse', 'HEAD').trim();
    const url = `${bench.emulator.origin}/raw/${REPOSITORY}/${commit}/dance.mp4`;
    const usage = { billable_units: 100, billing_unit: 'second' };
    const body = { status: 'completed', result: { data: [{ url }], usage } };
    bench.emulator.inject({ at: 'status', kind: 'error', status: 200, body });
    const run = await bench.run();
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain(
      'animations/wave: it cost $14.00 (provider-reported), more than the $0.56 that was held',
    );
    expect(bench.results(run).failure).toContain('it cost $14.00');
    expect(run.outputs['actual-cost']).toBe('14.00');
    expect(run.summary).toContain('$14.00');
    expect(bench.read('animations/wave.mp4').equals(bench.read('dance.mp4'))).toBe(true);
  });
});

test.concurrent('a charge far from its estimate is annotated with provider, estimate and charge', async () => {
  const bench = await startWithoutArtifacts({
    config: oneTransfer('kie'),
    kie: { creditsPerSecond: 6 },
  });
  const run = await bench.run();
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.stdout).toMatch(/::warning[^\n]*kie charged \$0\.\d+, estimated was \$0\.\d+/);
});
