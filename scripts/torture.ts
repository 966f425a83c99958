import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { sayHistory } from '../packages/action/test/torture/history.ts';
import { listScenes, playScene, sayScene } from '../packages/action/test/torture/signals.ts';
import { countEffects, planHistories, sweep } from '../packages/action/test/torture/sweep.ts';
import { raceWriters } from '../packages/action/test/torture/writers.ts';

const USAGE = `npm run torture -- [--kills 1000] [--seed n] [--concurrency n] [--writers 32] [--only kills|signals|writers]

Kills runs of the built action at every effect they have, signals them at every instant of a purchase, and
lets many of them want money at once; then checks what became of the money and of the videos.`;
const PARTS = ['kills', 'signals', 'writers'] as const;
type Figures = Readonly<Record<string, number>>;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    seed: { type: 'string', default: `${Math.floor(Math.random() * 2 ** 31)}` },
    concurrency: { type: 'string', default: `${availableParallelism()}` },
    writers: { type: 'string', default: '32' },
    only: { type: 'string' },
  },
});
const numberOf = (name: 'kills' | 'seed' | 'concurrency' | 'writers'): number => {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`--${name} must be a whole number above 0\n\n${USAGE}`);
  process.exit(2);
};
const [kills, seed] = [numberOf('kills'), numberOf('seed')];
const [concurrency, writers] = [numberOf('concurrency'), numberOf('writers')];
const parts = PARTS.filter((part) => values.only == null || values.only === part);
if (parts.length === 0) {
  console.error(USAGE);
  process.exit(2);
}

const startedMs = Date.now();
let problemCount = 0;
const errorFor = (title: string, problems: readonly string[], log: string) => {
  problemCount += problems.length;
  if (problems.length > 0) console.log(`\n${title}\n  ${problems.join('\n  ')}\n${log}\n`);
};
const show = (title: string, figures: Figures) => {
  console.log(`\n${title}`);
  console.table(figures);
};

console.log(`seed ${seed}`);
if (parts.includes('kills')) show('kill -9', await killEverywhere());
if (parts.includes('signals')) show('signals', await signalEverywhere());
if (parts.includes('writers')) {
  show(`${writers} writers`, await race(null));
  show(`${writers} writers over a bad network`, await race(seed));
}
const minutes = ((Date.now() - startedMs) / 60_000).toFixed(1);
console.log(`\nseed ${seed}, ${minutes} minutes, problems: ${problemCount}`);
process.exitCode = problemCount > 0 ? 1 : 0;

async function killEverywhere(): Promise<Figures> {
  const effects = await countEffects();
  const histories = planHistories(effects, kills, seed);
  console.log(
    `${histories.length} histories; a run has ${effects.requests} requests and ${effects.disk.length} effects on the disk`,
  );
  const { problems, ...figures } = await sweep(histories, {
    concurrency,
    onPlayed: (soFar, history, played) => {
      errorFor(sayHistory(history), played.problems, played.log);
      if (soFar.histories % 10 === 0)
        console.log(`${soFar.histories} histories, ${soFar.kills} kills, ${soFar.runs} runs`);
    },
  });
  return { ...figures, problems: problems.length };
}

async function signalEverywhere(): Promise<Figures> {
  const scenes = listScenes();
  const figures = { scenes: 0, runs: 0, charges: 0, delivered: 0, unknown: 0, problems: 0 };
  const left = [...scenes];
  const work = async () => {
    for (let scene = left.shift(); scene != null; scene = left.shift()) {
      const played = await playScene(scene);
      errorFor(sayScene(scene), played.problems, played.log);
      figures.scenes += 1;
      figures.runs += played.runs;
      figures.charges += played.charges;
      figures.delivered += played.delivered;
      figures.unknown += played.unknownBilled + played.unknownPhantom;
      figures.problems += played.problems.length;
      if (figures.scenes % 10 === 0) console.log(`${figures.scenes} of ${scenes.length} scenes`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return figures;
}

async function race(networkSeed: number | null): Promise<Figures> {
  const { problems, log, ...figures } = await raceWriters(writers, networkSeed);
  errorFor(`${writers} writers`, problems, log);
  return { ...figures, problems: problems.length };
}
