/** What a task cost: units of a pack, dollars of a balance, or both. */
export interface Cost {
  readonly units: number;
  readonly microUsd: number;
}

export type Fields = Readonly<Record<string, unknown>>;

const PRICE_FIELD = /deduct|billing|charge|cost|price/i;

/** Figures about money of a task besides the one that is read. */
export function otherPrices(task: Fields, known: string): unknown[] {
  return Object.entries(task)
    .filter(([name]) => name !== known && PRICE_FIELD.test(name))
    .map(([, value]) => value);
}

/** Absent, zero, or made of such: no money. */
export function isNothing(value: unknown): boolean {
  if (value == null) return true;
  return typeof value === 'object'
    ? Object.values(value).every(isNothing)
    : readDecimal(value) === 0;
}

/** A decimal as Kling writes its figures, `null` for anything else. */
export function readDecimal(value: unknown): number | null {
  const isDecimal =
    (typeof value === 'string' || typeof value === 'number') && /^\d+(\.\d+)?$/.test(String(value));
  return isDecimal && Number.isFinite(Number(value)) ? Number(value) : null;
}
