import type { Config } from '../model/config.ts';
import type { Json } from '../model/json.ts';
import type { Transfer } from '../model/transfer.ts';
import type { Adapter, ModelSpec } from '../providers/adapter.ts';

/** The config with its one transfer at the cheapest model that the provider sells for its tier. */
export function atCheapestModel(config: Config, adapter: Adapter): Config {
  return {
    ...config,
    transfers: config.transfers.map((transfer) => chooseModel(transfer, adapter)),
  };
}

function chooseModel(transfer: Transfer, { id, models, options }: Adapter): Transfer {
  const { tier } = transfer.parameters;
  const rate = (spec: ModelSpec) =>
    spec.prices[tier].heldMicroUsdPerSecond ?? spec.prices[tier].microUsdPerSecond;
  const [cheapest] = Object.entries(models).toSorted(([, a], [, b]) => rate(a) - rate(b));
  // A model that somebody wrote down stays.
  const chosen: Json = { model: cheapest?.[0] ?? '', ...membersOf(transfer.providerOptions[id]) };
  // A provider that sells one model has no option for it.
  if (!options.safeParse(chosen).success) return transfer;
  return { ...transfer, providerOptions: { ...transfer.providerOptions, [id]: chosen } };
}

function membersOf(value: Json | undefined): Readonly<Record<string, Json>> {
  return typeof value === 'object' && value != null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}
