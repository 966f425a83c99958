import type { Failure } from '../adapter.ts';

/** Of a task: `final_unit_deduction` is documented, a decimal text; accounts with a balance have others beside it. */
const UNITS = 'final_unit_deduction';
const PRICE_FIELD = /deduct|billing|charge|cost|price/i;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The units a task cost, or `null` where they are not told or not the whole story: an account that pays from
 * its balance is told "0" units beside `final_balance_deduction`, whose currency is not documented.
 */
export function unitsOf(task: Fields): number | null {
  const units = readDecimal(task[UNITS]);
  return units != null && otherDeductions(task).every(isNothing) ? units : null;
}

/** Whether a failed task cost anything: free only where every figure it tells is zero. */
export function billedOf(task: Fields): Failure['billed'] {
  const units = unitsOf(task);
  if (units == null) return 'unknown';
  return units === 0 ? 'no' : 'yes';
}

function otherDeductions(task: Fields): unknown[] {
  return Object.entries(task)
    .filter(([name]) => name !== UNITS && PRICE_FIELD.test(name))
    .map(([, value]) => value);
}

/** Absent, zero, or made of such: no money. */
function isNothing(value: unknown): boolean {
  if (value == null) return true;
  return typeof value === 'object'
    ? Object.values(value).every(isNothing)
    : readDecimal(value) === 0;
}

function readDecimal(value: unknown): number | null {
  const isDecimal =
    (typeof value === 'string' || typeof value === 'number') && /^\d+(\.\d+)?$/.test(String(value));
  return isDecimal && Number.isFinite(Number(value)) ? Number(value) : null;
}
