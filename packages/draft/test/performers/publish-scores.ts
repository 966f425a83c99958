import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPool } from '../../src/stage/start-pool.ts';
import { BODIES } from './body.ts';
import { MOTIONS } from './motion.ts';
import { BACKGROUNDS, FIRST_EVALUATION_SEED, type PerformerSpec } from './performer.ts';
import { quantile, type Score, scorePerformer } from './score.ts';
import { SLICE, SLICE_FRAMES } from './slice.ts';

/** `node publish-scores.ts [--seeds 2] [--frames 60] [--tuning] [--only text]`: tuning prints, evaluation publishes. */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2' },
    first: { type: 'string' },
    frames: { type: 'string', default: '60' },
    tuning: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    bones: { type: 'boolean', default: false },
  },
});
const folder = join(import.meta.dirname, '../..');
const firstSeed =
  values.first != null ? Number(values.first) : values.tuning ? 1 : FIRST_EVALUATION_SEED;
const specs: PerformerSpec[] = BODIES.flatMap((body) =>
  MOTIONS.flatMap((motion) =>
    BACKGROUNDS.flatMap((background) =>
      Array.from({ length: Number(values.seeds) }, (_, i) => ({
        body,
        motion,
        background,
        seed: firstSeed + i,
      })),
    ),
  ),
).filter((spec) => `${spec.body}/${spec.motion}/${spec.background}`.includes(values.only));

const publishes = !values.tuning && values.only === '';
const pool = startPool(availableParallelism());
const scores: Score[] = [];
for (const spec of specs) {
  const score = await scorePerformer(spec, pool, Number(values.frames));
  scores.push(score);
  console.error(
    `${spec.body} / ${spec.motion} / ${spec.background}: ${describe([score])}` +
      (values.bones
        ? `\n    ${score.errorsByBone.map((e) => quantile(e, 0.5).toFixed(0)).join(' ')}`
        : ''),
  );
}
const slice: Score[] = [];
if (publishes) for (const spec of SLICE) slice.push(await scorePerformer(spec, pool, SLICE_FRAMES));
await pool.close();

function describe(group: readonly Score[]): string {
  const s = summarise(group);
  return `median ${s.median} p90 ${s.p90} overlap ${s.overlap} jitter ${s.jitter} swaps ${s.swaps} fallback ${s.fallbacks}/${group.length} fit ${quantile(
    group.map((g) => g.fit),
    0.5,
  ).toFixed(2)}`;
}

function summarise(group: readonly Score[]) {
  const errors = group.flatMap((score) => score.errors);
  const round = (value: number, digits: number) => Number(value.toFixed(digits));
  return {
    median: round(quantile(errors, 0.5), 1),
    p90: round(quantile(errors, 0.9), 1),
    overlap: round(
      quantile(
        group.map((s) => s.overlap),
        0.5,
      ),
      3,
    ),
    jitter: round(
      quantile(
        group.map((s) => s.jitter),
        0.5,
      ),
      2,
    ),
    swaps: round(group.reduce((sum, s) => sum + s.swapShare, 0) / group.length, 3),
    fallbacks: group.filter((s) => s.isFallback).length,
    performers: group.length,
  };
}

const rows: { group: string; scores: readonly Score[] }[] = [];
for (const background of BACKGROUNDS) {
  const part = scores.filter(({ spec }) => spec.background === background);
  rows.push({ group: `all, ${background}`, scores: part });
  for (const body of BODIES)
    rows.push({
      group: `${body}, ${background}`,
      scores: part.filter(({ spec }) => spec.body === body),
    });
  for (const motion of MOTIONS)
    rows.push({
      group: `${motion}, ${background}`,
      scores: part.filter(({ spec }) => spec.motion === motion),
    });
}
const table = rows
  .filter((row) => row.scores.length > 0)
  .map((row) => ({ group: row.group, ...summarise(row.scores) }));
const markdown = [
  '| group | median error ° | p90 error ° | overlap | jitter ° | swapped frames | in the fallback |',
  '|---|---:|---:|---:|---:|---:|---:|',
  ...table.map(
    (r) =>
      `| ${r.group} | ${r.median} | ${r.p90} | ${r.overlap} | ${r.jitter} | ${(100 * r.swaps).toFixed(1)} % | ${r.fallbacks} of ${r.performers} |`,
  ),
].join('\n');
console.log(markdown);
if (publishes) {
  const about = { firstSeed, seeds: Number(values.seeds), frames: Number(values.frames) };
  await writeFile(
    join(folder, 'scores.json'),
    `${JSON.stringify({ about, slice: summarise(slice), groups: table }, null, 2)}\n`,
  );
  await writeFile(join(folder, 'SCORES.md'), `${scoresPage(markdown)}\n`);
}

function scoresPage(body: string): string {
  return `# Scores of the draft engine

Generated performers with known joints (\`test/performers\`), filmed through the real encoder, seeds from ${firstSeed} on,
which nothing was tuned on. Error: angle between found and true direction of each arm and leg bone, over all frames in
which the bone shows at least 40 % of its length. Overlap: puppet and true outline, intersection over union. Jitter:
median change of the error from one frame to the next. Written by \`npm run scores -w packages/draft\`.

${body}`;
}
