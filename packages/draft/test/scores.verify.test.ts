import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startPool } from '../src/stage/start-pool.ts';
import { quantile, scorePerformer } from './performers/score.ts';
import { SLICE, SLICE_FRAMES } from './performers/slice.ts';

test('tracking has not become worse than its baseline', async () => {
  const pool = startPool(2);
  try {
    const scores = [];
    for (const spec of SLICE) scores.push(await scorePerformer(spec, pool, SLICE_FRAMES));
    const errors = scores.flatMap((score) => score.errors);
    const baseline = JSON.parse(
      await readFile(join(import.meta.dirname, '../scores.json'), 'utf8'),
    ) as { slice: { median: number; p90: number } };
    // Another processor rounds differently; a real regression is larger than this.
    expect(quantile(errors, 0.5)).toBeLessThan(baseline.slice.median + 0.8);
    expect(quantile(errors, 0.9)).toBeLessThan(baseline.slice.p90 + 4);
    expect(scores.filter((score) => score.isFallback)).toEqual([]);
    for (const score of scores) expect(score.swapShare).toBeLessThan(0.02);
  } finally {
    await pool.close();
  }
});

test('the published scores keep at most a tenth of the performers in the fallback', async () => {
  const { groups } = JSON.parse(
    await readFile(join(import.meta.dirname, '../scores.json'), 'utf8'),
  ) as {
    groups: { group: string; fallbacks: number; performers: number }[];
  };
  for (const group of groups.filter(({ group }) => group.startsWith('all'))) {
    expect(group.fallbacks).toBeLessThanOrEqual(0.1 * group.performers);
  }
});
