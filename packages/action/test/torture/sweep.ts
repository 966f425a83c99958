import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type History, type Played, playHistory, sayHistory } from './history.ts';
import { countingEnvironment, type Kill } from './kill.ts';
import { openWorld, sayRun } from './world.ts';

/** Every effect that a run has when nothing goes wrong. */
interface Effects {
  readonly requests: number;
  /** Names of the calls, in order. */
  readonly disk: readonly string[];
}

/** Runs once without a fault and counts. */
export async function countEffects(): Promise<Effects> {
  const scratch = mkdtempSync(join(tmpdir(), 'motion-transfer-effects-'));
  const log = join(scratch, 'log');
  const world = await openWorld();
  try {
    const environment = countingEnvironment(log);
    const run = await world.start({ workspace: world.checkout(), runId: 1, environment }).finished;
    if (run.exitCode !== 0) throw new Error(`a run without faults failed: ${sayRun(run)}`);
    const disk = readFileSync(log, 'utf8').trim().split('\n');
    return { requests: world.emulator.requests.length, disk };
  } finally {
    await world.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Before and after every effect, in the order in which a run has them. */
function listKills({ requests, disk }: Effects): Kill[] {
  const atRequests = Array.from({ length: requests }, (_, index) =>
    (['arrived', 'handled', 'answered'] as const).map(
      (moment): Kill => ({ at: 'request', index: index + 1, moment, victims: 'tree' }),
    ),
  );
  const onDisk = disk.map((name, index) =>
    (['before', ...(name === 'appendFile' ? (['torn'] as const) : []), 'after'] as const).map(
      (moment): Kill => ({ at: 'disk', index: index + 1, moment }),
    ),
  );
  return [...atRequests, ...onDisk].flat();
}

/**
 * Histories with at least `killCount` kills in them. Each effect gets its turn before one gets a second;
 * a part of all effects is spread evenly over the run, from where the seed begins.
 */
export function planHistories(effects: Effects, killCount: number, seed: number): History[] {
  const random = createRandom(seed);
  const chance = (share: number) => random() < share;
  const points = listKills(effects);
  const anywhere = (): Kill => pick(points, Math.floor(random() * points.length));
  const histories: History[] = [];
  const step = Math.max(1, points.length / killCount);
  let at = random() * points.length;
  for (let kills = 0; kills < killCount; at += step) {
    const first = pick(points, Math.floor(at) % points.length);
    const all = [first, ...(chance(0.25) ? [anywhere()] : [])];
    kills += all.length;
    histories.push({
      kills: all.map((kill) =>
        kill.at === 'request' && chance(0.5) ? { ...kill, victims: 'process' } : kill,
      ),
      place: chance(0.5) ? 'same' : 'elsewhere',
      aftermath: chance(0.25) ? 'post' : 'nothing',
      room: chance(0.5) ? 'tight' : 'wide',
      isHasty: chance(0.1),
      networkSeed: chance(0.2) ? Math.floor(random() * 2 ** 31) : null,
    });
  }
  return histories;
}

function pick<Value>(values: readonly Value[], index: number): Value {
  const value = values[index];
  if (value === undefined) throw new RangeError(`there is no number ${index}`);
  return value;
}

interface SweepFigures {
  histories: number;
  kills: number;
  runs: number;
  faults: number;
  charges: number;
  delivered: number;
  unknownBilled: number;
  unknownPhantom: number;
  readonly problems: { readonly history: string; readonly problem: string; readonly log: string }[];
}

/** Plays all of them, some at a time. `onPlayed` comes after each. */
export async function sweep(
  histories: readonly History[],
  options: {
    readonly concurrency: number;
    readonly onPlayed?: (figures: SweepFigures, history: History, played: Played) => void;
  },
): Promise<SweepFigures> {
  const figures: SweepFigures = {
    histories: 0,
    kills: 0,
    runs: 0,
    faults: 0,
    charges: 0,
    delivered: 0,
    unknownBilled: 0,
    unknownPhantom: 0,
    problems: [],
  };
  const left = [...histories];
  const work = async () => {
    for (let history = left.shift(); history != null; history = left.shift()) {
      const played = await playHistory(history);
      figures.histories += 1;
      for (const name of [
        'kills',
        'runs',
        'faults',
        'charges',
        'delivered',
        'unknownBilled',
        'unknownPhantom',
      ] as const)
        figures[name] += played[name];
      for (const problem of played.problems)
        figures.problems.push({ history: sayHistory(history), problem, log: played.log });
      options.onPlayed?.(figures, history, played);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, work));
  return figures;
}

/** Uniform in [0, 1), the same for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
