import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProxyFault, seededFaults } from '@motion-transfer/emulator';
import { type Ending, readLedger } from './check.ts';
import { createRequestKiller, environmentOf, type Kill, sayKill } from './kill.ts';
import { createStory, recover } from './recover.ts';
import { openWorld, type Room, type World } from './world.ts';

/** Runs that are killed one after the other, then runs that are left alone until all is settled. */
export interface History {
  readonly kills: readonly Kill[];
  /** Whether the next run finds the checkout of the killed one, or begins on another machine. */
  readonly place: 'same' | 'elsewhere';
  /** With `post`, the runner outlived the process and starts the post step. */
  readonly aftermath: 'nothing' | 'post';
  readonly room: Room;
  /** A reconcile comes while GitHub still calls the killed run alive. */
  readonly isHasty: boolean;
  /** Seed of what goes wrong between the processes and everything else; `null`: nothing. */
  readonly networkSeed: number | null;
}

export interface Played extends Ending {
  readonly kills: number;
  readonly runs: number;
  readonly faults: number;
  readonly charges: number;
  /** Everything printed, for people who look into a problem. */
  readonly log: string;
}

const SHARES: Readonly<Partial<Record<ProxyFault, number>>> = {
  dropped: 0.02,
  'answer-lost': 0.02,
  unavailable: 0.02,
  truncated: 0.01,
};

export function sayHistory(history: History): string {
  const { kills, place, aftermath, room, isHasty, networkSeed } = history;
  const network = networkSeed == null ? '' : `, network ${networkSeed}`;
  return `${kills.map(sayKill).join(' then ')}; ${place}, ${aftermath}, ${room}${isHasty ? ', hasty' : ''}${network}`;
}

export async function playHistory(history: History): Promise<Played> {
  const { place, networkSeed } = history;
  const killer = createRequestKiller();
  let isCalm = false;
  const strike = networkSeed == null ? null : seededFaults(networkSeed, SHARES);
  const world = await openWorld({
    room: history.room,
    checkpoint: killer.checkpoint,
    ...(strike != null && {
      network: { faults: (request) => (isCalm ? undefined : strike(request)), latencyMs: [0, 20] },
    }),
  });
  const scratch = mkdtempSync(join(tmpdir(), 'motion-transfer-kill-'));
  const story = createStory(world);
  const first = world.checkout();
  const nextWorkspace = () => (place === 'same' ? first : world.checkout());
  let runId = 0;
  let kills = 0;
  try {
    for (const kill of history.kills) {
      runId += 1;
      const workspace = nextWorkspace();
      const log = join(scratch, `kill-${runId}`);
      const running = world.start({ workspace, runId, environment: environmentOf(kill, log) });
      if (kill.at === 'request') killer.arm(kill, running.child);
      const run = await running.finished;
      killer.disarm();
      if (run.signal === 'SIGKILL') kills += 1;
      else if (run.exitCode !== 0 && run.exitCode !== 1)
        story.accuse([`EXIT CODE ${run.exitCode}`]);
      const where =
        kill.at === 'request' ? sayRequest(killer.struck()) : readFileOr(log, 'not reached');
      story.tell(`run ${runId}, ${sayKill(kill)}: ${where}`, run);
      if (history.aftermath === 'post') {
        const post = await world.start({ workspace, runId, phase: 'post' }).finished;
        story.tell(`post of run ${runId}`, post);
      }
      if (history.isHasty) story.accuse(await lookTooEarly(world, runId));
      world.endAttempt(runId);
    }
    const ending = await recover({
      world,
      story,
      firstRunId: runId + 1,
      nextWorkspace,
      calm: () => {
        isCalm = true;
      },
    });
    return {
      ...ending,
      problems: [...story.problems, ...ending.problems],
      kills,
      runs: runId + ending.runs,
      faults: Object.values(world.proxy?.counts ?? {}).reduce((sum, count) => sum + count, 0),
      charges: world.emulator.bill.length,
      log: story.text,
    };
  } finally {
    await world.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

const isOpen = (state: string) => ['reserved', 'submitting'].includes(state);

/** While GitHub does not say that the run is over, nobody settles what it may be about to send. */
async function lookTooEarly(world: World, runId: number): Promise<string[]> {
  const open = () =>
    readLedger(world)
      // What an earlier run has left is anybody's: that one is over.
      .filter(({ state, holder }) => isOpen(state) && holder.runId === String(runId))
      .map(({ key, state }) => `${key} ${state}`)
      .join(', ');
  const before = open();
  const step = { workspace: world.checkout(), runId: 900 + runId };
  await world.start({ ...step, inputs: { command: 'reconcile' } }).finished;
  const after = open();
  return before === after ? [] : [`TAKEN OVER from a living run: ${before} became ${after}`];
}

function sayRequest(request: { readonly method: string; readonly path: string } | null): string {
  return request == null ? 'not reached' : `${request.method} ${request.path}`;
}

function readFileOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return otherwise;
  }
}
