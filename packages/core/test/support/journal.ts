import { foldJournal, type JournalEntry, type JournalEvent } from '../../src/record/journal.ts';
import type { TransferEventType, TransferState } from '../../src/record/transfer-state.ts';

export const KEY = 'a'.repeat(64);
export const BOUGHT_AT_MS = Date.UTC(2026, 9, 12, 8, 30);

export interface Purchase {
  readonly key: string;
  readonly transferId: string;
  readonly output: string;
  readonly provider: string;
  readonly holdMicroUsd: number;
  readonly message: string;
  /** Of the stored bytes. */
  readonly identity: string;
}

const aPurchase: Purchase = {
  key: KEY,
  transferId: 'hero',
  output: 'out/hero.mp4',
  provider: 'prospolabs',
  holdMicroUsd: 304_000,
  message: 'because',
  identity: 'git:bytes-of-out/hero.mp4',
};

/** One event of each type, with everything that belongs to it. */
export function makeEvent(type: TransferEventType, changes: Partial<Purchase> = {}): JournalEvent {
  const { key, transferId, output, provider, holdMicroUsd, message, identity } = {
    ...aPurchase,
    ...changes,
  };
  const base = { key, atMs: BOUGHT_AT_MS };
  switch (type) {
    case 'reserve':
      return { ...base, type, transferId, output, provider, holdMicroUsd };
    case 'submit':
      return { ...base, type, attempt: 1, intent: { model: 'a-model' } };
    case 'accept':
      return { ...base, type, operation: { jobId: 'job_1' }, url: null, reported: null };
    case 'complete':
      return { ...base, type, url: 'https://cdn.example.com/a.mp4', reported: null };
    case 'download':
      return { ...base, type, sha256: 'b'.repeat(64), bytes: 151_756, videoSeconds: 4 };
    case 'store':
      return { ...base, type, identity };
    case 'record':
      return { ...base, type, charge: { microUsd: holdMicroUsd, source: 'estimated' } };
    case 'fail-charged':
      return { ...base, type, message, charge: { microUsd: null, source: 'unknown' } };
    case 'write-off':
      return { ...base, type, message, actor: 'somebody' };
    case 'give-up-waiting':
    case 'lose-answer':
    case 'release':
    case 'fail-refunded':
      return { ...base, type, message };
  }
}

const paid = ['reserve', 'submit', 'accept'] as const;

/** A short way from nothing to each state. */
export const wayTo: Readonly<Record<TransferState, readonly TransferEventType[]>> = {
  planned: [],
  reserved: ['reserve'],
  submitting: ['reserve', 'submit'],
  submitted: paid,
  completed: [...paid, 'complete'],
  downloaded: [...paid, 'complete', 'download'],
  stored: [...paid, 'complete', 'download', 'store'],
  recorded: [...paid, 'complete', 'download', 'store', 'record'],
  stale: [...paid, 'give-up-waiting'],
  unknown: ['reserve', 'submit', 'lose-answer'],
  released: ['reserve', 'release'],
  'failed-charged': [...paid, 'fail-charged'],
  'failed-refunded': [...paid, 'fail-refunded'],
  'written-off': ['reserve', 'submit', 'lose-answer', 'write-off'],
};

export function eventsTo(state: TransferState, changes: Partial<Purchase> = {}): JournalEvent[] {
  return wayTo[state].map((type) => makeEvent(type, changes));
}

/** What the journal holds after those events; `null` for `planned`. */
export function entryIn(
  state: TransferState,
  changes: Partial<Purchase> = {},
): JournalEntry | null {
  return foldJournal(eventsTo(state, changes)).get(changes.key ?? aPurchase.key) ?? null;
}
