import type { ActionRun } from '@motion-transfer/emulator';
import { checkEnding, checkMoney, type Ending, readLedger } from './check.ts';
import { sayRun, type World } from './world.ts';

const MAX_ROUNDS = 6;
/** From this round on nothing goes wrong any more: it is about the end, not about how long it takes. */
const CALM_ROUND = 3;

/** What happened so far, and what was wrong with it. */
export interface Story {
  readonly problems: readonly string[];
  /** Everything printed, for people who look into a problem. */
  readonly text: string;
  /** After every step the money must be right. */
  tell(title: string, run: ActionRun): void;
  accuse(problems: readonly string[]): void;
}

export function createStory(world: World): Story {
  const reported: string[] = [];
  const problems: string[] = [];
  return {
    problems,
    get text() {
      return reported.join('\n');
    },
    tell(title, run) {
      reported.push(`=== ${title}: ${sayRun(run)}`);
      problems.push(...checkMoney(world).map((problem) => `after ${title}: ${problem}`));
    },
    accuse: (more) => void problems.push(...more),
  };
}

export interface Recovery {
  readonly world: World;
  readonly story: Story;
  readonly firstRunId: number;
  /** Where the next run finds the repository. */
  readonly nextWorkspace: () => string;
  readonly calm?: () => void;
}

/** Runs that nobody disturbs, until everything is delivered or waits for a manual decision. */
export async function recover(
  recovery: Recovery,
): Promise<Ending & { readonly runs: number; readonly workspace: string }> {
  const { world, story, firstRunId, nextWorkspace, calm } = recovery;
  for (let round = 1; ; round++) {
    if (round === CALM_ROUND) calm?.();
    const runId = firstRunId + round - 1;
    const workspace = nextWorkspace();
    const run = await world.start({ workspace, runId }).finished;
    world.endAttempt(runId);
    story.tell(`run ${runId}, left alone`, run);
    const entries = readLedger(world);
    const isSettled =
      entries.length === 2 && entries.every(({ state }) => ['recorded', 'unknown'].includes(state));
    if (run.exitCode === 0 || isSettled || round === MAX_ROUNDS)
      return { ...(await checkEnding(world, run, workspace)), runs: round, workspace };
  }
}
