import {
  AI_FAL,
  AI_REPLICATE,
  type Client,
  FAL,
  FLOOR,
  OURS_GIT,
  OURS_NONE,
  REPLICATE,
  SHELL,
} from '../measure/clients.ts';
import { medianOf, medianOrNull } from '../measure/median.ts';
import { type JobsOutcome, runJobs } from '../measure/run-jobs.ts';
import type { JobsRow } from '../results.ts';
import { available } from './available.ts';
import type { Table, TableContext } from './table.ts';

const SIZES = [1, 20, 200, 1_000];
const CLIENTS = [FLOOR, FAL, REPLICATE, AI_FAL, AI_REPLICATE, SHELL, OURS_NONE, OURS_GIT];
const MOST_SHELLS = 200;
const MB = 1_048_576;

/** Jobs of a median of 6 s, all wanted at once, videos of 1 MB: what a client adds to the provider's own time. */
export const jobsTable: Table<'jobs'> = {
  name: 'jobs',
  async run(context) {
    const { isQuick, rounds } = context;
    const rows: JobsRow[] = [];
    for (const jobs of isQuick ? [20] : SIZES) {
      const clients = isQuick ? [FLOOR, FAL, OURS_NONE, OURS_GIT] : clientsFor(jobs);
      const outcomes = new Map<Client, JobsOutcome[]>(clients.map((client) => [client, []]));
      // Client after client in each round, so that what else the machine does meets all of them.
      for (let round = 1; round <= rounds; round += 1) {
        for (const [client, runs] of outcomes) runs.push(await one(context, client, jobs, round));
      }
      for (const [client, runs] of outcomes) rows.push(rowOf(client, jobs, runs));
    }
    return rows;
  },
};

/** A thousand shells would only show how long processes take to start. */
function clientsFor(jobs: number): readonly Client[] {
  return available(CLIENTS).filter((client) => client !== SHELL || jobs <= MOST_SHELLS);
}

async function one(context: TableContext, client: Client, jobs: number, round: number) {
  const outcome = await runJobs(context.stage, client, {
    jobs,
    concurrency: Math.min(jobs, context.concurrency),
    settings: { medianMs: context.isQuick ? 2_000 : 6_000, sigma: 0.35, resultBytes: MB },
  });
  const { overS, processorS, peakMb, requestsPerJob, delivered, twice } = outcome;
  context.say(
    `${jobs} jobs, ${client.name}, round ${round}: ${overS.toFixed(2)} s over the slowest, ${processorS.toFixed(2)} s CPU, ${peakMb.toFixed(0)} MB, ${requestsPerJob.toFixed(1)} requests a job, ${delivered} delivered, ${twice} twice (emulation ${outcome.emulationProcessorS.toFixed(1)} s CPU)`,
  );
  return outcome;
}

function rowOf({ name }: Client, jobs: number, runs: readonly JobsOutcome[]): JobsRow {
  return {
    jobs,
    client: name,
    overS: medianOf(runs, ({ overS }) => overS),
    processorS: medianOf(runs, ({ processorS }) => processorS),
    peakMb: medianOf(runs, ({ peakMb }) => peakMb),
    requestsPerJob: medianOf(runs, ({ requestsPerJob }) => requestsPerJob),
    detectionMs: medianOrNull(runs, ({ detection }) => detection?.meanMs ?? null),
    deliveryMs: medianOrNull(runs, ({ delivery }) => delivery?.meanMs ?? null),
    delivered: Math.min(...runs.map(({ delivered }) => delivered)),
    billed: Math.max(...runs.map(({ billed }) => billed)),
    twice: Math.max(...runs.map(({ twice }) => twice)),
  };
}
