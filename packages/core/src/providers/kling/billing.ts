import * as z from 'zod';
import { type Cost, type Fields, isNothing, otherPrices, readDecimal } from './cost.ts';

const BILLING = 'billing';

const amount = z.unknown().transform((value, context) => {
  const decimal = readDecimal(value);
  if (decimal != null) return decimal;
  context.addIssue('must be a decimal');
  return z.NEVER;
});
/** Units of a resource pack for videos. */
const units = z.strictObject({
  charge_type: z.literal('unit'),
  amount,
  package_type: z.literal('video').nullish(),
  cash_type: z.null().optional(),
  currency: z.null().optional(),
  list_price: z.null().optional(),
});
/** `amount` is what the balance paid; the list price is what it would have been without a discount. */
const cash = z.strictObject({
  charge_type: z.literal('cash'),
  amount,
  currency: z.literal('USD'),
  // Nobody says what a `test_balance` is worth.
  cash_type: z.literal('balance').nullish(),
  list_price: amount.nullish(),
  package_type: z.null().optional(),
});
const entries = z.array(z.discriminatedUnion('charge_type', [units, cash])).min(1);

/**
 * What `billing` of a task adds up to; `null` unless every entry is understood, to its last member, and no other
 * figure about money stands beside it. An empty list says nothing: it may not be filled yet.
 */
export function readBilling(task: Fields): Cost | null {
  const read = entries.safeParse(task[BILLING]);
  if (!read.success || !otherPrices(task, BILLING).every(isNothing)) return null;
  const sum = (type: 'unit' | 'cash') =>
    read.data
      .filter(({ charge_type }) => charge_type === type)
      .reduce((total, entry) => total + entry.amount, 0);
  return { units: sum('unit'), microUsd: Math.round(sum('cash') * 1_000_000) };
}
