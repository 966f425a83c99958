import type { ContractPrices } from '../../model/config.ts';
import type { JobPrice } from '../../model/money.ts';
import { formatUsd } from '../../model/money.ts';
import type { Tier } from '../../model/transfer.ts';
import type { Provider } from '../../providers/adapter.ts';

/** What providers reported of their prices, in micro-dollars per second; keyed by `priceKey`. */
export type PublishedPrices = ReadonlyMap<string, Readonly<Record<Tier, number | null>>>;

export interface KnownPrices {
  readonly contract: ContractPrices;
  readonly published: PublishedPrices;
}

export const noPrices: KnownPrices = { contract: {}, published: new Map() };

export function priceKey(provider: string, model: string): string {
  return `${provider} ${model}`;
}

/**
 * The price of a job where another than the adapter's own row is known. An agreed price counts as it is
 * written, a published one instead of ours; held is always the highest of what is known.
 */
export function findPrice(
  { id, title, models }: Provider,
  model: string,
  tier: Tier,
  { contract, published }: KnownPrices,
): { readonly price: JobPrice | null; readonly warnings: readonly string[] } {
  const row = models[model]?.prices[tier];
  const agreed = contract[id]?.[model]?.[tier] ?? null;
  const rate = published.get(priceKey(id, model))?.[tier] ?? null;
  const listed = row?.microUsdPerSecond ?? null;
  // What is reported as it is listed leaves the plan as it is without asking.
  if (row == null || listed == null || (agreed == null && (rate == null || rate === listed)))
    return { price: null, warnings: [] };
  const says = `${title} reports ${formatUsd(rate ?? 0)} a second for ${tier}`;
  if (agreed != null) {
    const held = Math.max(agreed, rate ?? 0);
    return {
      price: { origin: 'contract', microUsdPerSecond: agreed, heldMicroUsdPerSecond: held },
      warnings:
        held > agreed
          ? [`price: ${says}, the contract price is ${formatUsd(agreed)}; the higher is held`]
          : [],
    };
  }
  const held = Math.max(row.heldMicroUsdPerSecond ?? listed, rate ?? 0);
  return {
    price: {
      origin: 'published',
      microUsdPerSecond: rate ?? listed,
      heldMicroUsdPerSecond: held,
    },
    warnings: [
      `price: ${says}, the list of this version says ${formatUsd(listed)} (${row.checkedOn}); the higher is held`,
    ],
  };
}
