import { sha256 } from '../../model/hash.ts';
import type { Purchase } from '../../model/purchase/purchase.ts';
import { damaged } from './damaged.ts';
import { parseEntry } from './entry-text.ts';
import { readLazily } from './lazy-purchase.ts';
import { readLines } from './purchase-file.ts';
import { changeTally, emptyTally, type FileTally, type Tally } from './tally.ts';

/** One purchase, and where it stands. */
export interface Entry {
  readonly path: string;
  readonly line: string;
  readonly purchase: Purchase;
}

/** All purchases of some files, and what follows from them. */
export interface PurchaseSet {
  /** Files of purchases, by path. */
  readonly files: ReadonlyMap<string, string>;
  /** By key. */
  readonly entries: ReadonlyMap<string, Entry>;
  readonly tally: Tally;
}

export const emptySet: PurchaseSet = { files: new Map(), entries: new Map(), tally: emptyTally };

/**
 * Reads what differs from a set that was read before: lines that are the same are neither parsed nor counted
 * again. Without one (`emptySet`) everything differs.
 *
 * @throws LedgerError naming the file that is not what a ledger holds.
 */
export function readDifference(
  files: ReadonlyMap<string, string>,
  previous: PurchaseSet,
  label: string,
): PurchaseSet {
  const fileTallies = new Map(previous.tally.files);
  const entries = new Map(previous.entries);
  const removed: Purchase[] = [];
  const fresh: { path: string; key: string; line: string }[] = [];
  const changed: { path: string; text: string; keys: Iterable<string> }[] = [];
  for (const path of new Set([...previous.files.keys(), ...files.keys()])) {
    const before = previous.files.get(path);
    const text = files.get(path);
    if (text === before) continue;
    const oldLines = before == null ? noLines : readLines(path, before, label);
    const lines = text == null ? noLines : readLines(path, text, label);
    for (const [key, line] of oldLines) {
      const entry = entries.get(key);
      if (lines.get(key) === line || entry == null) continue;
      removed.push(entry.purchase);
      if (!lines.has(key)) entries.delete(key);
    }
    for (const [key, line] of lines)
      if (oldLines.get(key) !== line) fresh.push({ path, key, line });
    if (text == null) fileTallies.delete(path);
    else changed.push({ path, text, keys: lines.keys() });
  }
  // Most of what is read first is never looked at; what comes later has to be right before it is sent or used.
  const read = previous.entries.size === 0 ? readLazily : parseEntry;
  const added: Purchase[] = [];
  for (const { path, key, line } of fresh) {
    const known = entries.get(key);
    if (known != null && known.path !== path)
      throw damaged(label, path, `the purchase ${key.slice(0, 12)} is in ${known.path} too`);
    const purchase = read(line, path, label);
    entries.set(key, { path, line, purchase });
    added.push(purchase);
  }
  for (const { path, text, keys } of changed) {
    fileTallies.set(path, tallyFile(keys, text, entries));
  }
  return {
    files,
    entries,
    tally: changeTally(previous.tally, { removed, added, files: fileTallies }),
  };
}

const noLines: ReadonlyMap<string, string> = new Map();

function tallyFile(
  keys: Iterable<string>,
  text: string,
  entries: ReadonlyMap<string, Entry>,
): FileTally {
  let purchases = 0;
  let latestMs = 0;
  for (const key of keys) {
    purchases += 1;
    latestMs = Math.max(latestMs, entries.get(key)?.purchase.atMs ?? 0);
  }
  return { purchases, latestMs, sha256: sha256(text) };
}
