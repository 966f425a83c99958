import { expect, test } from 'vitest';
import { runCampaignInParallel } from '../simulation/campaign.ts';
import { CORE_SOURCES } from '../simulation/places.ts';
import { describeCampaign } from '../simulation/report.ts';

/** simulation-histories.verify.test.ts lives through many more. */
const SEEDS = 200;

test('no history buys twice, loses an output, breaks a limit or ends beyond understanding', async () => {
  const campaign = await runCampaignInParallel(
    { sources: CORE_SOURCES, from: 1, seeds: SEEDS, maxBroken: 5 },
    2,
  );
  process.stdout.write(`${describeCampaign(campaign, 1)}\n`);
  expect(campaign.broken).toEqual([]);
  expect(campaign.histories).toBe(SEEDS);
  expect(campaign.counts.kills).toBeGreaterThan(SEEDS / 20);
});
