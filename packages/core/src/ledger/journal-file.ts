import { randomId } from '../ids.ts';
import type { Lockfile } from '../model/lockfile/lockfile.ts';
import type { Purchases } from '../model/purchase/purchase.ts';
import type { PurchaseEvent } from '../model/purchase/purchase-event.ts';
import { holdsMoney } from '../model/purchase/purchase-state.ts';
import type { Ports } from '../ports.ts';
import { foldJournal, formatLine, type JournalLine, parseJournal } from './journal.ts';
import { loadLockfile, lockfileReader } from './lockfile-files.ts';
import { chainsOf, mergeChain } from './merge.ts';

/** The files of one checkout: its journal, its name, the lockfile. Whoever writes holds the lock. */
const MAX_JOURNAL_BYTES = 64 * 1_048_576;
/** Of names of checkouts and events: 80 bits, enough that two runs never mint the same. */
export const ID_DIGITS = 20;

export interface StorePaths {
  readonly workspace: string;
  /** Where the journal lives: never committed, never uploaded. */
  readonly stateDirectory: string;
}

export interface Records {
  readonly purchases: Purchases;
  readonly lockfile: Lockfile;
  /** Names this state directory; `null` when nothing was ever written in it. */
  readonly checkout: string | null;
}

export function journalPath(paths: StorePaths): string {
  return `${paths.stateDirectory}/journal.jsonl`;
}

/** The lockfile alone: it names versions of the ledger, which are needed to open that. */
export async function readLockfile(ports: Ports, { workspace }: StorePaths): Promise<Lockfile> {
  return (await loadLockfile(lockfileReader(ports, workspace))).lockfile;
}

/** Reads without locking: what `plan` needs. `shared` is what the shared ledger holds, if there is one. */
export async function readRecords(
  ports: Ports,
  paths: StorePaths,
  shared: Purchases = new Map(),
): Promise<Records> {
  const { purchases } = viewOf(await readLocal(ports, paths), shared, journalPath(paths));
  const checkout = await readCheckoutName(ports, paths);
  return { purchases, lockfile: await readLockfile(ports, paths), checkout };
}

export async function readLocal(ports: Ports, paths: StorePaths): Promise<JournalLine[]> {
  const text = (await ports.files.readText(journalPath(paths), MAX_JOURNAL_BYTES)) ?? '';
  return parseJournal(text, journalPath(paths));
}

/** `file:line` of a purchase's intent in the journal; `null` when there is none. */
export async function findIntentLine(
  ports: Ports,
  paths: StorePaths,
  fingerprint: string,
): Promise<string | null> {
  const lines = await readLocal(ports, paths);
  const index = lines.findLastIndex(
    (line) => line.fingerprint === fingerprint && (line.type === 'base' || line.type === 'submit'),
  );
  return index < 0 ? null : `${journalPath(paths)}:${index + 1}`;
}

export function viewOf(lines: readonly JournalLine[], shared: Purchases, name: string) {
  const purchases = new Map(shared);
  const pending = new Map<string, readonly PurchaseEvent[]>();
  for (const [fingerprint, chain] of chainsOf(lines, foldJournal(lines, name))) {
    const view = mergeChain(shared.get(fingerprint) ?? null, chain);
    purchases.set(fingerprint, view.purchase);
    if (view.pending.length > 0) pending.set(fingerprint, view.pending);
  }
  return { purchases, pending };
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
  const name = randomId(ports.random, ID_DIGITS);
  await ports.files.writeAtomic(checkoutPath(paths), `${name}\n`);
  return name;
}

/** What the shared ledger holds needs no copy here, except what is open or not in the ledger yet. */
export async function compact(
  ports: Ports,
  paths: StorePaths,
  purchases: Purchases,
  pending: ReadonlyMap<string, readonly PurchaseEvent[]>,
  shared: Purchases,
): Promise<void> {
  const lines = [...purchases.values()].flatMap((purchase): JournalLine[] => {
    const events = pending.get(purchase.fingerprint) ?? [];
    const isOpen =
      holdsMoney(purchase.state, purchase.charge?.microUsd != null) && purchase.url != null;
    if (events.length === 0 && !isOpen) return [];
    const base = shared.get(purchase.fingerprint);
    if (base == null) return [...events];
    const detailed = base.round === purchase.round ? { ...base, url: purchase.url } : base;
    return [{ type: 'base', fingerprint: purchase.fingerprint, purchase: detailed }, ...events];
  });
  await ports.files.writeAtomic(
    journalPath(paths),
    lines.map((line) => `${formatLine(line)}\n`).join(''),
  );
}
