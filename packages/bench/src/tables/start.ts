import { cpSync, rmSync } from 'node:fs';
import { EXAMPLES, makeTemporary } from '../measure/folders.ts';
import { median } from '../measure/median.ts';
import { planOurs } from '../measure/plan-run.ts';
import { commitAll, createRepository } from '../measure/repository.ts';
import { runNothing } from '../measure/run-command.ts';
import type { StartRow } from '../results.ts';
import type { Table } from './table.ts';

/** Starts are short, so that many of them are needed for one figure. */
const ROUNDS_FOR_ONE = 7;

/** From the start of the process to the first line of the log, and to the end of a plan of the examples. */
export const startTable: Table<'start'> = {
  name: 'start',
  async run({ stage, rounds, say }) {
    const directory = makeTemporary('start');
    const repository = createRepository(directory, { characters: 0, motions: 0, provider: 'fal' });
    const { workspace } = repository;
    cpSync(EXAMPLES, workspace, { recursive: true });
    const examples = { ...repository, head: commitAll(workspace) };
    try {
      const { environment } = await stage.startGitHub(examples);
      const nothing: number[] = [];
      const firstLine: number[] = [];
      const plan: number[] = [];
      for (let round = 0; round < rounds * ROUNDS_FOR_ONE; round += 1) {
        nothing.push((await runNothing()).wallS);
        const { cost } = await planOurs(examples, environment, () => null);
        plan.push(cost.wallS);
        firstLine.push(cost.firstLineS);
      }
      const rows: StartRow[] = [
        { what: 'node -e 0', wallS: median(nothing) },
        { what: 'first log line', wallS: median(firstLine) },
        { what: 'plan of the examples', wallS: median(plan) },
      ];
      for (const { what, wallS } of rows) say(`${what}: ${(wallS * 1_000).toFixed(0)} ms`);
      return rows;
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
};
