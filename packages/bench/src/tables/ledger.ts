import { rmSync } from 'node:fs';
import type { Cost } from '../measure/child-cost.ts';
import { OURS_GIT, OURS_NONE } from '../measure/clients.ts';
import { fillLedger } from '../measure/fill-ledger.ts';
import { makeTemporary } from '../measure/folders.ts';
import { medianOf } from '../measure/median.ts';
import { planOurs } from '../measure/plan-run.ts';
import { createRepository } from '../measure/repository.ts';
import { runNothing } from '../measure/run-command.ts';
import { type JobsOutcome, type JobsTask, providersAt, runJobs } from '../measure/run-jobs.ts';
import { runOurs } from '../measure/run-ours.ts';
import type { LedgerRow } from '../results.ts';
import type { Table, TableContext } from './table.ts';

const RESULT_BYTES = 262_144;
const PURCHASES = [1, 100_000];

/** The same jobs with the record that all runs share, a branch pushed over HTTP, and with none. */
export const ledgerTable: Table<'ledger'> = {
  name: 'ledger',
  async run(context) {
    const { stage, isQuick, rounds, concurrency, say } = context;
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
    return isQuick ? rows : [...rows, ...(await measureOpening(context))];
  },
};

/** A plan whose checkout has never seen the ledger, with few purchases on record and with many. */
async function measureOpening({ stage, rounds, say }: TableContext): Promise<readonly LedgerRow[]> {
  const directory = makeTemporary('opening');
  try {
    const repository = createRepository(directory, { characters: 1, provider: 'fal' });
    repository.restore('forget');
    const origin = await stage.startProviders({ medianMs: 1, sigma: 0, resultBytes: RESULT_BYTES });
    const { environment, token } = await stage.startGitHub(repository);
    const { run } = await runOurs({
      repository,
      token,
      inputs: { command: 'run', staging: 'github', ledger: 'git' },
      environment: { ...environment, ...providersAt(origin) },
    });
    if (run.exitCode !== 0) throw new Error(`nothing was bought: ${run.stdout.slice(-1_000)}`);
    const rows: LedgerRow[] = [];
    for (const purchases of PURCHASES) {
      if (purchases > 1) fillLedger(repository, purchases);
      const costs: Cost[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        repository.restore('keep');
        const { cost } = await planOurs(repository, environment, () => null, { token });
        if (purchases > 1 && !cost.run.stdout.includes('spent before'))
          throw new Error(`a plan did not count the ${purchases} purchases on record`);
        costs.push(cost);
      }
      rows.push(openingRow(planWith(purchases), 'git', costs));
    }
    const nothing: Cost[] = [];
    for (let round = 1; round <= rounds; round += 1) nothing.push(await runNothing());
    rows.push(openingRow('node -e 0', 'node -e 0', nothing));
    for (const { what, wallS, processorS } of rows)
      say(`${what}: ${wallS.toFixed(2)} s, ${processorS.toFixed(2)} s CPU`);
    return rows;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function planWith(purchases: number): string {
  return `plan, ${purchases.toLocaleString('en-US')} on record`;
}

function openingRow(what: string, ledger: LedgerRow['ledger'], costs: readonly Cost[]): LedgerRow {
  return {
    what,
    jobs: null,
    ledger,
    wallS: medianOf(costs, ({ wallS }) => wallS),
    processorS: medianOf(costs, ({ processorS }) => processorS),
    delivered: 0,
    pushes: 0,
    pushesPerMinute: 0,
  };
}

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
