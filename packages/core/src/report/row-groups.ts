import type { RowState } from './row-state.ts';
import type { ReportRow } from './rows.ts';

/** Rows that are read together. */
export interface RowGroup {
  /** `null` for what the reader came for. */
  readonly title: string | null;
  readonly isFolded: boolean;
  readonly rows: readonly ReportRow[];
}

/** What costs or hinders comes first: what is cut away at the end matters least. */
const ORDER: readonly RowState['code'][] = [
  'blocked',
  'failed',
  'unknown',
  'new',
  'stale',
  'in-progress',
  'not-started',
  'generated',
  'draft',
  'collected',
  'copy',
  'copied',
  'collect',
  'reuse',
  'reused',
  'removed',
];

/** In the order in which they are shown; a row is in the first group that takes it. */
const GROUPS: readonly {
  readonly title: (count: number) => string | null;
  readonly isFolded: boolean;
  readonly takes: (row: ReportRow) => boolean;
}[] = [
  {
    title: () => null,
    isFolded: false,
    takes: (row) => !isUnchanged(row),
  },
  { title: (count) => `${count} unchanged`, isFolded: true, takes: () => true },
];

export function isUnchanged({ state }: ReportRow): boolean {
  return state.code === 'reuse' || state.code === 'reused';
}

export function groupRows(rows: readonly ReportRow[]): RowGroup[] {
  const sorted = rows.toSorted((a, b) => ORDER.indexOf(a.state.code) - ORDER.indexOf(b.state.code));
  return GROUPS.flatMap((group, index) => {
    const own = sorted.filter((row) => GROUPS.findIndex(({ takes }) => takes(row)) === index);
    const { title, isFolded } = group;
    return own.length === 0 ? [] : [{ title: title(own.length), isFolded, rows: own }];
  });
}
