import type { Plan, Step } from '../model/plan.ts';

/** What is said in the same words of several transfers: of a provider, mostly, and not of any of them. */
export interface SharedWarning {
  readonly message: string;
  readonly ids: readonly string[];
  readonly providers: readonly string[];
}

/** In the order in which they are met first. */
export function findSharedWarnings({ steps }: Pick<Plan, 'steps'>): SharedWarning[] {
  const stepsWith = new Map<string, Step[]>();
  for (const step of steps)
    for (const message of new Set(step.warnings))
      stepsWith.set(message, [...(stepsWith.get(message) ?? []), step]);
  return [...stepsWith]
    .filter(([, warned]) => warned.length > 1)
    .map(([message, warned]) => ({
      message,
      ids: warned.map(({ id }) => id),
      providers: [
        ...new Set(warned.flatMap((step) => (step.action === 'blocked' ? [] : [step.provider]))),
      ],
    }));
}

/** `prospolabs, 200 transfers: price: ...` */
export function describeSharedWarning({ message, ids, providers }: SharedWarning): string {
  return `${[...providers, `${ids.length} transfers`].join(', ')}: ${message}`;
}

/** What is said of this transfer alone. */
export function ownWarnings(step: Step, shared: readonly SharedWarning[]): string[] {
  return step.warnings.filter((warning) => !shared.some(({ message }) => message === warning));
}

/** What stands below the tables: warnings that no row carries, then notes. */
export function notesOf({
  sharedWarnings,
  notes,
}: {
  readonly sharedWarnings: readonly SharedWarning[];
  readonly notes: readonly string[];
}): string[] {
  return [...sharedWarnings.map(describeSharedWarning), ...notes];
}
