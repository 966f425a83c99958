import * as z from 'zod';
import { messageOf, RecordError } from '../model/errors.ts';
import {
  archiveSchema,
  charge,
  costOf,
  type HistoryItem,
  holderSchema,
  json,
  microUsd,
  type Purchase,
  purchaseSchema,
  type SettledPurchase,
  sha256,
  time,
} from '../model/purchase.ts';
import { nextState } from '../model/purchase-state.ts';

/**
 * The journal: one JSON line per event, flushed to disk before the effect it announces. It lives under
 * `.git/motion-transfer/` and is never uploaded. Without a shared ledger it is all there is; with one it
 * holds what the ledger has not been told yet. Keys are fingerprints.
 */
const base = {
  key: sha256,
  atMs: time,
  /** Operation id: looked for after a write whose answer was lost. */
  id: z.string().regex(/^[0-9a-z-]{1,64}$/),
  /** Which purchase of this key it is about, from 1: a late event never touches the next purchase. */
  purchase: z.number().int().min(1),
};

export const purchaseEventSchema = z.discriminatedUnion('type', [
  z.object({
    ...base,
    type: z.literal('reserve'),
    transferId: z.string(),
    output: z.string(),
    provider: z.string(),
    holdMicroUsd: microUsd,
    holder: holderSchema,
    pullRequest: z.number().int().min(1).nullable(),
    /** Whose word let it exceed the pull request's limit. */
    approvedBy: z.string().nullable(),
  }),
  z.object({ ...base, type: z.literal('submit'), attempt: z.number().int().min(1), intent: json }),
  z.object({ ...base, type: z.literal('not-accepted'), message: z.string() }),
  z.object({
    ...base,
    type: z.literal('accept'),
    operation: z.record(z.string(), json),
    /** A synchronous answer names the output at once: kept in the same write, it may be the only handle. */
    url: z.string().nullable(),
    reported: charge.nullable(),
  }),
  z.object({ ...base, type: z.literal('complete'), url: z.string(), reported: charge.nullable() }),
  z.object({
    ...base,
    type: z.literal('download'),
    sha256,
    bytes: z.number().int().min(0),
    videoSeconds: z.number().min(0),
  }),
  /** `identity` of the bytes where they lie now, as a later plan will find it. */
  z.object({ ...base, type: z.literal('store'), identity: z.string() }),
  z.object({ ...base, type: z.literal('record'), charge, archive: archiveSchema.nullable() }),
  z.object({ ...base, type: z.literal('archive'), archive: archiveSchema }),
  z.object({ ...base, type: z.literal('give-up-waiting'), message: z.string() }),
  z.object({ ...base, type: z.literal('lose-answer'), message: z.string() }),
  z.object({ ...base, type: z.literal('release'), message: z.string() }),
  z.object({ ...base, type: z.literal('fail-charged'), message: z.string(), charge }),
  z.object({ ...base, type: z.literal('fail-refunded'), message: z.string() }),
  z.object({
    ...base,
    type: z.literal('write-off'),
    message: z.string(),
    actor: z.string(),
    charge,
  }),
]);
export type PurchaseEvent = z.output<typeof purchaseEventSchema>;

export type Purchases = ReadonlyMap<string, Purchase>;

/** Where a key's events in this checkout begin: what the shared ledger held when it was first touched here. */
export interface JournalBase {
  readonly type: 'base';
  readonly key: string;
  readonly entry: Purchase;
}

export type JournalLine = PurchaseEvent | JournalBase;

/** An event as its maker knows it; the store adds which purchase it is about and an operation id. */
export type NewEvent = Unnumbered<PurchaseEvent>;
type Unnumbered<Event> = Event extends PurchaseEvent ? Omit<Event, 'id' | 'purchase'> : never;

/** Every line of the text in order. A last line cut off by a crash was never acted upon and is dropped. */
export function parseJournal(text: string, name: string): JournalLine[] {
  const lines = text.split('\n');
  lines.pop();
  return lines.map((line, index) => {
    try {
      return parseLine(JSON.parse(line));
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
  if (!isBase) return purchaseEventSchema.parse(value);
  const entry = purchaseSchema.parse(value.entry);
  return { type: 'base', key: entry.key, entry };
}

export function foldJournal(lines: Iterable<JournalLine>, name = 'journal'): Purchases {
  const journal = new Map<string, Purchase>();
  let line = 0;
  for (const event of lines) {
    line += 1;
    try {
      const next =
        event.type === 'base' ? event.entry : applyEvent(journal.get(event.key) ?? null, event);
      journal.set(event.key, next);
    } catch (cause) {
      throw new RecordError(
        `${name}:${line}: this line of the journal does not follow from the lines before it (${messageOf(cause)}), so nothing is spent; restore the file, or move it away after checking the provider's dashboard for open jobs`,
        { cause },
      );
    }
  }
  return journal;
}

/** As many as can be in doubt at once, with room to read how it went. */
const MAX_HISTORY = 40;

/**
 * What is on record after an event.
 *
 * @throws IllegalEventError when the state machine does not allow it, RecordError when it is about
 *   another purchase of the key.
 */
export function applyEvent(entry: Purchase | null, event: PurchaseEvent): Purchase {
  const state = nextState(entry?.state ?? 'planned', event.type);
  const expected = (entry?.purchase ?? 0) + (event.type === 'reserve' ? 1 : 0);
  if (event.purchase !== expected) {
    throw new RecordError(
      `a "${event.type}" event is about purchase ${event.purchase} of ${event.key}, but the record is at ${entry?.purchase ?? 0}`,
    );
  }
  const history = [
    ...(entry?.history ?? []),
    { id: event.id, type: event.type, atMs: event.atMs },
  ].slice(-MAX_HISTORY);
  if (event.type === 'reserve') return reservation(event, entry, history);
  if (entry == null)
    throw new RecordError(`the journal does not begin with a reservation for ${event.key}`);
  return { ...entry, state, atMs: event.atMs, history, ...changesOf(entry, event) };
}

function reservation(
  event: Extract<PurchaseEvent, { type: 'reserve' }>,
  earlier: Purchase | null,
  history: readonly HistoryItem[],
): Purchase {
  return {
    key: event.key,
    purchase: event.purchase,
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

function settle(entry: Purchase): SettledPurchase[] {
  const microUsd = costOf(entry);
  if (microUsd === 0) return [];
  return [
    {
      purchase: entry.purchase,
      state: entry.state,
      provider: entry.provider,
      microUsd,
      source: entry.charge?.source ?? 'unknown',
      runId: entry.holder.runId,
      pullRequest: entry.pullRequest,
      reservedAtMs: entry.reservedAtMs,
    },
  ];
}

function changesOf(
  entry: Purchase,
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
      return { archive: event.archive };
    case 'fail-charged':
      return { message: event.message, charge: event.charge };
    case 'fail-refunded':
      return { message: event.message, failureCount: entry.failureCount + 1 };
    case 'write-off':
      // Who first: a long reason is cut at its end.
      return { message: `by ${event.actor}: ${event.message}`, charge: event.charge };
    case 'give-up-waiting':
    case 'lose-answer':
    case 'not-accepted':
    case 'release':
      return { message: event.message };
  }
}
