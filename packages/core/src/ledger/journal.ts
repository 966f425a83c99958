import { messageOf, RecordError } from '../model/errors.ts';
import { parseRecordJson } from '../model/json/strict-json.ts';
import {
  costOf,
  type HistoryItem,
  type Purchase,
  type Purchases,
  purchaseSchema,
  type SettledPurchase,
  toStoredPurchase,
} from '../model/purchase/purchase.ts';
import { type PurchaseEvent, parseEvent, toStoredEvent } from '../model/purchase/purchase-event.ts';
import { nextState } from '../model/purchase/purchase-state.ts';

/**
 * The journal: one JSON line per event, flushed to disk before the effect it announces. It lives under
 * `.git/motion-transfer/` and is never uploaded. Without a shared ledger it is all there is; with one it
 * holds what is not in the ledger yet.
 */

/** Where the events of a purchase in this checkout begin: what the shared ledger held when it was first touched here. */
export interface JournalBase {
  readonly type: 'base';
  readonly fingerprint: string;
  readonly purchase: Purchase;
}

export type JournalLine = PurchaseEvent | JournalBase;

/** JSON in ASCII: a crash may cut off a line, but never a character. */
export function formatLine(line: JournalLine): string {
  const stored =
    line.type === 'base'
      ? { type: 'base', fingerprint: line.fingerprint, entry: toStoredPurchase(line.purchase) }
      : toStoredEvent(line);
  return JSON.stringify(stored).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Every line of the text in order. A last line cut off by a crash was never acted upon and is dropped. */
export function parseJournal(text: string, name: string): JournalLine[] {
  const lines = text.split('\n');
  lines.pop();
  return lines.map((line, index) => {
    try {
      return parseLine(parseRecordJson(line));
    } catch (cause) {
      throw new RecordError(
        `${name}:${index + 1}: this line of the journal cannot be read (${messageOf(cause)}), so nothing is spent; restore the file, or move it away after checking the provider's dashboard for open jobs`,
        { cause },
      );
    }
  });
}

function parseLine(value: unknown): JournalLine {
  const isBase = typeof value === 'object' && value != null && 'entry' in value;
  if (!isBase) return parseEvent(value);
  const purchase = purchaseSchema.parse(value.entry);
  return { type: 'base', fingerprint: purchase.fingerprint, purchase };
}

export function foldJournal(lines: Iterable<JournalLine>, name = 'journal'): Purchases {
  const purchases = new Map<string, Purchase>();
  let line = 0;
  for (const event of lines) {
    line += 1;
    try {
      const next =
        event.type === 'base'
          ? event.purchase
          : applyEvent(purchases.get(event.fingerprint) ?? null, event);
      purchases.set(event.fingerprint, next);
    } catch (cause) {
      throw new RecordError(
        `${name}:${line}: this line of the journal does not follow from the lines before it (${messageOf(cause)}), so nothing is spent; restore the file, or move it away after checking the provider's dashboard for open jobs`,
        { cause },
      );
    }
  }
  return purchases;
}

/** As many as can be in doubt at once, with room to read how it went. */
export const MAX_HISTORY = 40;

/**
 * What is on record after an event.
 *
 * @throws IllegalEventError when the state machine does not allow it, RecordError when it is about
 *   another round of the purchase.
 */
export function applyEvent(purchase: Purchase | null, event: PurchaseEvent): Purchase {
  const state = nextState(purchase?.state ?? 'planned', event.type);
  const expected = (purchase?.round ?? 0) + (event.type === 'reserve' ? 1 : 0);
  if (event.round !== expected) {
    throw new RecordError(
      `a "${event.type}" event is about purchase ${event.round} of ${event.fingerprint}, but the record is at ${purchase?.round ?? 0}`,
    );
  }
  const history = [
    ...(purchase?.history ?? []),
    { id: event.id, type: event.type, atMs: event.atMs },
  ].slice(-MAX_HISTORY);
  if (event.type === 'reserve') return reservation(event, purchase, history);
  if (purchase == null)
    throw new RecordError(`the journal does not begin with a reservation for ${event.fingerprint}`);
  return { ...purchase, state, atMs: event.atMs, history, ...changesOf(purchase, event) };
}

function reservation(
  event: Extract<PurchaseEvent, { type: 'reserve' }>,
  earlier: Purchase | null,
  history: readonly HistoryItem[],
): Purchase {
  return {
    fingerprint: event.fingerprint,
    round: event.round,
    state: 'reserved',
    transferId: event.transferId,
    output: event.output,
    provider: event.provider,
    holdMicroUsd: event.holdMicroUsd,
    holder: event.holder,
    pullRequest: event.pullRequest,
    approvedBy: event.approvedBy,
    reservedAtMs: event.atMs,
    intent: null,
    operation: {},
    url: null,
    reported: null,
    charge: null,
    download: null,
    failureCount: earlier?.failureCount ?? 0,
    identity: null,
    message: null,
    archive: null,
    atMs: event.atMs,
    settled: earlier == null ? [] : [...earlier.settled, ...settle(earlier)],
    history,
  };
}

/** What an earlier purchase of the same fingerprint counts for good. */
export function settle(purchase: Purchase): SettledPurchase[] {
  const microUsd = costOf(purchase);
  if (microUsd === 0) return [];
  return [
    {
      round: purchase.round,
      state: purchase.state,
      provider: purchase.provider,
      microUsd,
      source: purchase.charge?.source ?? 'unknown',
      runId: purchase.holder.runId,
      pullRequest: purchase.pullRequest,
      reservedAtMs: purchase.reservedAtMs,
    },
  ];
}

export function findSettled({ settled }: Purchase, round: number): SettledPurchase | undefined {
  return settled.find((one) => one.round === round);
}

function changesOf(
  purchase: Purchase,
  event: Exclude<PurchaseEvent, { type: 'reserve' }>,
): Partial<Purchase> {
  switch (event.type) {
    case 'submit':
      return { intent: event.intent };
    case 'accept':
      return { operation: event.operation, url: event.url, reported: event.reported };
    case 'complete':
      return { url: event.url, reported: event.reported };
    case 'download':
      return {
        download: { sha256: event.sha256, bytes: event.bytes, videoSeconds: event.videoSeconds },
      };
    case 'store':
      return { identity: event.identity };
    case 'record':
      return { charge: event.charge, archive: event.archive };
    case 'archive':
      return { archive: event.archive, message: event.message ?? purchase.message };
    case 'fail-charged':
      return { message: event.message, charge: event.charge };
    case 'fail-refunded':
      return {
        message: event.message,
        failureCount: purchase.failureCount + (event.isCancelled === true ? 0 : 1),
      };
    case 'write-off':
      // Who first: a long reason is cut at its end.
      return { message: `by ${event.actor}: ${event.message}`, charge: event.charge };
    case 'correct-date':
      return {
        reservedAtMs: Math.min(purchase.reservedAtMs, event.atMs),
        settled: purchase.settled.map((settled) => ({
          ...settled,
          reservedAtMs: Math.min(settled.reservedAtMs, event.atMs),
        })),
        message: noteDate(purchase, event),
      };
    case 'count-earlier': {
      const { earlier } = event;
      if (earlier.round >= purchase.round || findSettled(purchase, earlier.round) != null)
        throw new RecordError(
          `purchase ${earlier.round} of ${purchase.fingerprint} is counted already`,
        );
      return { atMs: purchase.atMs, settled: [...purchase.settled, earlier] };
    }
    case 'give-up-waiting':
    case 'lose-answer':
    case 'not-accepted':
    case 'release':
      return { message: event.message };
  }
}

/** What was there stays first: it may say what somebody has to do. */
function noteDate(
  { message, reservedAtMs }: Purchase,
  { actor, message: reason }: Extract<PurchaseEvent, { type: 'correct-date' }>,
): string {
  const note = `dated ${new Date(reservedAtMs).toISOString()} until ${actor} put it right: ${reason}`;
  return message == null ? note : `${message}; ${note}`;
}
