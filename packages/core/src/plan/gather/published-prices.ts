import { withTimeLimit } from '../../cancellation.ts';
import { callApi } from '../../http/call-api.ts';
import type { Endpoint } from '../../http/endpoint.ts';
import { createRateLimiter } from '../../http/rate-limiter.ts';
import type { Config } from '../../model/config.ts';
import { messageOf } from '../../model/errors.ts';
import { createRedactor, type Redactor } from '../../model/secrets/redact.ts';
import { acceptsModel, type Tier } from '../../model/transfer.ts';
import type { Ports } from '../../ports.ts';
import { type PublishedPrices, priceKey } from '../sellers/find-price.ts';

/** Prices are nice to know: a provider that takes longer to report them is not waited for. */
const PATIENCE_MS = 10_000;

export interface PriceReading {
  readonly published: PublishedPrices;
  /** Why a price could not be read: the list of this version counts then. */
  readonly notes: readonly string[];
}

/**
 * Asks every provider that may sell something of this config, has a key, and reports its prices by API:
 * once per model, which costs nothing. Never throws for what a provider does.
 */
export async function readPublishedPrices(
  ports: Ports,
  { transfers }: Config,
  endpoints: readonly Endpoint[],
  signal: AbortSignal,
): Promise<PriceReading> {
  const published = new Map<string, Readonly<Record<Tier, number | null>>>();
  const notes: string[] = [];
  const wanted = new Map<string, { readonly endpoint: Endpoint; readonly model: string }>();
  for (const endpoint of endpoints) {
    const { adapter, hasKey } = endpoint;
    if (!hasKey || adapter.priceList == null) continue;
    for (const transfer of transfers) {
      const { provider } = transfer;
      if (provider.kind === 'ordered' && !provider.ids.includes(adapter.id)) continue;
      for (const [model, { name }] of Object.entries(adapter.models)) {
        if (!acceptsModel(transfer.model, name)) continue;
        wanted.set(priceKey(adapter.id, model), { endpoint, model });
      }
    }
  }
  const redactor = createRedactor(endpoints.flatMap(({ secrets }) => Object.values(secrets)));
  await Promise.all(
    [...wanted].map(async ([key, { endpoint, model }]) => {
      try {
        const rates = await withTimeLimit(ports, PATIENCE_MS, signal, (limited) =>
          readOne(ports, { endpoint, redactor }, model, limited),
        );
        if (rates != null) published.set(key, rates);
        else notes.push(`${endpoint.adapter.title} does not report its price by the second`);
      } catch (error) {
        const words = messageOf(error).replace(/\s+/g, ' ').slice(0, 200);
        notes.push(`${endpoint.adapter.title} did not report its prices (${words})`);
      }
    }),
  );
  return { published, notes: notes.sort() };
}

async function readOne(
  ports: Ports,
  { endpoint, redactor }: { readonly endpoint: Endpoint; readonly redactor: Redactor },
  model: string,
  signal: AbortSignal,
) {
  const { priceList } = endpoint.adapter;
  if (priceList == null) return null;
  const rateLimiter = createRateLimiter(ports, null);
  const request = { ...priceList.request(model), timeoutMs: PATIENCE_MS };
  const response = await callApi({ ports, endpoint, rateLimiter, redactor }, request, signal);
  if (response.status < 200 || response.status > 299) throw new Error(`HTTP ${response.status}`);
  const rates = priceList.read(response, model);
  return isPlausible(rates.standard) || isPlausible(rates.pro)
    ? {
        standard: isPlausible(rates.standard) ? rates.standard : null,
        pro: isPlausible(rates.pro) ? rates.pro : null,
      }
    : null;
}

/** Nobody sells a second of video for nothing, nor for a hundred dollars: that is another unit. */
function isPlausible(rate: number | null): rate is number {
  return rate != null && Number.isSafeInteger(rate) && rate >= 1_000 && rate <= 100_000_000;
}
