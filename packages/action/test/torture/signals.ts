import { once } from 'node:events';
import {
  cancelAsRunnerDoes,
  type RequestMoment,
  type RequestRecord,
  type RunningAction,
} from '@motion-transfer/emulator';
import { type Ending, readLedger } from './check.ts';
import { createStory, recover } from './recover.ts';
import { openWorld, type World } from './world.ts';

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGKILL';

/** When the signal comes: at the n-th request of a kind. */
interface Instant {
  readonly site: 'git-push' | 'submit' | 'artifact-upload';
  readonly provider?: 'prospolabs' | 'empiriolabs';
  /** Of the requests that carry something, from 1. */
  readonly number: number;
  readonly moment: RequestMoment;
}

const INSTANTS = {
  'the reservation is on its way': { site: 'git-push', number: 1, moment: 'arrived' },
  'the reservation is written': { site: 'git-push', number: 1, moment: 'handled' },
  'the intent is on its way': { site: 'git-push', number: 2, moment: 'arrived' },
  'the intent is written': { site: 'git-push', number: 2, moment: 'handled' },
  'a POST has arrived': { site: 'submit', number: 1, moment: 'arrived' },
  'a POST that brings the video is accepted': {
    site: 'submit',
    provider: 'prospolabs',
    number: 1,
    moment: 'handled',
  },
  'a POST that names a job is accepted': {
    site: 'submit',
    provider: 'empiriolabs',
    number: 1,
    moment: 'handled',
  },
  'its answer is just in': {
    site: 'submit',
    provider: 'prospolabs',
    number: 1,
    moment: 'answered',
  },
  'the artifact is on its way': { site: 'artifact-upload', number: 1, moment: 'arrived' },
} satisfies Record<string, Instant>;
type InstantName = keyof typeof INSTANTS;

export interface Scene {
  readonly signal: Signal;
  readonly instant: InstantName;
  /** The other side does not answer any more. */
  readonly hangs: boolean;
}

interface Signalled extends Ending {
  /** What the process was ended with at last. */
  readonly endedBy: Signal | 'itself';
  readonly runs: number;
  readonly charges: number;
  readonly log: string;
}

export function sayScene({ signal, instant, hangs }: Scene): string {
  return `${signal} when ${instant}${hangs ? ', which is never answered' : ''}`;
}

/** Every signal at every instant; a process that is killed does not see whether it is answered. */
export function listScenes(): Scene[] {
  const names = Object.keys(INSTANTS) as InstantName[];
  return (['SIGINT', 'SIGTERM', 'SIGKILL'] as const).flatMap((signal) =>
    names.flatMap((instant): Scene[] => {
      const hasAnswer = INSTANTS[instant].moment !== 'answered' && signal !== 'SIGKILL';
      return [
        { signal, instant, hangs: false },
        ...(hasAnswer ? [{ signal, instant, hangs: true }] : []),
      ];
    }),
  );
}

/** However busy the machine is. */
const PATIENCE_MS = 300_000;

/**
 * A busy machine may need longer for an orderly end than the action allows itself, so its forced end is
 * put off; but it alone ends a run whose artifact hangs, which has everything on record by then.
 */
function environmentOf({ instant }: Scene): Record<string, string> {
  if (INSTANTS[instant].site === 'artifact-upload') return {};
  return { NODE_OPTIONS: `--import=${new URL('../announce-signals.ts', import.meta.url).href}` };
}

/** One run that is signalled, its post step, and runs on other machines until all is settled. */
export async function playScene(scene: Scene): Promise<Signalled> {
  const watch = createWatch(INSTANTS[scene.instant]);
  let running: RunningAction | null = null;
  let ending: Promise<Signal | 'itself'> = Promise.resolve('itself');
  const world = await openWorld({
    checkpoint: async (request, moment) => {
      if (running == null || !watch(request, moment)) return 'pass';
      const { child } = running;
      const exited = once(child, 'exit');
      ending = signalChild(running, scene.signal);
      if (!scene.hangs) return 'pass';
      await exited;
      return 'drop';
    },
  });
  const story = createStory(world);
  try {
    const workspace = world.checkout();
    running = world.start({ workspace, runId: 1, environment: environmentOf(scene) });
    const run = await running.finished;
    running = null;
    const endedBy = await ending;
    story.tell(`run 1, ${sayScene(scene)}, ended by ${endedBy}`, run);
    if (endedBy === 'itself') story.accuse(['NOT SIGNALLED: the instant did not come']);
    if (scene.signal !== 'SIGKILL' && run.exitCode == null)
      story.accuse([`NOT ORDERLY: it was asked to end and died of ${run.signal}`]);
    if (scene.signal === 'SIGINT' && endedBy !== 'SIGINT')
      story.accuse([`DID NOT END: the runner had to send ${endedBy}`]);

    const submitted = countSubmits(world);
    const post = await world.start({ workspace, runId: 1, phase: 'post' }).finished;
    story.tell('post of run 1', post);
    if (post.exitCode !== 0) story.accuse([`POST STEP ended with ${post.exitCode}`]);
    if (countSubmits(world) > submitted) story.accuse(['THE POST STEP BOUGHT']);
    story.accuse(checkHandles(world, scene));

    world.endAttempt(1);
    const settled = await recover({
      world,
      story,
      firstRunId: 2,
      nextWorkspace: () => world.checkout(),
    });
    return {
      ...settled,
      problems: [...story.problems, ...settled.problems],
      endedBy,
      runs: 1 + settled.runs,
      charges: world.emulator.bill.length,
      log: story.text,
    };
  } finally {
    await world.close();
  }
}

/** True once: at the instant. */
function createWatch(instant: Instant): (request: RequestRecord, moment: RequestMoment) => boolean {
  const seen: RequestRecord[] = [];
  let isOver = false;
  return (request, moment) => {
    const { site, method } = request;
    const fits =
      site?.at === instant.site &&
      method !== 'GET' &&
      (instant.provider == null || site.provider === instant.provider);
    if (!fits || isOver) return false;
    if (!seen.includes(request)) seen.push(request);
    isOver = seen.indexOf(request) + 1 === instant.number && moment === instant.moment;
    return isOver;
  };
}

async function signalChild(running: RunningAction, signal: Signal): Promise<Signal> {
  const { child } = running;
  if (signal === 'SIGINT') return cancelAsRunnerDoes(child, { sigintMs: PATIENCE_MS });
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
  return signal;
}

function countSubmits(world: World): number {
  return world.emulator.requests.filter(({ site }) => site?.at === 'submit').length;
}

/** After the post step: a purchase has the provider's handle on record, or is held as unclear. */
function checkHandles(world: World, { signal }: Scene): string[] {
  const entries = readLedger(world);
  const unclear = signal === 'SIGKILL' ? ['unknown', 'submitting'] : ['unknown'];
  const problems: string[] = [];
  for (const { provider, jobId } of world.emulator.bill) {
    const entry = entries.find((candidate) => candidate.provider === provider);
    const isNamed = JSON.stringify(entry?.operation ?? {}).includes(jobId);
    if (!isNamed && !unclear.includes(entry?.state ?? ''))
      problems.push(`NO HANDLE: ${provider} billed ${jobId}, the ledger says ${entry?.state}`);
  }
  for (const { state, transferId } of entries) {
    if (['downloaded', 'stored'].includes(state))
      problems.push(`NOT FINISHED: the post step left ${transferId} as ${state}`);
    if (signal !== 'SIGKILL' && ['reserved', 'submitting'].includes(state))
      problems.push(`NOT REPORTED: ${transferId} is still ${state} after an orderly end`);
  }
  return problems;
}
