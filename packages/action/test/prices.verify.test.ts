import { describe, expect, test } from 'vitest';
import {
  expectListed,
  ignoreReport,
  priced,
  reportedByFal,
  rowOfFal,
  rowsOfEmpirioLabs,
  textOf,
} from './prices/scenes.ts';
import { configOf, startPullRequest } from './pull-request-bench.ts';
import { oneTransfer, startWorkbench } from './workbench.ts';

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
});

describe.concurrent('a contract price in a pull request', () => {
  test('that only the pull request names does not count', async () => {
    const bench = await startPullRequest({ base: configOf('per-run: 5'), head: priced('0.001') });
    const plan = await bench.plan();
    expect(plan.outputs['estimated-cost'], plan.stdout).toBe('0.304');
    expect(textOf(bench.ownComments()[0])).not.toContain('contract price');
  });
});
