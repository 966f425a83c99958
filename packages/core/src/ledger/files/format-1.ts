import { isDeepStrictEqual } from 'node:util';
import { formatUsd } from '../../model/money.ts';
import type { Purchase, Purchases } from '../../model/purchase/purchase.ts';
import { holdsMoney } from '../../model/purchase/purchase-state.ts';
import { groupSpending, listSpending, type SpendingItem } from '../totals.ts';
import { damaged } from './damaged.ts';
import { parseEntry } from './entry-text.ts';
import { readState, stateSchema1 } from './state-file.ts';

/**
 * Format 1, which is read and no longer written: one file per purchase, and totals that are computed from all
 * of them. What it means does not change any more.
 */
const ENTRY_FILE = /^transfers\/[0-9a-f]{2}\/[0-9a-f]{64}\.json$/;

export function isEntryFile(path: string): boolean {
  return ENTRY_FILE.test(path);
}

export function parseEntryFile(path: string, text: string, label: string): Purchase {
  const purchase = parseEntry(text, path, label);
  const { fingerprint: key } = purchase;
  if (path !== `transfers/${key.slice(0, 2)}/${key}.json`)
    throw damaged(label, path, 'its key belongs elsewhere');
  return purchase;
}

/** Whether `state.json` says of the entries what follows from them, in whatever order, spacing or digits. */
export function agreesInFormat1(text: string, purchases: Purchases): boolean {
  const said = readState(stateSchema1, text);
  const due = readState(stateSchema1, formatState1(purchases));
  return said != null && isDeepStrictEqual(said, due);
}

/** As the last release that wrote this format did. */
export function formatState1(purchases: Purchases): string {
  const entries = [...purchases.values()].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  const items = listSpending(entries);
  const open = entries.filter(({ state, charge }) => holdsMoney(state, charge?.microUsd != null));
  const state = {
    version: 1,
    readBy: 'motion-transfer/motion-transfer@v1',
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
  return `${JSON.stringify(state, null, 2)}\n`;
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
