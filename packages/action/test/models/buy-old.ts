import type { ProviderName } from '@motion-transfer/emulator';
import { expect } from 'vitest';
import { oneTransfer, startWorkbench } from '../workbench.ts';

export const JOURNAL = '.git/motion-transfer/journal.jsonl';
export const OLD = '    model: kling-2.6\n';

/** Kling 2.6 at one provider: on its bill and in every record, and then reused. */
export async function buyOld(provider: ProviderName, model: string): Promise<void> {
  const bench = await startWorkbench({ config: oneTransfer(provider, OLD) });
  const run = await bench.run();
  expect(run.exitCode, run.stdout).toBe(0);
  expect(bench.emulator.bill).toMatchObject([{ provider, model }]);
  expect(run.stdout).toContain(`${provider} kling-2.6`);
  const [result] = bench.results(run).results;
  expect(result).toMatchObject({ state: 'generated', provider, model: 'kling-2.6' });
  expect(result?.charge?.microUsd).toBeGreaterThanOrEqual(bench.emulator.totalMicroUsd(provider));
  const lockfile = bench.read('motion-transfer.lock.json').toString();
  expect(lockfile).toMatch(/"model":".*2[.-]6/);
  expect(bench.read(JOURNAL).toString()).toContain('"modelName":"kling-2.6"');

  const again = await bench.run();
  expect(bench.results(again).results[0]).toMatchObject({ state: 'reused', model: 'kling-2.6' });
  expect(bench.emulator.bill).toHaveLength(1);
}
