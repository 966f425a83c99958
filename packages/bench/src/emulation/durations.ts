/** A number in [0, 1) that only depends on the numbers given, evenly spread (mulberry32 over their mix). */
export function uniform(...numbers: readonly number[]): number {
  let state = 0x9e3779b9;
  for (const number of numbers) state = Math.imul(state ^ number, 0x85ebca6b) ^ (state >>> 13);
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

interface Spread {
  readonly medianMs: number;
  readonly sigma: number;
}

/** How long the job with this number takes: the same for every client, in whatever order it submits. */
export function durationOf(index: number, { medianMs, sigma }: Spread): number {
  const radius = Math.sqrt(-2 * Math.log(Math.max(1e-12, uniform(1, index))));
  const normal = radius * Math.cos(2 * Math.PI * uniform(2, index));
  return medianMs * Math.exp(sigma * normal);
}

/** No client can be done before the slowest of its jobs. */
export function slowestOf(jobs: number, spread: Spread): number {
  return Math.max(...Array.from({ length: jobs }, (_, index) => durationOf(index, spread)));
}
