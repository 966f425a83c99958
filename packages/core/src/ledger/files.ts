import { LedgerError, messageOf, UnwritableError } from '../model/errors.ts';
import type { Purchases } from '../model/purchase.ts';
import { type Purchase, purchaseSchema, toStoredPurchase } from '../model/purchase.ts';
import { withoutQueries } from '../model/redact.ts';
import { parseRecordJson, RefusedJsonError } from '../model/strict-json.ts';
import { changeFiles } from './file-rules.ts';
import { refuseNewerLedger } from './format.ts';
import { FREEZE_FILE, type Freeze, formatFreeze, parseFreeze } from './freeze.ts';
import { formatState, sameState } from './state-file.ts';

/**
 * The ledger as files that a person can read: one small file per transfer key, and `state.json` with what
 * is open and the totals. The entries are the truth; `state.json` follows from them and is checked
 * against them, so that a hand that changes one without the other is noticed. It is checked for what it
 * says, not for its bytes, and its `version` is that of all these files.
 */
const STATE_FILE = 'state.json';
const README_FILE = 'README.md';
const MAX_MESSAGE_CHARACTERS = 500;

export function entryPath(key: string): string {
  return `transfers/${key.slice(0, 2)}/${key}.json`;
}

/**
 * The files that differ when `next` replaces `previous`.
 *
 * @throws UnwritableError for an entry that could not be read back: it would shut everybody out of the ledger.
 */
export function ledgerChanges(previous: Purchases, next: Purchases): Map<string, string> {
  const changes = new Map<string, string>();
  for (const purchase of next.values()) {
    if (previous.get(purchase.fingerprint) !== purchase)
      changes.set(entryPath(purchase.fingerprint), formatChecked(purchase));
  }
  changes.set(STATE_FILE, formatState(next));
  if (previous.size === 0) changes.set(README_FILE, LEDGER_README);
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

/** One version of the ledger, read and checked. */
export interface ParsedLedger {
  readonly files: ReadonlyMap<string, string>;
  readonly purchases: Purchases;
  /** `null` while buying is not frozen. */
  readonly freeze: Freeze | null;
}

export const emptyLedger: ParsedLedger = { files: new Map(), purchases: new Map(), freeze: null };

/** The files that differ when the flag is set or, with `null`, taken away. */
export function freezeChanges(
  { purchases, files }: ParsedLedger,
  freeze: Freeze | null,
): Map<string, string | null> {
  const changes = new Map<string, string | null>([
    [FREEZE_FILE, freeze == null ? null : formatFreeze(freeze)],
  ]);
  if (files.size === 0)
    for (const [path, text] of ledgerChanges(purchases, purchases)) changes.set(path, text);
  return changes;
}

/**
 * Reads a version; entries that are as in `previous` are taken from there.
 *
 * @throws LedgerError naming the file that is not what a ledger holds.
 */
export function parseLedger(
  files: ReadonlyMap<string, string>,
  previous: ParsedLedger,
  label: string,
): ParsedLedger {
  const state = files.get(STATE_FILE);
  if (state != null) refuseNewerLedger(state, label);
  const purchases = new Map<string, Purchase>();
  for (const [path, text] of files) {
    if (!holdsPurchases(path)) continue;
    const known =
      previous.files.get(path) === text
        ? previous.purchases.get(path.replace(/^.*\/|\.json$/g, ''))
        : null;
    const purchase = known ?? parseEntry(path, text, label);
    purchases.set(purchase.fingerprint, purchase);
  }
  if (files.size > 0 && (state == null || !sameState(state, purchases))) {
    throw damaged(label, STATE_FILE, 'its totals do not follow from the entries');
  }
  return { files, purchases, freeze: readFreeze(files.get(FREEZE_FILE), label) };
}

/** Whether a file of the ledger is about purchases; the others follow from those, or are no record of them. */
export function holdsPurchases(path: string): boolean {
  return path !== README_FILE && path !== STATE_FILE && path !== FREEZE_FILE;
}

/** The purchases of single files of an earlier version. What cannot be read holds none. */
export function purchasesIn(files: ReadonlyMap<string, string>): Purchases {
  const purchases = new Map<string, Purchase>();
  for (const [path, text] of files) {
    if (!holdsPurchases(path)) continue;
    try {
      const purchase = parseEntry(path, text, '');
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

function parseEntry(path: string, text: string, label: string): Purchase {
  let value: unknown;
  try {
    value = parseRecordJson(text);
  } catch (cause) {
    const reason = cause instanceof RefusedJsonError ? cause.message : 'it is not JSON';
    throw damaged(label, path, reason, cause);
  }
  const read = purchaseSchema.safeParse(value);
  if (!read.success) throw damaged(label, path, 'it is not an entry of a ledger', read.error);
  if (path !== entryPath(read.data.fingerprint))
    throw damaged(label, path, 'its key belongs elsewhere');
  return read.data;
}

function damaged(label: string, path: string, reason: string, cause?: unknown): LedgerError {
  return new LedgerError(
    `${path} in the ledger (${label}) cannot be trusted: ${reason}. It was changed by hand or by another version, so nothing is spent; put the last good version back`,
    { cause },
  );
}

function formatChecked(purchase: Purchase): string {
  const text = formatEntry(purchase);
  const read = purchaseSchema.safeParse(JSON.parse(text));
  if (read.success) return text;
  const { path = [], message = '' } = read.error.issues[0] ?? {};
  throw new UnwritableError(
    `the purchase ${purchase.fingerprint.slice(0, 12)} cannot be written to the ledger (${path.join('.')}: ${message}), so nothing is bought for it; shorten its names in the config, or settle it by hand if it was bought`,
    { cause: read.error },
  );
}

function formatEntry(purchase: Purchase): string {
  return `${JSON.stringify(toStoredPurchase(purchase), null, 2)}\n`;
}

const LEDGER_README = `# The ledger of Motion Transfer

What was bought, what is set aside, and what became of it, for every run of this repository. Written by
the Motion Transfer action, one commit per wave of purchases; please do not edit it by hand: a ledger
that was changed is refused, and then nothing is spent.

- \`state.json\`: open holds, and totals by month (UTC), pull request and provider. It follows from the entries.
- \`transfers/<2 hex>/<key>.json\`: one purchase each. \`state\` says where it is: \`reserved\`, \`submitting\`,
  \`submitted\`, \`stale\` (paid, still being made), \`unknown\` (nobody can say whether it was accepted),
  \`recorded\` (delivered), \`released\` (never accepted), \`failed-charged\`, \`failed-refunded\`, \`written-off\`.

To settle an \`unknown\` entry after looking in the provider's dashboard, run the action with
\`command: reconcile\`, \`write-off: <key>=free\` or \`<key>=charged\`, and a \`reason\`. Protect this branch against deletion and force pushes.
`;
