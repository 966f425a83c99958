import { LOCKFILE_PATH, type Lockfile, parseLockfile } from '../model/lockfile.ts';
import { holdsMoney } from '../model/purchase-state.ts';
import type { Ports } from '../ports.ts';
import {
  foldJournal,
  type JournalLine,
  type PurchaseEvent,
  type Purchases,
  parseJournal,
} from './journal.ts';
import { chainsOf, mergeChain } from './merge.ts';

/** The files of one checkout: its journal, its name, the lockfile. Whoever writes holds the lock. */
const MAX_JOURNAL_BYTES = 64 * 1_048_576;
const MAX_LOCKFILE_BYTES = 64 * 1_048_576;

export interface StorePaths {
  readonly workspace: string;
  /** Where the journal lives: never committed, never uploaded. */
  readonly stateDirectory: string;
}

export interface Records {
  readonly journal: Purchases;
  readonly lockfile: Lockfile;
  /** Names this state directory; `null` when nothing was ever written in it. */
  readonly checkout: string | null;
}

export function journalPath(paths: StorePaths): string {
  return `${paths.stateDirectory}/journal.jsonl`;
}

export function lockfilePath(paths: StorePaths): string {
  return `${paths.workspace}/${LOCKFILE_PATH}`;
}

/** The lockfile alone: it names the ledger's last seen version, which is needed to open that. */
export async function readLockfile(ports: Ports, paths: StorePaths): Promise<Lockfile> {
  return parseLockfile(await ports.files.readText(lockfilePath(paths), MAX_LOCKFILE_BYTES));
}

/** Reads without locking: what `plan` needs. `shared` is what the shared ledger holds, if there is one. */
export async function readRecords(
  ports: Ports,
  paths: StorePaths,
  shared: Purchases = new Map(),
): Promise<Records> {
  const { journal } = viewOf(await readLocal(ports, paths), shared, journalPath(paths));
  const checkout = await readCheckoutName(ports, paths);
  return { journal, lockfile: await readLockfile(ports, paths), checkout };
}

export async function readLocal(ports: Ports, paths: StorePaths): Promise<JournalLine[]> {
  const text = (await ports.files.readText(journalPath(paths), MAX_JOURNAL_BYTES)) ?? '';
  return parseJournal(text, journalPath(paths));
}

/** `file:line` of what the journal says about a key's intent; `null` when it says nothing about it. */
export async function findIntentLine(
  ports: Ports,
  paths: StorePaths,
  key: string,
): Promise<string | null> {
  const lines = await readLocal(ports, paths);
  const index = lines.findLastIndex(
    (line) => line.key === key && (line.type === 'base' || line.type === 'submit'),
  );
  return index < 0 ? null : `${journalPath(paths)}:${index + 1}`;
}

export function viewOf(lines: readonly JournalLine[], shared: Purchases, name: string) {
  const journal = new Map(shared);
  const pending = new Map<string, readonly PurchaseEvent[]>();
  for (const [key, chain] of chainsOf(lines, foldJournal(lines, name))) {
    const view = mergeChain(shared.get(key) ?? null, chain);
    journal.set(key, view.entry);
    if (view.pending.length > 0) pending.set(key, view.pending);
  }
  return { journal, pending };
}

export async function dropTornLine(ports: Ports, path: string): Promise<void> {
  const text = await ports.files.readText(path, MAX_JOURNAL_BYTES);
  if (text == null || text === '' || text.endsWith('\n')) return;
  await ports.files.writeAtomic(path, text.slice(0, text.lastIndexOf('\n') + 1));
}

function checkoutPath(paths: StorePaths): string {
  return `${paths.stateDirectory}/checkout-id`;
}

async function readCheckoutName(ports: Ports, paths: StorePaths): Promise<string | null> {
  const name = (await ports.files.readText(checkoutPath(paths), 1000))?.trim() ?? '';
  return /^[0-9a-z]{8,64}$/.test(name) ? name : null;
}

export async function nameCheckout(ports: Ports, paths: StorePaths): Promise<string> {
  const known = await readCheckoutName(ports, paths);
  if (known != null) return known;
  const name = randomName(ports.random);
  await ports.files.writeAtomic(checkoutPath(paths), `${name}\n`);
  return name;
}

/** What the shared ledger holds needs no copy here, except what is open or was not told yet. */
export async function compact(
  ports: Ports,
  paths: StorePaths,
  journal: Purchases,
  pending: ReadonlyMap<string, readonly PurchaseEvent[]>,
  shared: Purchases,
): Promise<void> {
  const lines = [...journal.values()].flatMap((entry): JournalLine[] => {
    const events = pending.get(entry.key) ?? [];
    const isOpen = holdsMoney(entry.state, entry.charge?.microUsd != null) && entry.url != null;
    if (events.length === 0 && !isOpen) return [];
    const base = shared.get(entry.key);
    if (base == null) return [...events];
    const detailed = base.purchase === entry.purchase ? { ...base, url: entry.url } : base;
    return [{ type: 'base', key: entry.key, entry: detailed }, ...events];
  });
  await ports.files.writeAtomic(
    journalPath(paths),
    lines.map((line) => `${toLine(line)}\n`).join(''),
  );
}

/** 80 bits: enough that two runs never mint the same. */
export function randomName(random: () => number): string {
  return Array.from({ length: 2 }, () =>
    Math.floor(random() * 2 ** 40)
      .toString(16)
      .padStart(10, '0'),
  ).join('');
}

/** JSON in ASCII: a crash may cut off a line, but never a character. */
export function toLine(line: JournalLine): string {
  return JSON.stringify(line).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
