import * as z from 'zod';
import { messageOf, RecordError } from '../errors.ts';
import type { Charge, Json } from '../types.ts';
import { nextState, type TransferState } from './transfer-state.ts';

/**
 * The journal: one JSON line per event, flushed to disk before the effect it announces. It lives
 * under `.git/motion-transfer/`, is never uploaded, and is what lets the next run in this checkout
 * collect a paid job instead of buying again. Keys are fingerprints.
 */
const json: z.ZodType<Json> = z.json();
const microUsd = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const charge = z.object({
  microUsd: microUsd.nullable(),
  source: z.enum(['provider-reported', 'estimated', 'unknown']),
});
const base = { key: z.string().regex(/^[0-9a-f]{64}$/), atMs: z.number().int() };

export const journalEvent = z.discriminatedUnion('type', [
  z.object({
    ...base,
    type: z.literal('reserve'),
    transferId: z.string(),
    output: z.string(),
    provider: z.string(),
    holdMicroUsd: microUsd,
  }),
  z.object({ ...base, type: z.literal('submit'), attempt: z.number().int().min(1), intent: json }),
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
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    bytes: z.number().int().min(0),
    videoSeconds: z.number().min(0),
  }),
  /** `identity` of the bytes where they lie now, as a later plan will find it. */
  z.object({ ...base, type: z.literal('store'), identity: z.string() }),
  z.object({ ...base, type: z.literal('record'), charge }),
  z.object({ ...base, type: z.literal('give-up-waiting'), message: z.string() }),
  z.object({ ...base, type: z.literal('lose-answer'), message: z.string() }),
  z.object({ ...base, type: z.literal('release'), message: z.string() }),
  z.object({ ...base, type: z.literal('fail-charged'), message: z.string(), charge }),
  z.object({ ...base, type: z.literal('fail-refunded'), message: z.string() }),
  z.object({ ...base, type: z.literal('write-off'), message: z.string(), actor: z.string() }),
]);
export type JournalEvent = z.output<typeof journalEvent>;

/** What the journal says about one purchase. */
export interface JournalEntry {
  readonly key: string;
  readonly state: TransferState;
  readonly transferId: string;
  readonly output: string;
  readonly provider: string;
  readonly holdMicroUsd: number;
  /** The job as it was sent, so that it can be collected whatever the config says by now. */
  readonly intent: Json;
  readonly operation: { readonly [key: string]: Json };
  readonly url: string | null;
  readonly reported: Charge | null;
  readonly charge: Charge | null;
  readonly download: {
    readonly sha256: string;
    readonly bytes: number;
    readonly videoSeconds: number;
  } | null;
  /** Refunded failures so far: after three it is not tried again. */
  readonly failureCount: number;
  /** Identity of the stored bytes; `null` before. */
  readonly identity: string | null;
  readonly message: string | null;
  readonly atMs: number;
}

export type Journal = ReadonlyMap<string, JournalEntry>;

/** Every event of the text in order. A last line cut off by a crash was never acted upon and is dropped. */
export function parseJournal(text: string, name: string): JournalEvent[] {
  const lines = text.split('\n');
  lines.pop();
  return lines.map((line, index) => {
    try {
      return journalEvent.parse(JSON.parse(line));
    } catch (cause) {
      throw new RecordError(
        `${name}:${index + 1}: this line of the journal cannot be read, so nothing is spent; restore the file, or move it away after checking the provider's dashboard for open jobs`,
        { cause },
      );
    }
  });
}

export function foldJournal(events: Iterable<JournalEvent>): Journal {
  const journal = new Map<string, JournalEntry>();
  let line = 0;
  for (const event of events) {
    line += 1;
    try {
      journal.set(event.key, applyEvent(journal.get(event.key) ?? null, event));
    } catch (cause) {
      throw new RecordError(
        `line ${line} of the journal does not follow from the lines before it (${messageOf(cause)}), so nothing is spent; restore the file, or move it away after checking the provider's dashboard for open jobs`,
        { cause },
      );
    }
  }
  return journal;
}

export function applyEvent(entry: JournalEntry | null, event: JournalEvent): JournalEntry {
  const state = nextState(entry?.state ?? 'planned', event.type);
  if (event.type === 'reserve')
    return { ...reservation(event), failureCount: entry?.failureCount ?? 0 };
  if (entry == null)
    throw new RecordError(`the journal does not begin with a reservation for ${event.key}`);
  return { ...entry, state, atMs: event.atMs, ...changesOf(entry, event) };
}

function reservation(event: Extract<JournalEvent, { type: 'reserve' }>): JournalEntry {
  return {
    key: event.key,
    state: 'reserved',
    transferId: event.transferId,
    output: event.output,
    provider: event.provider,
    holdMicroUsd: event.holdMicroUsd,
    intent: null,
    operation: {},
    url: null,
    reported: null,
    charge: null,
    download: null,
    failureCount: 0,
    identity: null,
    message: null,
    atMs: event.atMs,
  };
}

function changesOf(
  entry: JournalEntry,
  event: Exclude<JournalEvent, { type: 'reserve' }>,
): Partial<JournalEntry> {
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
      return { charge: event.charge };
    case 'fail-charged':
      return { message: event.message, charge: event.charge };
    case 'fail-refunded':
      return { message: event.message, failureCount: entry.failureCount + 1 };
    case 'give-up-waiting':
    case 'lose-answer':
    case 'release':
    case 'write-off':
      return { message: event.message };
  }
}
