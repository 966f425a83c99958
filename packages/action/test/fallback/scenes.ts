import { expect } from 'vitest';
import { startWithoutArtifacts, type Workbench, type WorkbenchOptions } from '../workbench.ts';

export const listOf = (providers: string, more = '') => `version: 1
provider: [${providers}]
${more}transfers:
  - { character: robot.png, motion: wave.mp4, output: animations/wave.mp4, prompt: a robot waves }
`;

/** A pause that nobody waits for who can ask somebody else. */
export const paused = {
  at: 'submit',
  provider: 'prospolabs',
  kind: 'error',
  status: 429,
  headers: { 'retry-after': '121' },
  times: Infinity,
} as const;

export function start(
  providers: string,
  more = '',
  options: WorkbenchOptions = {},
): Promise<Workbench> {
  return startWithoutArtifacts({ config: listOf(providers, more), ...options });
}

export function refusedUpload(provider: 'fal' | 'replicate') {
  return { at: 'upload', provider, kind: 'error', status: 403, times: Infinity } as const;
}

/** The first of the list refuses its account with this status. */
export async function askNext(status: number): Promise<void> {
  const bench = await start('prospolabs, fal');
  bench.emulator.inject({ at: 'submit', provider: 'prospolabs', kind: 'error', status });
  const run = await bench.run();
  expect(run.exitCode, run.stdout).toBe(0);
  expect(bench.emulator.bill.map(({ provider }) => provider)).toEqual(['fal']);
  const [result] = bench.results(run).results;
  expect(result).toMatchObject({ state: 'generated', provider: 'fal', holdMicroUsd: 0 });
  expect(result?.message).toMatch(/^made by fal: Prospolabs did not accept it/);
  expect(run.outputs['held-cost']).toBe('0.00');

  const again = await bench.run();
  expect(bench.results(again).results[0]?.state).toBe('reused');
  expect(bench.emulator.bill).toHaveLength(1);
}

/** The storage of fal refuses a file; the next of the list gets it at its own `site`. */
export async function passOn(
  next: 'replicate' | 'empiriolabs',
  site: 'upload' | 'input',
  title: string,
): Promise<void> {
  const bench = await start(`fal, ${next}`);
  bench.emulator.inject(refusedUpload('fal'));
  const run = await bench.run();
  expect(run.exitCode, run.stdout).toBe(0);
  expect(bench.emulator.bill.map(({ provider }) => provider)).toEqual([next]);
  expect(bench.emulator.requests.some((request) => request.site?.at === site)).toBe(true);
  expect(bench.submits()).toBe(1);
  const [result] = bench.results(run).results;
  expect(result).toMatchObject({ state: 'generated', provider: next, holdMicroUsd: 0 });
  expect(result?.message).toContain(`made by ${title}: fal did not accept it`);
  expect(run.outputs['held-cost']).toBe('0.00');
  expect((await bench.run()).outputs['reused-count']).toBe('1');
}
