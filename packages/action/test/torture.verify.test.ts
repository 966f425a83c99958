import { describe, expect, test } from 'vitest';
import { listScenes, playScene, sayScene } from './torture/signals.ts';
import { countEffects, planHistories, sweep } from './torture/sweep.ts';
import { HOLD_MICRO_USD, raceWriters } from './torture/writers.ts';

/** `TORTURE_SEED` chooses other instants. `npm run torture` kills at every effect instead of at some. */
const seed = Number(process.env.TORTURE_SEED ?? 63_754_739);
const KILLS = 64;
/** With a bad network every writer costs seconds; `npm run torture` sends 32. */
const WRITERS = 12;

const say = (text: string) => process.stdout.write(`torture: ${text}\n`);

describe('real processes', () => {
  test('that are killed at any effect charge once, lose nothing and leave a valid ledger', async () => {
    const effects = await countEffects();
    const histories = planHistories(effects, KILLS, seed);
    const { problems, ...figures } = await sweep(histories, { concurrency: 4 });
    say(`TORTURE_SEED=${seed} ${JSON.stringify({ ...figures, problems: problems.length })}`);
    expect(problems.map(({ history, problem, log }) => `${history}: ${problem}\n${log}`)).toEqual(
      [],
    );
    expect(figures.kills).toBeGreaterThan(0);
  });

  test.concurrent.each(listScenes().map((scene) => [sayScene(scene), scene] as const))(
    'keep the purchase on %s',
    async (_title, scene) => {
      const { problems, log } = await playScene(scene);
      expect(problems, log).toEqual([]);
    },
  );

  test('of which twelve want money at once, over a bad network, spend the limit and no more', async () => {
    const { problems, log, ...figures } = await raceWriters(WRITERS, seed);
    say(`TORTURE_SEED=${seed} ${JSON.stringify(figures)}`);
    expect(problems, log).toEqual([]);
    // Nobody was refused while there was room for one more.
    expect(figures.mostMicroUsd).toBeGreaterThan(figures.limitMicroUsd - HOLD_MICRO_USD);
  });
});
