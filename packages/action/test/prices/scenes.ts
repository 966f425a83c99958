import type { ActionRun } from '@motion-transfer/emulator';
import { expect } from 'vitest';
import { configOf } from '../pull-request-bench.ts';
import { oneTransfer, startWorkbench } from '../workbench.ts';

/** What EmpirioLabs reports of its two tiers. */
export const rowsOfEmpirioLabs = (standard: number, unit = 'second') => [
  { mode: 'std', unit, price_usd: standard },
  { mode: 'pro', unit, price_usd: 0.18 },
];

/** What fal reports of one endpoint. */
export const endpointOfFal = (tier: string) => `fal-ai/kling-video/v3/${tier}/motion-control`;
export const rowOfFal = (unitPrice: number, changes: Record<string, string> = {}) => ({
  endpoint_id: endpointOfFal('standard'),
  unit_price: unitPrice,
  unit: 'seconds',
  currency: 'USD',
  ...changes,
});
export const reportedByFal = (...prices: readonly unknown[]) =>
  ({ at: 'lookup', provider: 'fal', kind: 'error', status: 200, body: { prices } }) as const;

/** A config with a contract price. */
export const priced = (dollars: string) =>
  `${configOf('per-run: 5')}prices: { prospolabs: { kling-3-motion-control: { standard: ${dollars} } } }\n`;
/** The price comes from the list of this version, and a note says so. */
export function expectListed(plan: ActionRun, estimatedCost: string): void {
  expect(plan.exitCode, plan.stdout).toBe(0);
  expect(plan.outputs['estimated-cost']).toBe(estimatedCost);
  expect(plan.stdout).toContain('the price list of this version counts');
}

/** A plan for fal, which reports a price that is no price of this transfer. */
export async function ignoreReport(price: unknown): Promise<void> {
  const bench = await startWorkbench({ config: oneTransfer('fal') });
  bench.emulator.inject(reportedByFal(price));
  expectListed(await bench.run({ command: 'plan' }), '0.504');
}
