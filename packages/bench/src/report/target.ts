import { renderTable } from './markdown.ts';

/** What is to be reached: a ratio between two figures of the same run, or a count. */
export interface Target {
  readonly what: string;
  /** `null` where a figure that it needs was not measured. */
  readonly value: number | null;
  readonly atMost: number;
}

export function ratio(
  value: number | null | undefined,
  beside: number | null | undefined,
): number | null {
  return value == null || beside == null || beside <= 0 ? null : value / beside;
}

/** What each further one costs at the end, over what each further one cost before: 1 is a straight line. */
export function bend(points: readonly { readonly at: number; readonly value: number }[]) {
  const [before, middle, last] = points.toSorted((a, b) => a.at - b.at).slice(-3);
  if (before == null || middle == null || last == null) return null;
  const early = (middle.value - before.value) / (middle.at - before.at);
  const late = (last.value - middle.value) / (last.at - middle.at);
  return early <= 0 ? null : late / early;
}

export function isMet({ value, atMost }: Target): boolean {
  return value != null && value <= atMost;
}

export function renderTargets(targets: readonly Target[]): string {
  return renderTable(
    ['Target', 'At most', 'Measured', ''],
    targets.map((target) => [
      target.what,
      target.atMost.toLocaleString('en-US'),
      target.value == null ? '-' : Number(target.value.toPrecision(3)).toLocaleString('en-US'),
      target.value == null ? 'not measured' : isMet(target) ? 'met' : '**not met**',
    ]),
  );
}
