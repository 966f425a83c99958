import { OURS_GIT, OURS_NONE } from '../measure/clients.ts';
import { medianOf } from '../measure/median.ts';
import { type JobsOutcome, type JobsTask, runJobs } from '../measure/run-jobs.ts';
import type { LedgerRow } from '../results.ts';
import type { Table } from './table.ts';

const RESULT_BYTES = 262_144;

/** The same jobs with the record that all runs share, a branch pushed over HTTP, and with none. */
export const ledgerTable: Table<'ledger'> = {
  name: 'ledger',
  async run({ stage, isQuick, rounds, concurrency, say }) {
    const rows: LedgerRow[] = [];
    for (const { what, task } of casesFor(isQuick, concurrency)) {
      const outcomes = new Map(
        [OURS_NONE, OURS_GIT].map((client) => [client, [] as JobsOutcome[]]),
      );
      for (let round = 1; round <= rounds; round += 1) {
        for (const [client, runs] of outcomes) {
          const outcome = await runJobs(stage, client, task);
          runs.push(outcome);
          say(
            `${what}, ${client.name}, round ${round}: ${outcome.wallS.toFixed(1)} s, ${outcome.processorS.toFixed(1)} s CPU, ${outcome.pushes} pushes, ${outcome.pushesPerMinute} in one minute at most, ${outcome.delivered} delivered`,
          );
        }
      }
      for (const [{ ledger }, runs] of outcomes)
        rows.push({
          what,
          jobs: task.jobs,
          ledger,
          wallS: medianOf(runs, ({ wallS }) => wallS),
          processorS: medianOf(runs, ({ processorS }) => processorS),
          delivered: Math.min(...runs.map(({ delivered }) => delivered)),
          pushes: medianOf(runs, ({ pushes }) => pushes),
          pushesPerMinute: Math.max(...runs.map(({ pushesPerMinute }) => pushesPerMinute)),
        });
    }
    return rows;
  },
};

function casesFor(
  isQuick: boolean,
  concurrency: number,
): readonly { readonly what: string; readonly task: JobsTask }[] {
  const jobs = isQuick ? 20 : 200;
  const atOnce = Math.min(jobs, concurrency);
  const few = {
    what: `${jobs} jobs of 3 s, 64 at once`,
    task: {
      jobs,
      concurrency: Math.min(64, jobs),
      settings: { medianMs: 3_000, sigma: 0, resultBytes: RESULT_BYTES },
    },
  };
  const all = {
    what: `${jobs} jobs of a median of 6 s, all at once`,
    task: {
      jobs,
      concurrency: atOnce,
      settings: { medianMs: 6_000, sigma: 0.35, resultBytes: RESULT_BYTES },
    },
  };
  return isQuick ? [few] : [few, all];
}
