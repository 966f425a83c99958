import { monthOf } from '../../model/limits.ts';
import type { Purchase } from '../../model/purchase/purchase.ts';
import { damaged } from './damaged.ts';
import { formatEntry } from './entry-text.ts';

/**
 * A file of purchases: those whose keys begin with the same two digits and that were first reserved in the same
 * month, one line each, sorted by key. A purchase stays in its file for good, also when it is reserved again in
 * a later month, so that one file after the other comes to rest.
 */
const PURCHASE_FILE = /^purchases\/([0-9a-f]{2})\/\d{4}-\d{2}\.jsonl$/;

/** Every line begins with its key, which is so found without parsing anything. */
const LINE_START = '{"key":"';
const KEY_DIGITS = 64;

/** Where all files lie that may hold the purchase. */
export function directoryOf(key: string): string {
  return `purchases/${key.slice(0, 2)}`;
}

/** For a purchase that is in no file yet. */
export function newFileFor(purchase: Purchase): string {
  const reservations = [
    purchase.reservedAtMs,
    ...purchase.settled.map(({ reservedAtMs }) => reservedAtMs),
    ...purchase.history.filter(({ type }) => type === 'reserve').map(({ atMs }) => atMs),
  ];
  const month = monthOf(Math.min(...reservations));
  return `${directoryOf(purchase.fingerprint)}/${month}.jsonl`;
}

/** The line of each key. @throws LedgerError unless they are those of this file, each once and in order. */
export function readLines(path: string, text: string, label: string): Map<string, string> {
  const [, prefix] = PURCHASE_FILE.exec(path) ?? [];
  if (prefix == null) throw damaged(label, path, 'a ledger has no such file');
  const lines = new Map<string, string>();
  let last = '';
  const texts = text.split('\n');
  if (texts.pop() !== '' || texts.length === 0)
    throw damaged(label, path, 'it does not end with a line');
  for (const line of texts) {
    const key = keyOf(line);
    if (key == null || !key.startsWith(prefix))
      throw damaged(label, path, 'a line does not begin with a key that belongs there');
    if (key <= last)
      throw damaged(label, path, 'its lines are not sorted, or a key is there twice');
    lines.set(key, line);
    last = key;
  }
  return lines;
}

/** The text of a file with these purchases in place of what it says of them. @throws UnwritableError */
export function withPurchases(
  lines: ReadonlyMap<string, string>,
  purchases: readonly Purchase[],
): string {
  const changed = new Map(lines);
  for (const purchase of purchases) changed.set(purchase.fingerprint, formatEntry(purchase));
  const sorted = [...changed].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([, line]) => `${line}\n`).join('');
}

function keyOf(line: string): string | null {
  const key = line.slice(LINE_START.length, LINE_START.length + KEY_DIGITS);
  const isKey = line.startsWith(LINE_START) && /^[0-9a-f]{64}$/.test(key);
  return isKey && line[LINE_START.length + KEY_DIGITS] === '"' ? key : null;
}
