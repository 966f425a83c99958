import { parseArgs } from 'node:util';
import { runFuzz } from './run-fuzz.ts';

/** `npm run fuzz -- --seconds 600`: all parsers and text functions; `--only log-line --seed 4711` for one. */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    only: { type: 'string', default: '' },
  },
});

const seed = readNumber(values.seed);
console.log(`FUZZ_SEED=${seed}`);
const { inputs, found } = await runFuzz({
  seconds: readNumber(values.seconds),
  seed,
  only: values.only,
  log: (line) => console.log(line),
});
for (const [name, count] of Object.entries(inputs)) console.log(`${name}: ${count} inputs`);
console.log(
  `${Object.values(inputs).reduce((sum, count) => sum + count, 0)} inputs; found: ${found.length}`,
);
process.exitCode = found.length === 0 ? 0 : 1;

function readNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new RangeError(`"${text}" is not a whole number`);
  return Number(text);
}
