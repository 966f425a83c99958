import type { Fault } from '@motion-transfer/emulator';
import { expect } from 'vitest';
import {
  oneTransfer,
  startWithoutArtifacts,
  type Workbench,
  type WorkbenchOptions,
} from '../workbench.ts';

type FalOptions = Required<NonNullable<WorkbenchOptions['fal']>>;

/** What could not be uploaded is not bought; the next run has no such trouble. */
export async function surviveUpload(
  provider: 'fal' | 'replicate' | 'wavespeed',
  fault: Fault,
  charges: 0 | 1,
): Promise<void> {
  const bench = await startWithoutArtifacts({ config: oneTransfer(provider) });
  bench.emulator.inject(fault);
  const run = await bench.run();
  expect(bench.emulator.firedFaults.length).toBeGreaterThan(0);
  expect(bench.emulator.bill.length, run.stdout).toBe(charges);
  expect(run.exitCode).toBe(charges === 1 ? 0 : 1);
  expect(run.outputs['held-cost']).toBe('0.00');
  bench.emulator.clearFaults();
  expect((await bench.run()).exitCode).toBe(0);
  expect(bench.emulator.bill).toHaveLength(1);
}

/** A whole purchase at a queue of fal that names its addresses in this way. */
export async function askOwnQueue(addresses: FalOptions['addresses']): Promise<void> {
  const bench = await startWithoutArtifacts({ config: oneTransfer('fal'), fal: { addresses } });
  const run = await bench.run();
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.outputs['actual-cost']).toBe(
    (bench.emulator.totalMicroUsd() / 1e6).toFixed(6).replace(/0{1,4}$/, ''),
  );
}

/** A purchase whose header counts something else than seconds. */
export async function estimateFal(billableUnits: FalOptions['billableUnits']): Promise<void> {
  const bench = await startWithoutArtifacts({ config: oneTransfer('fal'), fal: { billableUnits } });
  const run = await bench.run();
  expect(bench.results(run).results[0]?.charge).toMatchObject({ source: 'estimated' });
}

/** A job that fails, reported in one of two places. */
export async function failAtFal(failure: FalOptions['failure']): Promise<void> {
  const bench = await startWithoutArtifacts({ config: oneTransfer('fal'), fal: { failure } });
  bench.emulator.inject({
    at: 'submit',
    kind: 'job-fails',
    code: 'video_too_dark',
    message: 'nobody can be seen',
  });
  const run = await bench.run();
  const [result] = bench.results(run).results;
  expect(result).toMatchObject({
    state: 'failed',
    message: expect.stringContaining('nobody can be seen'),
  });
  expect((await bench.run()).outputs['blocked-count']).toBe('1');
  expect(bench.submits()).toBe(1);
}

export const GRANTED = 'staging: { provider: public }\n';

/** What a provider was given: bytes of the checkout, named by their hash on the bill. */
export function uploadsOf(bench: Workbench) {
  return bench.emulator.requests.filter(({ site }) => site?.at === 'upload');
}
