import { LedgerError } from '../model/errors.ts';
import type { ClockPort, LogPort } from '../ports.ts';
import type { LedgerBackend } from './backends/backend.ts';
import { emptyLedger, ledgerChanges, parseLedger, publishEntry } from './files.ts';
import { applyEvent, type PurchaseEvent, type Purchases } from './journal.ts';

/** What a decision looks at, and what it wants written. No events: nothing is written. */
export interface Decision<Result> {
  readonly events: readonly PurchaseEvent[];
  readonly result: Result;
}

/** The record that all runs of a repository share. */
export interface SharedLedger {
  readonly place: string;
  readonly tip: string | null;
  /** As last seen. */
  readonly journal: Purchases;
  refresh(): Promise<Purchases>;
  /**
   * Decides on the newest entries and writes what was decided, all or nothing; decides again whenever
   * somebody else was first. The events of the result are in the ledger when it resolves.
   *
   * @throws LedgerError when it cannot be written: nothing may be spent on what was decided.
   */
  transact<Result>(
    message: string,
    decide: (journal: Purchases) => Decision<Result>,
  ): Promise<Decision<Result>>;
  close(): Promise<void>;
}

export interface SharedLedgerPorts {
  readonly clock: ClockPort;
  readonly random: () => number;
  readonly log: LogPort;
}

/** Contention and outages are waited out this long; then nothing is spent. */
const PATIENCE_MS = 5 * 60_000;
const BASE_DELAY_MS = 300;
const MAX_DELAY_MS = 8_000;

export async function openSharedLedger(
  ports: SharedLedgerPorts,
  backend: LedgerBackend,
  signal: AbortSignal,
): Promise<SharedLedger> {
  let version = await backend.read(signal);
  let parsed = parseLedger(version.files, emptyLedger, backend.place);
  /** One conversation with the backend at a time. */
  let last: Promise<unknown> = Promise.resolve();
  const inOrder = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const result = last.then(work, work);
    last = result.catch(() => {});
    return result;
  };
  const read = async () => {
    version = await backend.read(signal);
    parsed = parseLedger(version.files, parsed, backend.place);
  };
  const transact = async <Result>(
    message: string,
    decide: (journal: Purchases) => Decision<Result>,
  ): Promise<Decision<Result>> => {
    const deadlineMs = ports.clock.nowMs() + PATIENCE_MS;
    for (let attempt = 1; ; attempt++) {
      const decision = decide(parsed.journal);
      if (decision.events.length === 0) return decision;
      const next = applyAll(parsed.journal, decision.events);
      const outcome = await backend.swap(
        version,
        ledgerChanges(parsed.journal, next),
        message,
        signal,
      );
      if (outcome.kind === 'swapped') {
        version = outcome.version;
        parsed = parseLedger(version.files, parsed, backend.place);
        return decision;
      }
      const delayMs = Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** (attempt - 1)) * ports.random();
      if (ports.clock.nowMs() + delayMs > deadlineMs) throw tooBusy(backend.place);
      if (outcome.kind === 'unclear') {
        ports.log.info(`ledger: ${outcome.message}; looking whether it was written`);
      }
      await ports.clock.sleep(delayMs, signal);
      await read();
      if (holdsAll(parsed.journal, decision.events)) return decision;
    }
  };
  return {
    place: backend.place,
    get tip() {
      return version.tip;
    },
    get journal() {
      return parsed.journal;
    },
    refresh: () =>
      inOrder(async () => {
        await read();
        return parsed.journal;
      }),
    transact: (message, decide) => inOrder(() => transact(message, decide)),
    async close() {
      await last;
      await backend.close();
    },
  };
}

function applyAll(journal: Purchases, events: readonly PurchaseEvent[]): Purchases {
  const next = new Map(journal);
  for (const event of events) {
    next.set(event.key, publishEntry(applyEvent(next.get(event.key) ?? null, event)));
  }
  return next;
}

/** Every operation id is on record: a write whose answer was lost went through. */
export function holdsAll(journal: Purchases, events: readonly PurchaseEvent[]): boolean {
  return events.every(
    ({ key, id }) => journal.get(key)?.history.some((item) => item.id === id) === true,
  );
}

function tooBusy(place: string): LedgerError {
  return new LedgerError(
    `the ledger (${place}) could not be written within ${PATIENCE_MS / 60_000} minutes, so nothing more is bought; run again when fewer runs write to it`,
  );
}
