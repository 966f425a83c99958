import * as z from 'zod';
import { microUsdFromNumber } from '../../model/money.ts';
import type { Tier } from '../../model/transfer.ts';
import type { HttpResponse } from '../adapter.ts';

/** `GET /v1/models/{id}`: that it has pricing rows is documented, what is in one is not. */
const row = z.record(z.string(), z.unknown());
const card = z.object({
  pricing_rows: z.array(row).nullish().catch(null),
  pricing: z.array(row).nullish().catch(null),
});
type Row = z.output<typeof row>;

/** Where others of this shape write dollars; every one of a row has to say the same. */
const PRICE_KEYS = ['price_usd', 'usd', 'price', 'unit_price', 'amount', 'cost', 'rate'];
const TIER_WORDS: Readonly<Record<Tier, RegExp>> = {
  standard: /\b(std|standard|720p)\b/i,
  pro: /\b(pro|1080p)\b/i,
};

/**
 * The price of each tier, where exactly one row names it, counts in seconds and in dollars, and has one
 * figure. Anything less plain is no price.
 */
export function readModelPrices(response: HttpResponse): Record<Tier, number | null> {
  const { pricing_rows, pricing } = card.parse(response.json);
  const rows = (pricing_rows ?? pricing ?? []).filter(isBySecond);
  return { standard: priceOfTier(rows, 'standard'), pro: priceOfTier(rows, 'pro') };
}

function priceOfTier(rows: readonly Row[], tier: Tier): number | null {
  const other: Tier = tier === 'pro' ? 'standard' : 'pro';
  const own = rows.filter(
    (each) => TIER_WORDS[tier].test(textOf(each)) && !TIER_WORDS[other].test(textOf(each)),
  );
  const [first] = own;
  if (first == null || own.length > 1) return null;
  const figures = new Set(
    PRICE_KEYS.flatMap((key) => {
      const figure = readFigure(first[key]);
      return figure == null ? [] : [figure];
    }),
  );
  const [figure] = figures;
  return figure == null || figures.size > 1 ? null : microUsdFromNumber(figure);
}

function isBySecond(each: Row): boolean {
  const isUsd = each.currency == null || /^(usd|\$)$/i.test(String(each.currency));
  return isUsd && /\b(per[ _-])?sec(ond)?s?\b/i.test(textOf(each).replaceAll('_', ' '));
}

/** Every word of a row, whatever it is called there. */
function textOf(each: Row): string {
  return Object.values(each)
    .filter((member) => typeof member === 'string')
    .join(' ');
}

function readFigure(value: unknown): number | null {
  if (typeof value === 'number') return value;
  const text = typeof value === 'string' ? value.replace(/^\$/, '') : '';
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}
