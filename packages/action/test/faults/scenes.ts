import { expect } from 'vitest';
import { oneTransfer, startWithoutArtifacts } from '../workbench.ts';
import type { untypedErrors } from './cases.ts';

/** The id that the provider gives is the one that it is asked by. */
export async function askByNumber(id: string): Promise<void> {
  const bench = await startWithoutArtifacts({ config: oneTransfer('empiriolabs') });
  bench.emulator.inject({ at: 'submit', kind: 'id', json: id });
  const run = await bench.run();
  // The emulated account knows it by another id, so it stays in progress; what counts is what is asked for.
  expect(bench.results(run).results[0], run.stdout).toMatchObject({
    state: 'in-progress',
    operation: { jobId: id },
  });
  const asked = bench.emulator.requests.filter(({ site }) => site?.at === 'status');
  expect(asked.map(({ path }) => path)).toContain(`/empiriolabs/v1/jobs/${id}`);
}

/** A finished job of fal, whose result is an error twice. */
export async function surviveResult([
  ,
  status,
  body,
]: (typeof untypedErrors)[number]): Promise<void> {
  const bench = await startWithoutArtifacts({ config: oneTransfer('fal') });
  bench.emulator.inject({ at: 'result', kind: 'error', status, body, times: 2 });
  const run = await bench.run();
  expect(bench.emulator.firedFaults).toHaveLength(2);
  expect(bench.results(run).results[0]?.state, run.stdout).toBe('generated');
  expect(bench.submits()).toBe(1);
  expect(run.outputs['held-cost']).toBe('0.00');
}

/** No download succeeds in the run that bought; the next run has no such trouble. */
export async function collectLater(provider: 'prospolabs' | 'empiriolabs'): Promise<void> {
  const bench = await startWithoutArtifacts({ config: oneTransfer(provider) });
  bench.emulator.inject({ at: 'download', kind: 'truncated-body', times: Infinity });
  const run = await bench.run();
  expect(bench.results(run).results[0]?.state).toBe('in-progress');
  expect(bench.exists('animations/wave.mp4')).toBe(false);
  bench.emulator.clearFaults();
  const again = await bench.run();
  expect(again.exitCode, again.stdout).toBe(0);
  expect(bench.submits()).toBe(1);
  expect(again.outputs['actual-cost']).toBe(
    (bench.emulator.totalMicroUsd() / 1e6).toFixed(3).replace(/0$/, ''),
  );
}

/** The address of the output redirects to a private one. */
export async function refuseRedirect(protocol: 'http' | 'https', reason: string): Promise<void> {
  const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
  bench.emulator.inject({
    at: 'download',
    kind: 'redirect',
    to: `${protocol}://169.254.169.254/latest/meta-data`,
    times: Infinity,
  });
  const run = await bench.run();
  expect(bench.results(run).results[0]).toMatchObject({ state: 'in-progress' });
  expect(run.stdout).toContain(reason);
}
