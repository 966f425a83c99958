import { cancelAsRunnerDoes, type RunningAction } from '@motion-transfer/emulator';
import { expect } from 'vitest';
import { CONFIG, oneTransfer, REPOSITORY, startWorkbench, type Workbench } from './workbench.ts';

/** Longer than any test: a job is finished, or a server answers, when the test lets an hour pass. */
export const HOUR_MS = 3_600_000;

/** The runner sends SIGTERM 7.5 s after SIGINT (its ProcessInvoker.cs). */
export const RUNNER_WAIT_MS = 7_500;

export const ANNOUNCE = new URL('./announce-signals.ts', import.meta.url).href;

/** A workbench whose jobs take an hour. */
export function startSlow(config?: string): Promise<Workbench> {
  return startWorkbench({ ...(config != null && { config }), jobDurationMs: HOUR_MS });
}

/** A workbench whose motion is fetched from the web while planning. */
export async function startWithUrl(): Promise<Workbench> {
  const bench = await startWorkbench({ config: null });
  const commit = bench.git('rev-parse', 'HEAD').trim();
  const url = `${bench.emulator.origin}/raw/${REPOSITORY}/${commit}/wave.mp4`;
  bench.write(CONFIG, oneTransfer('empiriolabs').replace('motion: wave.mp4', `motion: ${url}`));
  bench.commit('Add a config');
  return bench;
}

/** The motion's server has been asked and does not answer. */
export function isHanging(bench: Workbench) {
  return bench.emulator.waitFor(
    ({ path, status }) => path.endsWith('/wave.mp4') && status === 'pending',
  );
}

/** A run that prints when a signal has arrived. */
export function startAnnouncing(
  bench: Workbench,
  inputs: Record<string, string> = {},
): RunningAction {
  return bench.start(inputs, { environment: { NODE_OPTIONS: `--import=${ANNOUNCE}` } });
}

/** Cancels; resolves when the action knows, with how to wait for its end by itself. */
export async function cancel(running: RunningAction) {
  const ended = cancelAsRunnerDoes(running.child, { sigintMs: HOUR_MS });
  const log = await running.printed('SIGINT has arrived');
  const [, forcedAfterMs] = /a forced end would follow in (\d+) ms/.exec(log) ?? [];
  expect(Number(forcedAfterMs)).toBeGreaterThan(0);
  expect(Number(forcedAfterMs)).toBeLessThan(RUNNER_WAIT_MS);
  return async () => {
    expect(await ended).toBe('SIGINT');
    return running.finished;
  };
}
