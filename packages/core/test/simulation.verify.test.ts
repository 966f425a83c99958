import { expect, test } from 'vitest';
import { runCampaignInParallel } from '../simulation/campaign.ts';
import { mutants } from '../simulation/mutants.ts';
import { describeMutants, huntMutants } from '../simulation/mutation.ts';
import { CORE_SOURCES } from '../simulation/places.ts';
import { describeCampaign } from '../simulation/report.ts';

/** `SIMULATION_FROM` repeats or moves the seeds; `SIMULATION_SEEDS` says how many. */
const from = Number(process.env.SIMULATION_FROM ?? 1);
const seeds = Number(process.env.SIMULATION_SEEDS ?? 20_000);

test('no history buys twice, loses an output, breaks a limit or ends beyond understanding', async () => {
  const campaign = await runCampaignInParallel(
    { sources: CORE_SOURCES, from, seeds, maxBroken: 5 },
    2,
  );
  process.stdout.write(`${describeCampaign(campaign, from)}\n`);
  expect(campaign.broken).toEqual([]);
  expect(campaign.histories).toBe(seeds);
  // Trouble enough that the above means something.
  expect(campaign.counts.jobs).toBeGreaterThan(seeds / 2);
  expect(campaign.counts.kills).toBeGreaterThan(seeds / 20);
  expect(campaign.counts.faults).toBeGreaterThan(seeds / 2);
});

test('every planted bug is caught', async () => {
  const results = await huntMutants(mutants, { from: 1, maxHistories: 8_000, workers: 2 });
  process.stdout.write(`${describeMutants(results)}\n`);
  expect(results.length).toBeGreaterThanOrEqual(25);
  expect(results.filter(({ caughtBy }) => caughtBy == null)).toEqual([]);
});
