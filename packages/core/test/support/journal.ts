import { foldJournal } from '../../src/ledger/journal.ts';
import type { Json } from '../../src/model/json/json.ts';
import type { Archive, Holder, Purchase } from '../../src/model/purchase/purchase.ts';
import type { PurchaseEvent } from '../../src/model/purchase/purchase-event.ts';
import type { PurchaseEventType, PurchaseState } from '../../src/model/purchase/purchase-state.ts';

export const KEY = 'a'.repeat(64);
export const BOUGHT_AT_MS = Date.UTC(2026, 9, 12, 8, 30);

export interface PurchaseFacts {
  readonly fingerprint: string;
  readonly transferId: string;
  readonly output: string;
  readonly provider: string;
  readonly holdMicroUsd: number;
  readonly intent: Json;
  readonly message: string;
  /** Of the stored bytes. */
  readonly identity: string;
  readonly round: number;
  readonly holder: Partial<Holder>;
  readonly pullRequest: number | null;
  readonly archive: Archive | null;
}

const aHolder: Holder = {
  runId: '100',
  attempt: 1,
  job: 'animate',
  checkout: 'checkout-of-the-tests',
  untilMs: BOUGHT_AT_MS + 3_600_000,
};

const anArchive: Archive = {
  artifactId: 7,
  artifactName: 'motion-transfer',
  runId: '100',
  path: 'out/hero.mp4',
};

const anIntent = {
  model: 'a-model',
  parameters: {
    prompt: null,
    tier: 'standard',
    orientation: 'image',
    keepOriginalSound: true,
    durationSeconds: null,
  },
  options: {},
  correlationId: 'mt-0123456789abcdef',
  urls: { character: 'https://files.example.com/a.png', motion: 'https://files.example.com/b.mp4' },
};

const aPurchase: PurchaseFacts = {
  fingerprint: KEY,
  transferId: 'hero',
  output: 'out/hero.mp4',
  provider: 'prospolabs',
  holdMicroUsd: 304_000,
  intent: anIntent,
  message: 'because',
  identity: 'git:bytes-of-out/hero.mp4',
  round: 1,
  holder: {},
  pullRequest: null,
  archive: null,
};

/** One event of each type, with everything that belongs to it. */
export function makeEvent(
  type: PurchaseEventType,
  changes: Partial<PurchaseFacts> = {},
): PurchaseEvent {
  const all = { ...aPurchase, ...changes };
  const { fingerprint, transferId, output, provider, holdMicroUsd, message, identity } = all;
  const { round, holder, pullRequest, archive, intent } = all;
  const base = {
    fingerprint,
    atMs: BOUGHT_AT_MS,
    id: `${type}-${fingerprint.slice(0, 8)}`,
    round,
  };
  switch (type) {
    case 'reserve':
      return {
        ...base,
        type,
        transferId,
        output,
        provider,
        holdMicroUsd,
        holder: { ...aHolder, ...holder },
        pullRequest,
        approvedBy: null,
      };
    case 'submit':
      return { ...base, type, attempt: 1, intent };
    case 'accept':
      return { ...base, type, operation: { jobId: 'job_1' }, url: null, reported: null };
    case 'complete':
      return { ...base, type, url: 'https://cdn.example.com/a.mp4', reported: null };
    case 'download':
      return { ...base, type, sha256: 'b'.repeat(64), bytes: 151_756, videoSeconds: 4 };
    case 'store':
      return { ...base, type, identity };
    case 'record':
      return {
        ...base,
        type,
        charge: { microUsd: holdMicroUsd, source: 'estimated' },
        archive,
      };
    case 'archive':
      return { ...base, type, archive: archive ?? anArchive };
    case 'fail-charged':
      return { ...base, type, message, charge: { microUsd: null, source: 'unknown' } };
    case 'write-off':
      return {
        ...base,
        type,
        message,
        actor: 'somebody',
        charge: { microUsd: holdMicroUsd, source: 'estimated' },
      };
    case 'correct-date':
      return { ...base, type, message, actor: 'somebody' };
    case 'count-earlier':
      return {
        ...base,
        type,
        earlier: {
          round: round - 1,
          state: 'written-off',
          provider,
          microUsd: holdMicroUsd,
          source: 'estimated',
          runId: '99',
          pullRequest,
          reservedAtMs: BOUGHT_AT_MS,
        },
      };
    case 'give-up-waiting':
    case 'lose-answer':
    case 'not-accepted':
    case 'release':
    case 'fail-refunded':
      return { ...base, type, message };
  }
}

const paid = ['reserve', 'submit', 'accept'] as const;

/** A short way from nothing to each state. */
export const wayTo: Readonly<Record<PurchaseState, readonly PurchaseEventType[]>> = {
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

export function eventsTo(
  state: PurchaseState,
  changes: Partial<PurchaseFacts> = {},
): PurchaseEvent[] {
  return wayTo[state].map((type) => makeEvent(type, changes));
}

/** What the journal holds after those events; `null` for `planned`. */
export function entryIn(
  state: PurchaseState,
  changes: Partial<PurchaseFacts> = {},
): Purchase | null {
  return (
    foldJournal(eventsTo(state, changes)).get(changes.fingerprint ?? aPurchase.fingerprint) ?? null
  );
}

/** As files spell it: `fingerprint` is `key` there, `round` is `purchase`, in settled rounds too. */
export function asOnDisk(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asOnDisk);
  if (typeof value !== 'object' || value == null) return value;
  const names: Readonly<Record<string, string>> = { fingerprint: 'key', round: 'purchase' };
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [names[name] ?? name, asOnDisk(member)]),
  );
}
