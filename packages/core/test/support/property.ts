import fc from 'fast-check';

/** Set `FUZZ_SEED` to repeat a run; every run prints the seed it used. */
const given = process.env.FUZZ_SEED;

/** `fc.assert` with a seed that is printed, whether the property holds or not. */
export function assertProperty<Values>(
  name: string,
  property: fc.IProperty<Values>,
  numRuns = 500,
): void {
  fc.assert(property, { seed: announceSeed(name), numRuns });
}

export async function assertAsyncProperty<Values>(
  name: string,
  property: fc.IAsyncProperty<Values>,
  numRuns = 100,
): Promise<void> {
  await fc.assert(property, { seed: announceSeed(name), numRuns });
}

function announceSeed(name: string): number {
  const seed = given == null ? Math.floor(Math.random() * 2 ** 31) : Number(given);
  process.stdout.write(`${name}: FUZZ_SEED=${seed}\n`);
  return seed;
}
