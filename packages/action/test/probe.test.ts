import { describe, expect, test } from 'vitest';
import { startProbeBench } from './probe/probe-bench.ts';
import { probeOnce } from './probe/probe-once.ts';
import { namesOfArtifact, oneTransfer } from './workbench.ts';

describe('a probe', () => {
  test.concurrent('of prospolabs buys once, keeps every answer without a secret, and leaves the repository as it is', () =>
    probeOnce('prospolabs'));

  test.concurrent('of a transfer that is named buys it as a run does, which does not buy it again', async () => {
    const { bench, probe } = await startProbeBench('prospolabs', {
      config: oneTransfer('prospolabs'),
    });
    const run = await probe({ only: 'animations/wave' });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(namesOfArtifact(bench)).toContain('animations/wave.mp4');
    const after = await probe({ command: 'run' });
    expect(after.outputs['reused-count'], after.stdout).toBe('1');
    expect(bench.submits()).toBe(1);
  });

  test.concurrent('buys nothing that may cost more than its limit, or than one of the config', async () => {
    const { bench, probe } = await startProbeBench('fal', {
      config: `${oneTransfer('fal')}budget: { per-transfer: 0.40, per-run: 2.00 }\n`,
    });
    // Sound that is longer by one frame is not held for.
    const named = await probe({ only: 'animations/wave' });
    expect(named.exitCode).toBe(1);
    expect(named.stdout).toContain('may cost $0.504, more than max-cost $0.50 of this probe');
    const limited = await probe({ tier: 'pro', model: 'kling-3.0' });
    expect(limited.exitCode).toBe(1);
    expect(limited.stdout).toContain('may cost $0.504, more than');
    const low = await probe({ 'max-cost': '0.10' });
    expect(low.stdout).toContain('may cost $0.21, more than max-cost $0.10 of this probe');
    const sent = bench.emulator.requests.filter(({ method }) => method !== 'GET');
    expect(sent.filter(({ mount }) => mount === 'fal')).toEqual([]);
  });

  test.concurrent.each([
    [
      'a limit above 0.50',
      { 'max-cost': '0.51' },
      'max-cost: "0.51" is not an amount of at most 0.50',
    ],
    ['several providers', { provider: 'fal, kie' }, 'a probe is about one provider'],
  ])('with %s is refused', async (_title, inputs, message) => {
    const { bench, probe } = await startProbeBench('fal');
    const run = await probe(inputs);
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain(message);
    expect(bench.submits()).toBe(0);
  });

  test.concurrent('is refused where a pull request is concerned', async () => {
    const { bench, probe } = await startProbeBench('fal');
    const run = await probe({}, { event: { name: 'pull_request' } });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('probe buys nothing where a pull request is concerned');
    expect(bench.submits()).toBe(0);
  });
});
