import { LedgerError, messageOf, UnwritableError } from '../../model/errors.ts';
import type { Purchase, Purchases } from '../../model/purchase/purchase.ts';
import { withoutQueries } from '../../model/secrets/redact.ts';
import { FREEZE_FILE, type Freeze, formatFreeze, parseFreeze } from '../freeze.ts';
import { damaged } from './damaged.ts';
import { parseEntry } from './entry-text.ts';
import { changeFiles } from './file-rules.ts';
import { announcedFormat, LEDGER_FORMAT, refuseNewerLedger } from './format.ts';
import { agreesInFormat1, isEntryFile, parseEntryFile } from './format-1.ts';
import { newFileFor, readLines, withPurchases } from './purchase-file.ts';
import { emptySet, type PurchaseSet, readDifference } from './purchase-set.ts';
import { agreesWith, formatState } from './state-file.ts';

/**
 * The ledger as files that a person can read: purchases by key and month, and `state.json` with what is open
 * and the totals. The purchases are the truth; `state.json` follows from them and is checked against them, so
 * that a hand that changes one without the other is noticed. It is checked for what it says, not for its bytes,
 * and its `version` is that of all these files.
 */
const STATE_FILE = 'state.json';
const README_FILE = 'README.md';
const MAX_MESSAGE_CHARACTERS = 500;

/** One version of the ledger, read and checked. */
export interface ParsedLedger {
  readonly files: ReadonlyMap<string, string>;
  readonly purchases: Purchases;
  /** `null` while buying is not frozen. */
  readonly freeze: Freeze | null;
  /** What a later version is compared with, line by line; empty for an earlier format. */
  readonly set: PurchaseSet;
}

export const emptyLedger: ParsedLedger = {
  files: new Map(),
  purchases: new Map(),
  freeze: null,
  set: emptySet,
};

/**
 * The files that differ when `next` replaces what is on record; all of them where that is of an earlier format.
 *
 * @throws UnwritableError for a purchase that could not be read back: it would shut everybody out of the ledger.
 */
export function ledgerChanges(
  { files, set }: ParsedLedger,
  next: Purchases,
  label: string,
): Map<string, string | null> {
  const changes = new Map<string, string | null>();
  for (const path of files.keys()) if (isEntryFile(path)) changes.set(path, null);
  if (set.files.size === 0) changes.set(README_FILE, LEDGER_README);
  const changed = new Map<string, Purchase[]>();
  for (const purchase of next.values()) {
    const entry = set.entries.get(purchase.fingerprint);
    if (entry?.purchase === purchase) continue;
    const path = entry?.path ?? newFileFor(purchase);
    const others = changed.get(path);
    if (others == null) changed.set(path, [purchase]);
    else others.push(purchase);
  }
  const after = new Map(set.files);
  for (const [path, purchases] of changed) {
    const before = set.files.get(path);
    const lines = before == null ? new Map<string, string>() : readLines(path, before, label);
    const text = withPurchases(lines, purchases);
    after.set(path, text);
    changes.set(path, text);
  }
  changes.set(STATE_FILE, formatState(readDifference(after, set, label).tally));
  return changes;
}

/** What may be shared: an address with a query may hold a signature, so the job is asked for it again. */
export function publishEntry(purchase: Purchase): Purchase {
  return {
    ...purchase,
    url: purchase.url?.includes('?') ? null : purchase.url,
    message:
      purchase.message == null
        ? null
        : withoutQueries(purchase.message).slice(0, MAX_MESSAGE_CHARACTERS),
  };
}

/** The files that differ when the flag is set or, with `null`, taken away. */
export function freezeChanges(
  ledger: ParsedLedger,
  freeze: Freeze | null,
  label: string,
): Map<string, string | null> {
  const changes = new Map<string, string | null>([
    [FREEZE_FILE, freeze == null ? null : formatFreeze(freeze)],
  ]);
  const state = ledger.files.get(STATE_FILE);
  if (state == null || announcedFormat(state) !== LEDGER_FORMAT)
    for (const [path, text] of ledgerChanges(ledger, ledger.purchases, label))
      changes.set(path, text);
  return changes;
}

/**
 * Reads a version. What is as in `previous`, which was read and checked, is taken from there, and what
 * `state.json` says is checked by the difference.
 *
 * @throws LedgerError naming the file that is not what a ledger holds.
 */
