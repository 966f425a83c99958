import { describe, expect, test } from 'vitest';
import {
  endpointOfFal,
  expectListed,
  ignoreReport,
  priced,
  reportedByFal,
  rowOfFal,
  rowsOfEmpirioLabs,
  textOf,
} from './prices/scenes.ts';
import { startPullRequest } from './pull-request-bench.ts';
import {
  namesOfArtifact,
  oneTransfer,
  REPOSITORY,
  startWithoutArtifacts,
  startWorkbench,
} from './workbench.ts';

/** What is believed of prices, through the bundle: contracts, what providers tell, what they charge. */
describe.concurrent('a price that EmpirioLabs reports', () => {
  test('above the list is warned of and held', async () => {
    const bench = await startWithoutArtifacts({
      config: oneTransfer('empiriolabs'),
      empiriolabs: { pricingRows: rowsOfEmpirioLabs(0.2) },
    });
    const plan = await bench.run({ command: 'plan' });
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(plan.outputs['estimated-cost']).toBe('0.80');
    expect(plan.stdout).toContain('EmpirioLabs reports $0.20 a second for standard');
  });

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

describe.concurrent('a price that fal reports', () => {
  test('as this version lists it is asked for once, and changes nothing', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('fal') });
    const plan = await bench.run({ command: 'plan' });
    expect(plan.outputs['estimated-cost'], plan.stdout).toBe('0.504');
    expect(plan.stdout).not.toContain('fal reports');
    const asked = bench.emulator.requests.filter(({ path }) => path.endsWith('/models/pricing'));
    expect(asked).toMatchObject([{ method: 'GET', mount: 'fal' }]);
  });

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

  test('by another unit is noted, and the list counts', () =>
    ignoreReport(rowOfFal(3, { unit: 'videos' })));
});

test.concurrent('a contract price is what is planned, held and recorded', async () => {
  const contract = 'prices: { fal: { fal-ai/kling-video/v3/motion-control: { standard: 0.2 } } }\n';
  const bench = await startWithoutArtifacts({ config: `${oneTransfer('fal')}${contract}` });
  const run = await bench.run();
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.outputs['estimated-cost']).toBe('0.80');
  const [result] = bench.results(run).results;
  expect(result?.charge?.source).toBe('provider-reported');
  expect(result?.charge?.microUsd).toBeGreaterThan(560_000);
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

describe.concurrent('a contract price in a pull request', () => {
  test('is in the comment with how it was reckoned, and in the total', async () => {
    const bench = await startPullRequest({ base: priced('0.05') });
    const plan = await bench.plan();
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(plan.outputs['estimated-cost']).toBe('0.20');
    const [comment] = bench.ownComments();
    expect(textOf(comment)).toContain('4 s x $0.05 (contract price)');
    expect(plan.summary).toContain('$0.20');
  });

  test('is that of the base branch, whatever the pull request says', async () => {
    const bench = await startPullRequest({ base: priced('0.05'), head: priced('0.001') });
    const plan = await bench.plan();
    expect(plan.outputs['estimated-cost'], plan.stdout).toBe('0.20');
    expect(textOf(bench.ownComments()[0])).toContain('(contract price)');
    expect(plan.annotations.map(({ message }) => message).join('\n')).toContain('prices');
    expect((await bench.buy()).outputs['held-cost']).toBe('0.00');
    expect(bench.submits()).toBe(1);
  });
});

describe.concurrent('a charge above the hold', () => {
  test('of Prospolabs fails the run loudly, keeps the video and buys nothing more', async () => {
    const bench = await startWorkbench({
      config: `version: 1
provider: prospolabs
transfers:
  - { character: robot.png, motion: wave.mp4, output: animations/wave.mp4 }
  - { character: girl.png, motion: wave.mp4, output: animations/girl.mp4 }
`,
      prospolabs: { estimate: (microUsd) => microUsd * 3 },
    });
    const run = await bench.run({ concurrency: '1' });
    expect(run.exitCode).toBe(1);
    const errors = run.annotations.filter(({ level }) => level === 'error');
    expect(errors.map(({ message }) => message).join()).toMatch(
      /animations\/wave: it cost \$\S+ \(estimated\), more than the \$0\.304 that was held/,
    );
    expect(bench.results(run).results).toMatchObject([
      { state: 'generated', charge: { microUsd: expect.any(Number) } },
      { state: 'not-started', message: expect.stringContaining('charged more') },
    ]);
    expect(Number(run.outputs['actual-cost'])).toBeGreaterThan(0.304);
    expect(namesOfArtifact(bench)).toContain('animations/wave.mp4');
    expect(bench.submits()).toBe(1);
  });

  test('of EmpirioLabs fails the run loudly, and keeps the video', async () => {
    const bench = await startWorkbench({ config: oneTransfer('empiriolabs') });
    const commit = bench.git('rev-parse', 'HEAD').trim();
    const url = `${bench.emulator.origin}/raw/${REPOSITORY}/${commit}/dance.mp4`;
    const usage = { billable_units: 100, billing_unit: 'second' };
    const body = { job_id: 'job', status: 'completed', result: { data: [{ url }], usage } };
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
