import { describe, expect, test } from 'vitest';
import { CONFIG, purchasesOf, startWorkbench } from './workbench.ts';

const configOf = (provider: string) => `version: 1
transfers:
  - { character: robot.png, motion: wave.mp4, output: animations/a.mp4, prompt: a robot, provider: ${provider} }
`;
const writeOff = (key: string) => ({
  command: 'reconcile',
  'write-off': `${key}=free`,
  reason: 'the dashboard shows none',
});

/** A run whose request is with Prospolabs, which does not answer until it may. */
async function startInFlight() {
  let answer = () => {};
  const gate = new Promise<void>((resolve) => {
    answer = resolve;
  });
  let reach = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  let isFirst = true;
  const bench = await startWorkbench({
    artifactService: false,
    config: configOf('empiriolabs'),
    checkpoint: async ({ site }, moment) => {
      const isSubmit = site?.at === 'submit' && site.provider === 'prospolabs';
      if (!isFirst || moment !== 'arrived' || !isSubmit) return 'pass';
      isFirst = false;
      reach();
      await gate;
      return 'pass';
    },
  });
  const token = bench.emulator.github.createToken({ contents: 'write', actions: 'read' });
  const sha = bench.git('rev-parse', 'HEAD').trim();
  const before = { token, workspace: bench.checkout(), sha };
  bench.write(CONFIG, configOf('prospolabs'));
  bench.commit('Ask Prospolabs');
  const again = { token, workspace: bench.checkout() };
  const say = (status: 'completed' | 'in_progress', conclusion: string | null) =>
    bench.emulator.github.setAttempt('octo/animations', 1001, 1, { status, conclusion });
  say('in_progress', null);
  const running = bench.start({}, { token });
  await reached;
  const key = purchasesOf(bench.ledger())[0]?.key;
  return { bench, token, before, again, say, running, answer, key: key.slice(0, 12) };
}

describe('a purchase in flight', () => {
  test('is not written off while its run is running, and nobody is advised to', async () => {
    const { bench, token, before, running, answer, key } = await startInFlight();
    const other = await bench.run({}, before);
    expect(other.stdout).toContain(
      'is buying an earlier version of animations/a at prospolabs now',
    );
    expect(other.stdout).not.toContain('write-off');
    const refused = await bench.run(writeOff(key), { token, workspace: bench.checkout() });
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain(
      'cannot be written off yet: run 1001 is buying it now: GitHub says that the run is still running',
    );
    answer();
    const bought = await running.finished;
    expect(bought.exitCode, bought.stdout).toBe(0);
    expect(bought.outputs['actual-cost']).toBe('0.304');
    expect(bench.submits()).toBe(2);
  });

  test('that was bought anew when its run was taken for dead counts as a second charge', async () => {
    const { bench, token, again, say, running, answer, key } = await startInFlight();
    say('completed', 'cancelled');
    const freed = await bench.run(writeOff(key), { token, workspace: bench.checkout() });
    expect(freed.exitCode, freed.stdout).toBe(0);
    const second = await bench.run({}, again);
    expect(second.exitCode, second.stdout).toBe(0);
    answer();
    const first = await running.finished;
    expect(first.exitCode).toBe(1);
    expect(first.outputs['actual-cost']).toBe('0.304');
    expect(first.stdout).toMatch(/animations\/a: it was written off .* so there are two charges/);
    expect(bench.submits()).toBe(2);
    const billed = bench.emulator.bill.reduce((sum, { microUsd }) => sum + microUsd, 0);
    expect(billed).toBe(608_000);
    expect(purchasesOf(bench.ledger())).toMatchObject([
      {
        state: 'recorded',
        charge: { microUsd: 304_000 },
        settled: [{ purchase: 1, runId: '1001', microUsd: 304_000 }],
      },
    ]);
  });
});
