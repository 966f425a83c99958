/** The middle one; of an even count the lower of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** The median of each figure on its own, over runs of the same thing. */
export function medianOf<Run>(runs: readonly Run[], figure: (run: Run) => number): number {
  return median(runs.map(figure));
}

/** The median where there is one: a run in which nothing was seen has no figure. */
export function medianOrNull<Run>(
  runs: readonly Run[],
  figure: (run: Run) => number | null,
): number | null {
  const seen = runs.flatMap((run) => figure(run) ?? []);
  return seen.length === 0 ? null : median(seen);
}
