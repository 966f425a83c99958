import type { ClockReading } from '../../model/clock-reading.ts';

/**
 * Where the shared record of holds and charges lies: a set of small text files that is replaced as a
 * whole, and only by whoever saw its newest version. What the files mean is none of its business.
 */
export interface LedgerBackend {
  readonly kind: 'git' | 'file';
  /** How people call it, e.g. `branch motion-transfer-ledger`. Never holds a secret. */
  readonly label: string;
  /**
   * The newest version. Repeats after faults of the network until `signal` aborts or its time limit ends.
   *
   * @throws LedgerError when it cannot be read, is not a descendant of a version seen before, or holds
   *   what no ledger holds (links, binaries, oversized files): nothing may be spent.
   */
  read(signal: AbortSignal): Promise<LedgerVersion>;
  /**
   * What happened on the way from versions known before to the one that was read last, oldest first.
   * `null` where earlier versions are not kept.
   *
   * @throws LedgerError when the history cannot be read.
   */
  readonly changes:
    | ((wanted: WantedChanges, signal: AbortSignal) => AsyncIterable<LedgerChange>)
    | null;
  /**
   * Puts `changes` (path -> text; `null` removes) on top of `base`: all of them or none.
   *
   * @throws LedgerError when writing is refused for good (no permission, a protected branch).
   */
  swap(
    base: LedgerVersion,
    changes: ReadonlyMap<string, string | null>,
    message: string,
    signal: AbortSignal,
  ): Promise<SwapOutcome>;
  /** What time it is where the record lies; absent, or `null`, where nobody says. */
  readClock?(signal: AbortSignal): Promise<ClockReading | null>;
  close(): Promise<void>;
}

export interface LedgerVersion {
  /** Names this version for good (a commit id; a sequence number and hash); `null` before the first write. */
  readonly tip: string | null;
  /** Path with `/` -> text. */
  readonly files: ReadonlyMap<string, string>;
}

/** A version that a ledger must have behind it. */
export interface KnownVersion {
  readonly tip: string;
  /** The output whose lockfile entry names it; `null` for one that this process saw itself. */
  readonly output: string | null;
}

/** Ends a sentence about it. */
export function whoKnows({ output }: KnownVersion): string {
  return output == null ? 'was seen there' : `the lockfile names for ${output}`;
}

export interface WantedChanges {
  /** Versions whose content is trusted; none asks for the whole history. */
  readonly since: readonly string[];
  /** Of other files nothing is read. */
  readonly isWanted: (path: string) => boolean;
}

/** One version compared with one before it: the files that differ. */
export interface LedgerChange {
  readonly version: string;
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

export type SwapOutcome =
  | { readonly kind: 'swapped'; readonly version: LedgerVersion }
  /** Somebody else was first: read again, decide again. */
  | { readonly kind: 'lost' }
  /** Nobody can say whether it went through: read again and look for the operation id. */
  | { readonly kind: 'unclear'; readonly message: string };
