import { describe, expect, it } from 'vitest';
import { oneTransfer, startWorkbench } from './workbench.ts';

/** What is believed of prices, through the bundle: contracts, what providers tell, what they charge. */
const rows = (standard: number, unit = 'second') => [
  { mode: 'std', unit, price_usd: standard },
  { mode: 'pro', unit, price_usd: 0.18 },
];

describe('a price that EmpirioLabs tells', () => {
  it('above the list is warned of and held', async () => {
    const bench = await startWorkbench({
      config: oneTransfer('empiriolabs'),
      empiriolabs: { pricingRows: rows(0.2) },
    });
    const plan = await bench.run({ command: 'plan' });
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(plan.outputs['estimated-cost']).toBe('1.00');
    expect(plan.stdout).toContain('EmpirioLabs tells $0.20 a second for standard');
  });

  it('below the list lowers no hold', async () => {
    const bench = await startWorkbench({
      config: oneTransfer('empiriolabs'),
      empiriolabs: { pricingRows: rows(0.1) },
    });
    const plan = await bench.run({ command: 'plan' });
    expect(plan.outputs['estimated-cost']).toBe('0.70');
    expect(plan.stdout).toContain('EmpirioLabs tells $0.10 a second for standard');
  });

  it.each([
    ['cannot be read', undefined, 500],
    ['is told by another unit', rows(3, 'video'), null],
  ])('that %s is noted, and the list counts', async (_title, pricingRows, status) => {
    const bench = await startWorkbench({
      config: oneTransfer('empiriolabs'),
      empiriolabs: pricingRows == null ? {} : { pricingRows },
    });
    if (status != null) bench.emulator.inject({ at: 'lookup', kind: 'error', status });
    const plan = await bench.run({ command: 'plan' });
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(plan.outputs['estimated-cost']).toBe('0.70');
    expect(plan.stdout).toContain('the price list of this version counts');
  });
});

it('a contract price is what is planned, held and recorded', async () => {
  const contract = 'prices: { fal: { fal-ai/kling-video/v3/motion-control: { standard: 0.2 } } }\n';
  const bench = await startWorkbench({ config: `${oneTransfer('fal')}${contract}` });
  const run = await bench.run();
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.outputs['estimated-cost']).toBe('1.00');
  const [result] = bench.results(run).results;
  expect(result?.charge?.source).toBe('provider-reported');
  expect(result?.charge?.microUsd).toBeGreaterThan(700_000);
});

it('a charge far from its estimate is annotated with provider, estimate and charge', async () => {
  const bench = await startWorkbench({ config: oneTransfer('kie'), kie: { creditsPerSecond: 6 } });
  const run = await bench.run();
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.stdout).toMatch(/::warning[^\n]*kie charged \$0\.\d+, estimated was \$0\.\d+/);
});
