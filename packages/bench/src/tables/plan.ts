import { rmSync } from 'node:fs';
import type { Cost } from '../measure/child-cost.ts';
import { makeTemporary } from '../measure/folders.ts';
import { markAsMade } from '../measure/mark-as-made.ts';
import { medianOf } from '../measure/median.ts';
import { planOurs } from '../measure/plan-run.ts';
import { type BenchRepository, createRepository } from '../measure/repository.ts';
import { hashAssets, runNothing } from '../measure/run-command.ts';
import type { PlanRow } from '../results.ts';
import type { Table, TableContext } from './table.ts';

interface Size {
  readonly characters: number;
  readonly motions?: number;
  /** Only where everything is there already: so many new ones nobody has at once. */
  readonly isOnlyUnchanged?: true;
}

const SIZES: readonly Size[] = [
  { characters: 10 },
  { characters: 100 },
  { characters: 1_000 },
  { characters: 10_000 },
  { characters: 400, motions: 250, isOnlyUnchanged: true },
];

/** Planning new transfers, whose every byte is read, and unchanged ones, beside sha256sum of the same files. */
export const planTable: Table<'plan'> = {
  name: 'plan',
  async run(context) {
    const rows: PlanRow[] = [];
    for (const size of context.isQuick ? SIZES.slice(0, 3) : SIZES) {
      const directory = makeTemporary('plan-table');
      try {
        rows.push(...(await measure(context, directory, size)));
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    }
    return rows;
  },
};

async function measure(
  context: TableContext,
  directory: string,
  { characters, motions = 1, isOnlyUnchanged }: Size,
): Promise<readonly PlanRow[]> {
  const { stage, say, rounds } = context;
  const transfers = characters * motions;
  const repository = createRepository(directory, { characters, motions, provider: 'fal' });
  const rows: PlanRow[] = [];
  const measureAll = async (works: Readonly<Record<string, () => Promise<Cost>>>) => {
    const costs = new Map<string, Cost[]>();
    for (let round = 1; round <= rounds; round += 1) {
      for (const [what, work] of Object.entries(works)) {
        const cost = await work();
        costs.set(what, [...(costs.get(what) ?? []), cost]);
        say(
          `${transfers} transfers, ${what}, round ${round}: ${cost.wallS.toFixed(2)} s, ${cost.processorS.toFixed(2)} s CPU, ${cost.peakMb.toFixed(0)} MB`,
        );
      }
    }
    for (const [what, runs] of costs) rows.push(rowOf(transfers, what, runs));
  };
  if (isOnlyUnchanged !== true) {
    const { environment } = await stage.startGitHub(repository);
    await measureAll({
      new: () => planNew(repository, environment),
      sha256sum: () => hashAssets(repository.workspace),
      'node -e 0': runNothing,
    });
  }
  say(`${transfers} transfers: marking all as made`);
  const made = await markAsMade(stage, repository);
  const { environment } = await stage.startGitHub(made);
  await planUnchanged(made, environment);
  await measureAll({ unchanged: () => planUnchanged(made, environment) });
  return rows;
}

async function planNew(
  repository: BenchRepository,
  environment: Readonly<Record<string, string>>,
): Promise<Cost> {
  repository.restore('forget');
  return (await planOurs(repository, environment, () => null)).cost;
}

async function planUnchanged(
  repository: BenchRepository,
  environment: Readonly<Record<string, string>>,
): Promise<Cost> {
  const { cost } = await planOurs(repository, environment, ({ run }) => {
    const toDo = run.outputs['to-generate-count'];
    if (toDo !== '0') throw new Error(`${toDo} transfers of an unchanged repository are planned`);
  });
  return cost;
}

function rowOf(transfers: number, what: string, runs: readonly Cost[]): PlanRow {
  return {
    transfers,
    what,
    wallS: medianOf(runs, ({ wallS }) => wallS),
    processorS: medianOf(runs, ({ processorS }) => processorS),
    peakMb: medianOf(runs, ({ peakMb }) => peakMb),
  };
}
