import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { formatUsd, MICRO_USD_PER_USD } from '../model/money.ts';
import type { Purchases } from '../model/purchase.ts';
import { holdsMoney } from '../model/purchase-state.ts';
import { parseRecordJson } from '../model/strict-json.ts';
import { LEDGER_FORMAT, LEDGER_READ_BY } from './format.ts';
import { groupSpending, listSpending, type SpendingItem } from './totals.ts';

/** Open holds and totals, from the entries alone: the same entries are the same bytes. */
export function formatState(purchases: Purchases): string {
  const state = { version: LEDGER_FORMAT, readBy: LEDGER_READ_BY, ...stateOf(purchases) };
  return `${JSON.stringify(state, null, 2)}\n`;
}

/** Whether a text says of the entries what follows from them, in whatever order, spacing or digits. */
export function sameState(text: string, purchases: Purchases): boolean {
  const said = readState(text);
  const due = readState(formatState(purchases));
  return said != null && isDeepStrictEqual(said, due);
}

function stateOf(purchases: Purchases) {
  const entries = [...purchases.values()].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  const items = listSpending(entries);
  const open = entries.filter(({ state, charge }) => holdsMoney(state, charge?.microUsd != null));
  return {
    open: open.map(
      ({ fingerprint, transferId, state: word, provider, holdMicroUsd, pullRequest }) => ({
        key: fingerprint,
        transferId,
        state: word,
        provider,
        held: formatUsd(holdMicroUsd),
        pullRequest,
      }),
    ),
    months: totalsBy(items, ({ month }) => month),
    pullRequests: totalsBy(items, (item) => item.pullRequest?.toString() ?? null),
    providers: totalsBy(items, ({ provider }) => provider),
  };
}

function totalsBy(
  items: readonly SpendingItem[],
  nameOf: (item: SpendingItem) => string | null,
): Record<string, { charged: string; held: string; purchases: number }> {
  return Object.fromEntries(
    groupSpending(items, nameOf).map(([name, sum]) => [
      name,
      {
        charged: formatUsd(sum.chargedMicroUsd),
        held: formatUsd(sum.heldMicroUsd),
        purchases: sum.purchases,
      },
    ]),
  );
}

/** `$0.7` and `$0.70` are one amount. Sums may be larger than any price that can be written: the writer has no bound. */
const amount = z
  .string()
  .regex(/^\$(0|[1-9]\d{0,14})(\.\d{1,6})?$/)
  .transform((text) => {
    const [whole, fraction = ''] = text.slice(1).split('.');
    return Number(whole) * MICRO_USD_PER_USD + Number(fraction.padEnd(6, '0'));
  });
const totals = z.record(
  z.string(),
  z.object({ charged: amount, held: amount, purchases: z.number() }),
);
/** Members that are not named here are for people: nothing rests on them. */
const stateSchema = z.object({
  version: z.literal(LEDGER_FORMAT),
  open: z
    .array(
      z.object({
        key: z.string(),
        transferId: z.string(),
        state: z.string(),
        provider: z.string(),
        held: amount,
        pullRequest: z.number().nullable(),
      }),
    )
    .transform((open) => open.toSorted((a, b) => (a.key < b.key ? -1 : 1))),
  months: totals,
  pullRequests: totals,
  providers: totals,
});

function readState(text: string): z.output<typeof stateSchema> | null {
  try {
    return stateSchema.safeParse(parseRecordJson(text)).data ?? null;
  } catch {
    return null;
  }
}
