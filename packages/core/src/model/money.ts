import * as z from 'zod';
import type { ReadOnly } from './read-only.ts';

/** Money is integer micro-dollars (1 USD = 1,000,000). Written by one strict grammar, never a float. */
export const microUsdSchema = z.int().min(0).describe('integer micro-dollars: 1,000,000 are $1');

export const MICRO_USD_PER_USD = 1_000_000;

/** The one way to write dollars, in config and inputs alike: `12`, `0.076`, at most $999,999.999999. */
export const DOLLARS_PATTERN = /^(0|[1-9][0-9]{0,5})(\.[0-9]{1,6})?$/;

/** Micro-dollars of a decimal text such as `2.50`, or `null` when the text is not of the grammar. */
export function parseDollars(text: string): number | null {
  if (!DOLLARS_PATTERN.test(text)) return null;
  const [whole, fraction = ''] = text.split('.');
  return Number(whole) * MICRO_USD_PER_USD + Number(fraction.padEnd(6, '0'));
}

/** A dollar figure as providers' JSON answers carry it; `null` unless finite and not negative. */
export function microUsdFromNumber(dollars: number): number | null {
  const microUsd = Math.round(dollars * MICRO_USD_PER_USD);
  return Number.isSafeInteger(microUsd) && microUsd >= 0 ? microUsd : null;
}

/** `$0.304`, `$12.00`: at least two decimals, more only where there is something to show. */
export function formatUsd(microUsd: number): string {
  const sign = microUsd < 0 ? '-' : '';
  const absolute = Math.abs(microUsd);
  const whole = Math.floor(absolute / MICRO_USD_PER_USD).toString();
  const fraction = (absolute % MICRO_USD_PER_USD)
    .toString()
    .padStart(6, '0')
    .replace(/0{1,4}$/, '');
  return `${sign}$${whole}.${fraction}`;
}

/** `$0.30` or `$0.30 - $0.38`. */
export function formatUsdRange(lowMicroUsd: number, highMicroUsd: number): string {
  return lowMicroUsd === highMicroUsd
    ? formatUsd(highMicroUsd)
    : `${formatUsd(lowMicroUsd)} - ${formatUsd(highMicroUsd)}`;
}

/** Price of some seconds at a rate, rounded up: a hold may be too high by a micro-dollar, never too low. */
export function priceOfSeconds(seconds: number, microUsdPerSecond: number): number {
  // Durations come from integer timescales; a thousandth of a micro-dollar absorbs float noise.
  return Math.ceil(seconds * microUsdPerSecond - 0.001);
}

/** Where a charge figure comes from. An estimate is never presented as a charge. */
export const chargeSourceSchema = z.enum(['provider-reported', 'estimated', 'unknown']);
export type ChargeSource = z.output<typeof chargeSourceSchema>;

export const chargeSchema = z.object({
  /** `null` only when `source` is `unknown`. */
  microUsd: microUsdSchema.nullable(),
  source: chargeSourceSchema,
});
export type Charge = ReadOnly<z.output<typeof chargeSchema>>;

/** A price that counts instead of the adapter's own row. */
export const jobPriceSchema = z.object({
  origin: z.enum(['contract', 'published']),
  microUsdPerSecond: microUsdSchema,
  heldMicroUsdPerSecond: microUsdSchema,
});
export type JobPrice = ReadOnly<z.output<typeof jobPriceSchema>>;
