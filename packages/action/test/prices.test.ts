import { describe, expect, test } from 'vitest';
import { priced, rowsOfEmpirioLabs } from './prices/scenes.ts';
import { startPullRequest } from './pull-request-bench.ts';
import { shownText } from './shown-text.ts';
import {
  namesOfArtifact,
  oneTransfer,
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

describe.concurrent('a contract price in a pull request', () => {
  test('is in the comment with how it was reckoned, and in the total', async () => {
    const bench = await startPullRequest({ base: priced('0.05') });
    const plan = await bench.plan();
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(plan.outputs['estimated-cost']).toBe('0.20');
    const [comment] = bench.ownComments();
    expect(shownText(comment)).toContain('4 s x $0.05 (contract price)');
    expect(plan.summary).toContain('$0.20');
  });

  test('is that of the base branch, whatever the pull request says', async () => {
    const bench = await startPullRequest({ base: priced('0.05'), head: priced('0.001') });
    const plan = await bench.plan();
    expect(plan.outputs['estimated-cost'], plan.stdout).toBe('0.20');
    expect(shownText(bench.ownComments()[0])).toContain('(contract price)');
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
});
