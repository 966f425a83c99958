import { expect, test } from 'vitest';
import { runCampaignInParallel } from '../simulation/campaign.ts';
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
