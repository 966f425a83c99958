import type { z } from 'zod';
import type { ContractPrices } from '../model/config.ts';
import type { Issue } from '../model/issue.ts';
import { parseDollars } from '../model/money.ts';
import type { Tier } from '../model/transfer.ts';
import type { ConfigProvider, pricesSchema } from './schema/config-schema.ts';
import type { SourceLocation } from './source-location.ts';

type WrittenPrices = z.infer<typeof pricesSchema>;

/** Contract prices in micro-dollars per second. */
export function readPrices(written: WrittenPrices | undefined): ContractPrices {
  return mapValues(written ?? {}, (models) =>
    mapValues(models, (tiers) => {
      const rates: Partial<Record<Tier, number>> = {};
      for (const tier of ['standard', 'pro'] as const) {
        const rate = parseDollars(tiers[tier] ?? '');
        if (rate != null) rates[tier] = rate;
      }
      return rates;
    }),
  );
}

/** All of them in one text: equal prices give equal texts, in whatever order they were written. */
export function listPrices(prices: ContractPrices): string {
  return Object.entries(prices)
    .flatMap(([provider, models]) =>
      Object.entries(models).flatMap(([model, tiers]) =>
        Object.entries(tiers).map(([tier, rate]) => `${provider} ${model} ${tier} ${rate}`),
      ),
    )
    .sort()
    .join('\n');
}

/** A price for something that nobody sells would silently count for nothing. */
export function checkPrices(
  location: SourceLocation,
  written: WrittenPrices | undefined,
  providers: readonly ConfigProvider[],
): Issue[] {
  const sellers = providers.filter(({ id }) => id !== 'draft');
  return Object.entries(written ?? {}).flatMap(([id, models]) => {
    const provider = sellers.find((seller) => seller.id === id);
    if (provider == null) {
      const message = `${JSON.stringify(id)} sells nothing; known are ${sellers.map((each) => each.id).join(', ')}`;
      return [location.issue('error', ['prices', id], message, 'key')];
    }
    const known = Object.keys(provider.models ?? {});
    return Object.keys(models)
      .filter((model) => !known.includes(model))
      .map((model) =>
        location.issue(
          'error',
          ['prices', id, model],
          `${JSON.stringify(model)} is no model of ${id}; known are ${known.join(', ')}`,
          'key',
        ),
      );
  });
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
