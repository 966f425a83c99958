import { MotionTransferError } from '../errors.ts';

/**
 * The life of one purchase. A hold counts against every limit from `reserved` until the purchase is
 * settled (`recorded`, a failure) or provably never happened (`released`).
 */
export type PurchaseState =
  | 'planned'
  /** hold taken, nothing sent */
  | 'reserved'
  /** the intent is durable; from here on bytes of the POST may leave */
  | 'submitting'
  /** the provider's handle is durable: a paid job that can be collected */
  | 'submitted'
  /** the provider says done and named the output */
  | 'completed'
  /** verified bytes are on this disk */
  | 'downloaded'
  /** the bytes are at their output path */
  | 'stored'
  /** the lockfile names the output and what it cost */
  | 'recorded'
  /** own deadline passed while the job was still theirs; a later run collects it */
  | 'stale'
  /** nobody can say whether it was accepted; the hold stays, it is never bought again by itself */
  | 'unknown'
  /** provably never accepted; may be tried again */
  | 'released'
  /** failed and the provider kept (or may have kept) the money: blocked until `take` changes */
  | 'failed-charged'
  /** failed and cost nothing; may be tried again a limited number of times */
  | 'failed-refunded'
  /** a person settled it, with a reason */
  | 'written-off';

export type PurchaseEventType =
  | 'reserve'
  | 'submit'
  | 'not-accepted'
  | 'accept'
  | 'complete'
  | 'download'
  | 'store'
  | 'record'
  | 'archive'
  | 'give-up-waiting'
  | 'lose-answer'
  | 'release'
  | 'fail-charged'
  | 'fail-refunded'
  | 'write-off'
  | 'correct-date'
  | 'count-earlier';

/**
 * Every legal event, once: state -> event -> next state. `correct-date` and `count-earlier` (an earlier purchase
 * of the key was billed after it was written off) are about the record alone.
 */
export const transitions: Readonly<
  Record<PurchaseState, Readonly<Partial<Record<PurchaseEventType, PurchaseState>>>>
> = {
  planned: { reserve: 'reserved' },
  reserved: { submit: 'submitting', release: 'released', 'count-earlier': 'reserved' },
  submitting: {
    // Provably refused or never sent: the hold stays, the next try needs an intent of its own.
    'not-accepted': 'reserved',
    accept: 'submitted',
    'lose-answer': 'unknown',
    release: 'released',
    'fail-charged': 'failed-charged',
    'fail-refunded': 'failed-refunded',
    'count-earlier': 'submitting',
  },
  submitted: {
    complete: 'completed',
    'give-up-waiting': 'stale',
    'fail-charged': 'failed-charged',
    'fail-refunded': 'failed-refunded',
    'write-off': 'written-off',
    'correct-date': 'submitted',
    'count-earlier': 'submitted',
  },
  completed: {
    // The output's address may have changed or expired by the time of a second try.
    complete: 'completed',
    download: 'downloaded',
    'give-up-waiting': 'stale',
    'fail-charged': 'failed-charged',
    'write-off': 'written-off',
    'correct-date': 'completed',
    'count-earlier': 'completed',
  },
  downloaded: {
    store: 'stored',
    complete: 'completed',
    'write-off': 'written-off',
    'correct-date': 'downloaded',
    'count-earlier': 'downloaded',
  },
  stored: {
    record: 'recorded',
    complete: 'completed',
    'write-off': 'written-off',
    'correct-date': 'stored',
    'count-earlier': 'stored',
  },
  // `archive` names a newer artifact that holds the same bytes, or that nobody keeps them any more.
  recorded: {
    archive: 'recorded',
    reserve: 'reserved',
    'correct-date': 'recorded',
    'count-earlier': 'recorded',
  },
  stale: {
    complete: 'completed',
    'give-up-waiting': 'stale',
    'fail-charged': 'failed-charged',
    'fail-refunded': 'failed-refunded',
    'write-off': 'written-off',
    'correct-date': 'stale',
    'count-earlier': 'stale',
  },
  unknown: {
    accept: 'submitted',
    release: 'released',
    'write-off': 'written-off',
    'correct-date': 'unknown',
    'count-earlier': 'unknown',
  },
  // An answer that comes after all beats what was concluded without it.
  released: {
    accept: 'submitted',
    reserve: 'reserved',
    'correct-date': 'released',
    'count-earlier': 'released',
  },
  'failed-charged': {
    'write-off': 'written-off',
    'correct-date': 'failed-charged',
    'count-earlier': 'failed-charged',
  },
  'failed-refunded': {
    reserve: 'reserved',
    'correct-date': 'failed-refunded',
    'count-earlier': 'failed-refunded',
  },
  'written-off': {
    accept: 'submitted',
    reserve: 'reserved',
    'correct-date': 'written-off',
    'count-earlier': 'written-off',
  },
};

/** An event that the state machine does not allow: a bug, or a record edited by hand. */
export class IllegalEventError extends MotionTransferError {
  override readonly name = 'IllegalEventError';
}

export function nextState(state: PurchaseState, event: PurchaseEventType): PurchaseState {
  const next = transitions[state][event];
  if (next == null) {
    throw new IllegalEventError(
      `"${event}" cannot happen to a transfer that is ${state}; the record was changed by hand or by another version`,
    );
  }
  return next;
}

/**
 * Whether money may be tied up: counted in full against every limit. A charged failure is only while
 * nobody knows its figure.
 */
export function holdsMoney(state: PurchaseState, isChargeKnown = false): boolean {
  if (state === 'failed-charged') return !isChargeKnown;
  return isCollectable(state) || ['reserved', 'submitting', 'unknown'].includes(state);
}

/** A paid job whose output can still be had by asking the provider or this disk: never bought again. */
export function isCollectable(state: PurchaseState): boolean {
  return ['submitted', 'completed', 'downloaded', 'stored', 'stale'].includes(state);
}
