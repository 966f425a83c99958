import { expect } from 'vitest';
import { shownText } from './shown-text.ts';
import {
  filesBelow,
  purchasesOf,
  REPOSITORY,
  startWorkbench,
  type Workbench,
} from './workbench.ts';

export const RUN_ID = 77;

/** The states on record at the ledger's server. */
export function statesAtServer(bench: Workbench): string[] {
  return purchasesOf(bench.ledger())
    .map(({ state }: { state: string }) => state)
    .sort();
}

/** A run of two transfers that is killed: one job is accepted, of the other the answer is lost. */
export async function startKilled() {
  const bench = await startWorkbench();
  bench.emulator.inject({ at: 'submit', provider: 'prospolabs', kind: 'lost-answer' });
  bench.emulator.inject({ at: 'status', kind: 'status-word', word: 'processing', times: Infinity });
  const token = bench.emulator.github.createToken({ contents: 'write', actions: 'read' });
  const running = bench.start({}, { token, runId: RUN_ID });
  await running.printed('animations/dance: waiting');
  const seen = new Set<unknown>();
  await bench.emulator.waitFor((request) => {
    const isPushed = request.path.endsWith('/git-receive-pack') && request.status === 200;
    // Reading the branch holds up the server, so it is done once for every push.
    if (!isPushed || seen.has(request)) return false;
    seen.add(request);
    return statesAtServer(bench).join() === 'submitted,unknown';
  }, 300_000);
  running.kill('SIGKILL');
  await running.finished;
  bench.emulator.clearFaults();
  bench.emulator.github.setAttempt(REPOSITORY, RUN_ID, 1, {
    status: 'completed',
    conclusion: 'failure',
  });
  return bench;
}

/** The lock of a job in a container that is gone. */
export function leaveLock(bench: Workbench, run: object | null): void {
  const ofContainer = {
    pid: 1,
    host: 'container.invalid',
    started: '1',
    boot: 'b',
    processNamespace: 'pid:[1]',
    takenAtMs: Date.UTC(2026, 10, 30),
  };
  bench.write('.git/motion-transfer/lock', JSON.stringify({ ...ofContainer, run }));
}

/** Reconciles in that checkout with a token that may not write the ledger. */
export async function collectWithoutLedger(choose: (bench: Workbench) => string): Promise<void> {
  const bench = await startKilled();
  const pushRefused = bench.emulator.github.createToken({ contents: 'read', actions: 'read' });
  const workspace = choose(bench);
  const run = await bench.run({ command: 'reconcile' }, { token: pushRefused, workspace });

  expect(run.exitCode, run.stdout).toBe(1);
  const directory = run.outputs['output-directory'] ?? '';
  expect(filesBelow(directory).some((path) => /collected\/.*dance.*\.mp4$/.test(path))).toBe(true);
  expect(bench.emulator.artifacts.map(({ name }) => name)).toEqual(['motion-transfer']);
  expect(run.outputs).toMatchObject({
    'unknown-count': '1',
    'collected-count': '1',
    'actual-cost': '0.56',
    'held-cost': '0.304',
  });
  expect(run.stdout).toMatch(/::error::The videos are here, but the ledger was not updated/);
  expect(run.stdout).not.toContain('Nothing is spent');
  const summary = shownText(run.summary);
  expect(summary).toContain('| animations/dance (earlier) | collected |');
  expect(summary).toContain('animations/wave: Prospolabs cannot be asked');
  expect(summary).toContain('| empiriolabs | 1 | $0.56 | $0.00 |');
  expect(bench.submits()).toBe(2);
}
