import { expect } from 'vitest';
import { configOf, type PullRequestBench, startPullRequest } from '../pull-request-bench.ts';

type Delivery = NonNullable<NonNullable<Parameters<PullRequestBench['buy']>[1]>['event']>;

const base = configOf('per-run: 5.00');
export const stranger = { base, headRepository: 'stranger/animations' };

export async function buyNothingForFork(name: string, event: Delivery | undefined): Promise<void> {
  const bench = await startPullRequest(stranger);
  const run = await bench.buy({}, event == null ? {} : { event });
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toMatch(
    new RegExp(
      `comes from a fork.*\\(event ${name}\\).*use command: plan here, and run after the merge`,
    ),
  );
  expect(bench.submits()).toBe(0);
}

/** What a step does that is given no command. */
export async function takeCommand(command: 'plan' | 'run', event: Delivery): Promise<void> {
  const bench = await startPullRequest({ base });
  const run = await bench.buy({ command: '' }, { event });
  expect(run.exitCode, run.stdout).toBe(0);
  expect(bench.submits()).toBe(command === 'run' ? 1 : 0);
}
