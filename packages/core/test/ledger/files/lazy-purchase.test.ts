import { describe, expect, test } from 'vitest';
import { spentOf } from '../../../src/budget/spent.ts';
import { formatEntry } from '../../../src/ledger/files/entry-text.ts';
import { emptyLedger, ledgerChanges, parseLedger } from '../../../src/ledger/files/files.ts';
import { readLazily } from '../../../src/ledger/files/lazy-purchase.ts';
import { emptySet, readDifference } from '../../../src/ledger/files/purchase-set.ts';
import { formatState } from '../../../src/ledger/files/state-file.ts';
import { LedgerError } from '../../../src/model/errors.ts';
import type { Purchase } from '../../../src/model/purchase/purchase.ts';
import type { PurchaseState } from '../../../src/model/purchase/purchase-state.ts';
import { findOpenPurchases } from '../../../src/plan/prior/open-purchases.ts';
import { indexRecords } from '../../../src/plan/prior/record-index.ts';
import { BOUGHT_AT_MS, entryIn, KEY, wayTo } from '../../support/journal.ts';
import { MemoryLedger } from '../../support/memory-ledger.ts';
import { openRunOnDisk } from '../../support/run-on-disk.ts';

const path = 'purchases/aa/2026-10.jsonl';
const label = 'branch ledger';
const read = (line: string) => readLazily(line, path, label);

function purchaseIn(state: PurchaseState): Purchase {
  const found = entryIn(state);
  if (found == null) throw new Error('nothing is on record');
  return found;
}

const states = Object.keys(wayTo).filter((state) => state !== 'planned') as PurchaseState[];
const recorded = purchaseIn('recorded');
const line = formatEntry(recorded);

describe('a purchase that is read when it is asked for', () => {
  test.each(states)('is the same that was written: %s', (state) => {
    const purchase = purchaseIn(state);
    expect(read(formatEntry(purchase))).toEqual(purchase);
    expect({ ...read(formatEntry(purchase)) }).toEqual(purchase);
    expect(formatEntry(read(formatEntry(purchase)))).toBe(formatEntry(purchase));
  });

  test('is not parsed for what totals, limits and plans ask of every purchase', () => {
    const [head = ''] = line.split('"approvedBy"');
    const purchase = read(`${head}"approvedBy":nothing else can be read`);
    const { approvedBy: _, ...asked } = Object.getOwnPropertyDescriptors(recorded);
    expect(Object.keys(purchase)).toEqual(expect.arrayContaining(Object.keys(asked)));
    expect(purchase).toHaveProperty('state', 'recorded');
    expect(purchase).toHaveProperty('holder', recorded.holder);
    expect(purchase).toHaveProperty('output', recorded.output);
    expect(() => purchase.intent).toThrow(LedgerError);
    expect(() => purchase.intent).toThrow(`${path} in the ledger (${label}) cannot be trusted`);
    expect(() => ({ ...purchase })).toThrow(LedgerError);
  });

  test('is parsed at once where the line does not begin as it is written here', () => {
    const turned = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(line)).reverse()));
    expect(read(turned)).toEqual(recorded);
    expect(() => read(line.replace('"approvedBy":null,', ''))).toThrow('not an entry of a ledger');
    expect(() => read(line.replace('"recorded"', '"lost"'))).toThrow('not an entry of a ledger');
    expect(() => read('{')).toThrow('it is not JSON');
  });

  /** A ledger whose sums follow, with a line whose end is no purchase: no release writes one. */
  function openMalformed() {
    const files = new Map<string, string>();
    const purchases = new Map([[KEY, recorded]]);
    for (const [name, text] of ledgerChanges(emptyLedger, purchases, label))
      if (text != null) files.set(name, text);
    const text = (files.get(path) ?? '').replace('"url":"', '"URL":"');
    files.set(path, text);
    const { tally } = readDifference(new Map([[path, text]]), emptySet, label);
    files.set('state.json', formatState(tally));
    return { files, ledger: parseLedger(files, emptyLedger, label) };
  }

  test('is not parsed by limits, totals, a look for open purchases, a store or an index of records', async () => {
    const { files, ledger } = openMalformed();
    const { purchases } = ledger;
    const scope = { runId: '100', pullRequest: null, nowMs: BOUGHT_AT_MS, isShared: true };
    expect(spentOf(purchases, scope).perMonthMicroUsd).toBe(304_000);
    expect(findOpenPurchases(purchases, [], new Set(), null)).toEqual([]);
    const backend = new MemoryLedger();
    backend.version = { tip: 'v1', files };
    const { store } = await openRunOnDisk({ ledger: backend });
    await store.refresh();
    expect(store.purchases.get(KEY)?.state).toBe('recorded');
    const index = indexRecords({ lockfile: store.lockfile, purchases: store.purchases });
    expect(index.boughtFor('another.mp4')).toBeNull();
    expect(() => index.boughtFor(recorded.output)).toThrow('it is not an entry of a ledger');
  });

  test('is refused when it is asked for, where whoever wrote it made the totals follow', () => {
    const { ledger } = openMalformed();
    expect(ledger.purchases.get(KEY)?.state).toBe('recorded');
    expect(() => ledger.purchases.get(KEY)?.url).toThrow('it is not an entry of a ledger');
  });
});
