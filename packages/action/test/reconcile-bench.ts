import { purchasesOf, REPOSITORY, startWorkbench, type Workbench } from './workbench.ts';

export const RUN_ID = 77;

/** The states on record at the ledger's server. */
export function statesAtServer(bench: Workbench): string[] {
  return purchasesOf(bench.ledger())
    .map(({ state }: { state: string }) => state)
    .sort();
}

/** A summary as it is shown: its punctuation is written as entities. */
export function readable(markdown: string): string {
  return markdown.replace(/&#(\d+);/g, (_entity, code) => String.fromCodePoint(Number(code)));
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
