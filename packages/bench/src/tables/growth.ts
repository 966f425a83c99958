import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporary } from '../measure/folders.ts';
import { medianOf } from '../measure/median.ts';
import { planOurs } from '../measure/plan-run.ts';
import { type BenchRepository, createRepository } from '../measure/repository.ts';
import { providersAt } from '../measure/run-jobs.ts';
import { runOurs } from '../measure/run-ours.ts';
import type { GrowthRow } from '../results.ts';
import type { Table, TableContext } from './table.ts';

const SIZES = [10, 100, 1_000, 10_000];
/** A run of more is not what anybody does. */
const MOST_IN_A_RUN = 1_000;
/** A tenth of a second each: what is looked at is what the bundle adds. */
const SETTINGS = { medianMs: 100, sigma: 0, resultBytes: 262_144 };

/** What grows with the number of transfers, and how: processor time, and the sizes of what is written. */
export const growthTable: Table<'growth'> = {
  name: 'growth',
  async run(context) {
    const rows: GrowthRow[] = [];
    for (const transfers of context.isQuick ? SIZES.slice(0, 2) : SIZES) {
      const directory = makeTemporary('growth');
      try {
        const repository = createRepository(directory, { characters: transfers, provider: 'fal' });
        const measured = [
          ...(await measurePlan(context, repository)),
          ...(transfers <= MOST_IN_A_RUN ? await measureRun(context, repository, transfers) : []),
        ].map((row) => ({ transfers, ...row }));
        for (const { what, value, unit } of measured)
          context.say(`${transfers} transfers, ${what}: ${value.toPrecision(3)} ${unit}`);
        rows.push(...measured);
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    }
    return rows;
  },
};

type Figure = Omit<GrowthRow, 'transfers'>;

async function measurePlan(
  { stage, rounds }: TableContext,
  repository: BenchRepository,
): Promise<readonly Figure[]> {
  const { environment } = await stage.startGitHub(repository);
  const runs = [];
  for (let round = 0; round < rounds; round += 1) {
    repository.restore('forget');
    runs.push(
      await planOurs(repository, environment, ({ run }) => ({
        planBytes: statSync(run.outputs.plan ?? '').size,
        commentBytes: Buffer.byteLength(run.outputs['comment-body'] ?? ''),
        summaryBytes: Buffer.byteLength(run.summary),
      })),
    );
  }
  return [
    { what: 'plan', unit: 's', value: medianOf(runs, ({ cost }) => cost.processorS) },
    { what: 'memory of a plan', unit: 'MB', value: medianOf(runs, ({ cost }) => cost.peakMb) },
    { what: 'plan.json', unit: 'kB', value: medianOf(runs, ({ left }) => left.planBytes) / 1e3 },
    { what: 'comment', unit: 'kB', value: medianOf(runs, ({ left }) => left.commentBytes) / 1e3 },
    { what: 'summary', unit: 'kB', value: medianOf(runs, ({ left }) => left.summaryBytes) / 1e3 },
  ];
}

async function measureRun(
  { stage, concurrency }: TableContext,
  repository: BenchRepository,
  transfers: number,
): Promise<readonly Figure[]> {
  repository.restore('forget');
  const temporary = makeTemporary('growth-run');
  try {
    const origin = await stage.startProviders(SETTINGS);
    const { environment, token } = await stage.startGitHub(repository);
    const { run, processorS, peakMb } = await runOurs({
      repository,
      token,
      inputs: {
        command: 'run',
        staging: 'github',
        ledger: 'none',
        concurrency: String(Math.min(transfers, concurrency)),
      },
      environment: { ...environment, ...providersAt(origin), RUNNER_TEMP: temporary },
    });
    if (run.exitCode !== 0) throw new Error(`a run failed: ${run.stdout.slice(-1_000)}`);
    const lockfile = readFileSync(join(repository.workspace, 'motion-transfer.lock.json'));
    return [
      { what: 'run', unit: 's', value: processorS },
      { what: 'memory of a run', unit: 'MB', value: peakMb },
      { what: 'lockfile', unit: 'kB', value: lockfile.length / 1e3 },
      { what: 'results.json', unit: 'kB', value: statSync(run.outputs.results ?? '').size / 1e3 },
    ];
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