export function parseLedger(
  files: ReadonlyMap<string, string>,
  previous: ParsedLedger,
  label: string,
): ParsedLedger {
  const state = files.get(STATE_FILE) ?? '';
  refuseNewerLedger(state, label);
  const freeze = readFreeze(files.get(FREEZE_FILE), label);
  if (announcedFormat(state) === 1) {
    const purchases = parseFormat1(files, previous, label);
    if (!agreesInFormat1(state, purchases)) throw damagedState(label);
    return { files, purchases, freeze, set: emptySet };
  }
  const purchaseFiles = new Map([...files].filter(([path]) => holdsPurchases(path)));
  const set = readDifference(purchaseFiles, previous.set, label);
  if (files.size > 0 && !agreesWith(state, set.tally)) {
    // Where a line cannot be read, that says more.
    for (const [path, text] of purchaseFiles) purchasesIn(path, text, label);
    const converted = [...purchaseFiles].find(([, text]) => text.includes('\r\n'));
    if (converted != null)
      throw damaged(label, converted[0], 'its lines end as those of Windows do (CRLF)');
    throw damagedState(label);
  }
  const purchases = new Map<string, Purchase>();
  for (const [key, { purchase }] of set.entries) purchases.set(key, purchase);
  return { files, purchases, freeze, set };
}

/** Entries that are as in `previous` are taken from there. */
function parseFormat1(
  files: ReadonlyMap<string, string>,
  previous: ParsedLedger,
  label: string,
): Purchases {
  const purchases = new Map<string, Purchase>();
  for (const [path, text] of files) {
    if (!holdsPurchases(path)) continue;
    const known =
      previous.files.get(path) === text
        ? previous.purchases.get(path.replace(/^.*\/|\.json$/g, ''))
        : null;
    const purchase = known ?? parseEntryFile(path, text, label);
    purchases.set(purchase.fingerprint, purchase);
  }
  return purchases;
}

function damagedState(label: string) {
  return damaged(label, STATE_FILE, 'its totals do not follow from the purchases');
}

/**
 * The purchases in one file of a ledger, in the order in which they stand there, whichever format it is of.
 *
 * @throws LedgerError naming the file that is not what a ledger holds.
 */
export function purchasesIn(path: string, text: string, label: string): Purchase[] {
  if (!holdsPurchases(path)) return [];
  if (isEntryFile(path)) return [parseEntryFile(path, text, label)];
  return [...readLines(path, text, label).values()].map((line) => parseEntry(line, path, label));
}

/** Whether a file of the ledger is about purchases; the others follow from those, or are no record of them. */
export function holdsPurchases(path: string): boolean {
  return path !== README_FILE && path !== STATE_FILE && path !== FREEZE_FILE;
}

/** The purchases of single files of an earlier version. What cannot be read holds none. */
export function purchasesOf(files: ReadonlyMap<string, string>): Purchases {
  const purchases = new Map<string, Purchase>();
  for (const [path, text] of files) {
    try {
      for (const purchase of purchasesIn(path, text, ''))
        purchases.set(purchase.fingerprint, purchase);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
    }
  }
  return purchases;
}

function readFreeze(text: string | undefined, label: string): Freeze | null {
  if (text == null) return null;
  try {
    return parseFreeze(text);
  } catch (cause) {
    throw damaged(label, FREEZE_FILE, 'it does not say who froze buying and why', cause);
  }
}

/**
 * What a reader will make of the changes: read as every later run does, before anything is sent.
 *
 * @throws UnwritableError when it could not be read.
 */
export function readBack(
  previous: ParsedLedger,
  changes: ReadonlyMap<string, string | null>,
  label: string,
): ParsedLedger {
  const files = changeFiles(previous.files, changes, label);
  try {
    return parseLedger(files, previous, label);
  } catch (cause) {
    throw new UnwritableError(
      `what was to be written to the ledger (${label}) could not be read back, so it was not sent: ${messageOf(cause)}`,
      { cause },
    );
  }
}

const LEDGER_README = `# The ledger of Motion Transfer

What was bought, what is set aside, and what became of it, for every run of this repository. Written by
the Motion Transfer action, one commit per wave of purchases; please do not edit it by hand: a ledger
that was changed is refused, and then nothing is spent.

- \`state.json\`: open holds; totals by month (UTC), pull request, provider and run; how many purchases each
  directory holds, and the sha256 of its files. It follows from the purchases.
- \`purchases/<2 hex>/<year>-<month>.jsonl\`: one purchase per line, by the first digits of its key and the month
  in which it was first reserved. \`state\` says where it is: \`reserved\`, \`submitting\`,
  \`submitted\`, \`stale\` (paid, still being made), \`unknown\` (nobody can say whether it was accepted),
  \`recorded\` (delivered), \`released\` (never accepted), \`failed-charged\`, \`failed-refunded\`, \`written-off\`.

To look at one: \`git grep -h '^{"key":"<first digits of the key>' motion-transfer-ledger | jq\`.
To settle an \`unknown\` purchase after looking in the provider's dashboard, run the action with
\`command: reconcile\`, \`write-off: <key>=free\` or \`<key>=charged\`, and a \`reason\`. Protect this branch against deletion and force pushes.
`;
