import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { sayHistory } from '../packages/action/test/torture/history.ts';
import { countEffects, planHistories, sweep } from '../packages/action/test/torture/sweep.ts';

/**
 * `npm run torture -- [--kills 1000] [--seed <n>] [--concurrency <n>]`: kills runs of the built action at
 * every effect they have, and checks after each what became of the money and of the videos.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    seed: { type: 'string', default: `${Math.floor(Math.random() * 2 ** 31)}` },
    concurrency: { type: 'string', default: `${availableParallelism()}` },
    minutes: { type: 'string' },
  },
});
const [kills, seed, concurrency] = [values.kills, values.seed, values.concurrency].map(Number);
if (![kills, seed, concurrency].every(Number.isSafeInteger)) {
  console.error('Usage: npm run torture -- [--kills n] [--seed n] [--concurrency n] [--minutes n]');
  process.exit(2);
}
const startedMs = Date.now();
const effects = await countEffects();
const histories = planHistories(effects, kills ?? 0, seed ?? 0);
console.log(
  `seed ${seed}: ${histories.length} histories; a run has ${effects.requests} requests and ${effects.disk.length} effects on the disk`,
);
const figures = await sweep(histories, {
  concurrency: concurrency ?? 1,
  ...(values.minutes != null && { untilMs: startedMs + Number(values.minutes) * 60_000 }),
  onPlayed: (soFar, history, { problems, log }) => {
    if (soFar.histories % 10 === 0)
      console.log(`${soFar.histories} histories, ${soFar.kills} kills, ${soFar.runs} runs`);
    if (problems.length > 0)
      console.log(`\n${sayHistory(history)}\n  ${problems.join('\n  ')}\n${log}\n`);
  },
});
const { problems, ...counts } = figures;
console.table({ ...counts, problems: problems.length, seconds: (Date.now() - startedMs) / 1000 });
process.exitCode = problems.length > 0 ? 1 : 0;
