import { parseArgs } from 'node:util';
import { runCampaignInParallel } from './campaign.ts';
import { loadCore } from './core.ts';
import { liveThrough } from './history.ts';
import { mutants } from './mutants.ts';
import { describeMutant, describeMutants, huntMutants } from './mutation.ts';
import { CORE_SOURCES } from './places.ts';
import { describeCampaign } from './report.ts';
import { noCounts } from './world.ts';

/**
 * `npm run simulate -- --seeds 100000 --from 1` looks for a history that breaks an invariant;
 * `--seed 4711 --trace` tells one history; `--mutants` plants bugs and counts the histories until one
 * breaks.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    mutants: { type: 'boolean', default: false },
    only: { type: 'string' },
    trace: { type: 'boolean', default: false },
    workers: { type: 'string', default: '2' },
  },
});

if (values.mutants) {
  const chosen = mutants.filter(({ name }) => name.includes(values.only ?? ''));
  const results = await huntMutants(chosen, {
    from: readNumber(values.from),
    maxHistories: readNumber(values.seeds),
    workers: readNumber(values.workers),
    onResult: (result) => console.log(describeMutant(result)),
  });
  console.log(describeMutants(results).split('\n').at(-1));
  process.exitCode = results.every(({ caughtBy }) => caughtBy != null) ? 0 : 1;
} else if (values.seed != null) {
  const core = await loadCore(CORE_SOURCES);
  const history = await liveThrough(core, readNumber(values.seed), noCounts(), values.trace);
  for (const line of history.story) console.log(line);
  for (const { invariant, message } of history.violations) console.log(`${invariant}: ${message}`);
  console.log(`seed ${values.seed}: ${history.violations.length} violations`);
  process.exitCode = history.violations.length === 0 ? 0 : 1;
} else {
  const from = readNumber(values.from);
  const seeds = readNumber(values.seeds);
  const campaign = await runCampaignInParallel(
    { sources: CORE_SOURCES, from, seeds, maxBroken: 20 },
    readNumber(values.workers),
  );
  console.log(describeCampaign(campaign, from));
  process.exitCode = campaign.broken.length === 0 ? 0 : 1;
}

function readNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new RangeError(`"${text}" is not a whole number from 1`);
  return Number(text);
}
