import { expect, test } from 'vitest';
import { runFuzz } from './run-fuzz.ts';

const SECONDS = 60;

test('a minute of inputs for all parsers and text functions finds nothing', async () => {
  const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
  process.stdout.write(`FUZZ_SEED=${seed}\n`);
  const outcome = await runFuzz({
    seconds: SECONDS,
    seed,
    only: '',
    log: (line) => process.stdout.write(`${line}\n`),
  });
  expect(outcome.found).toEqual([]);
});
