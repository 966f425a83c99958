import { formatEntry } from '../../src/ledger/files/entry-text.ts';
import { formatState1 } from '../../src/ledger/files/format-1.ts';
import type { Purchase, Purchases } from '../../src/model/purchase/purchase.ts';

/** Files after changes: `null` takes one away. */
export function applyChanges(
  files: ReadonlyMap<string, string>,
  changes: ReadonlyMap<string, string | null>,
): Map<string, string> {
  const after = new Map(files);
  for (const [path, text] of changes) {
    if (text == null) after.delete(path);
    else after.set(path, text);
  }
  return after;
}

/** A ledger as the last release that wrote format 1 wrote it. */
export function formatLedger1(purchases: Purchases): Map<string, string> {
  const entries = [...purchases.values()].map(
    (purchase) => [pathOf(purchase), textOf(purchase)] as const,
  );
  return new Map([
    ['README.md', '# The ledger of Motion Transfer\n'],
    ...entries,
    ['state.json', formatState1(purchases)],
  ]);
}

function pathOf({ fingerprint }: Purchase): string {
  return `transfers/${fingerprint.slice(0, 2)}/${fingerprint}.json`;
}

function textOf(purchase: Purchase): string {
  return `${JSON.stringify(JSON.parse(formatEntry(purchase)), null, 2)}\n`;
}
