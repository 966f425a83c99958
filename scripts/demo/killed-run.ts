import { type ActionRun, runAction, startAction } from '@motion-transfer/emulator';
import { cloneRepository } from './repository.ts';
import { readable } from './show.ts';
import { REPOSITORY, type Stage } from './stage.ts';

/** Reserved, announced, accepted: the provider's handle is in the ledger with the third write. */
const WRITES_UNTIL_ACCEPTED = 3;
/** On a busy machine, a run may take its time. */
const PATIENCE_MS = 300_000;

export interface Collected {
  readonly run: ActionRun;
  /** The ledger's `state.json` between the two runs. */
  readonly between: string;
  /** The other machine's checkout. */
  readonly checkout: string;
  /** What the providers have billed since, in all. */
  readonly bills: number;
}

/** A machine dies right after a submit; another one, with nothing but the repository, goes on. */
export async function killAndCollect(
  stage: Stage,
  scene: string,
  inputs: Record<string, string>,
): Promise<Collected> {
  const { emulator } = stage;
  const billed = emulator.bill.length;
  const written = countWrites(stage);
  const options = stage.optionsOf(`${scene}-killed`, inputs);
  const killed = startAction(options);
  await emulator.waitFor(() => countWrites(stage) - written >= WRITES_UNTIL_ACCEPTED, PATIENCE_MS);
  killed.kill('SIGKILL');
  const { stdout, signal } = await killed.finished;
  console.log(`${readable(stdout)}\n--- ${signal}: no signal handler, no post step ---\n`);
  emulator.github.setAttempt(REPOSITORY, options.runId ?? 0, 1, {
    status: 'completed',
    conclusion: 'failure',
  });
  const between = stage.readLedger('state.json');
  const checkout = cloneRepository(stage.repository, `${stage.out}/another-machine`);
  const run = await runAction(stage.optionsOf(scene, inputs, { workspace: checkout }));
  return { run, between, checkout, bills: emulator.bill.length - billed };
}

function countWrites({ emulator }: Stage): number {
  return emulator.requests.filter(
    ({ method, path, status }) =>
      method === 'POST' && path.endsWith('/git-receive-pack') && status === 200,
  ).length;
}
