import { isDeepStrictEqual } from 'node:util';
import type { ClockReading } from '../model/clock-reading.ts';
import { LedgerError } from '../model/errors.ts';
import type { Purchase, Purchases } from '../model/purchase/purchase.ts';
import type { PurchaseEvent } from '../model/purchase/purchase-event.ts';
import type { ClockPort, LogPort } from '../ports.ts';
import { Again, withRetry } from '../retry.ts';
import { createSerialQueue } from '../serial-queue.ts';
import type { LedgerBackend, LedgerVersion } from './backends/backend.ts';
import {
  emptyLedger,
  freezeChanges,
  holdsPurchases,
  ledgerChanges,
  parseLedger,
  publishEntry,
  purchasesOf,
  readBack,
} from './files/files.ts';
import type { Freeze } from './freeze.ts';
import { checkHistory, describeViolation, type PurchaseChange, type Violation } from './history.ts';
import { applyEvent } from './journal.ts';
import { LEDGER_RETRY } from './write-retry.ts';

/** What a decision looks at, and what it wants written. No events: nothing is written. */
export interface Decision<Result> {
  readonly events: readonly PurchaseEvent[];
  readonly result: Result;
}

/** The record that all runs of a repository share. */
export interface SharedLedger {
  readonly label: string;
  readonly tip: string | null;
  /** As last seen. */
  readonly purchases: Purchases;
  /** As last seen; `null` while buying is not frozen. */
  readonly freeze: Freeze | null;
  refresh(): Promise<Purchases>;
  /**
   * Decides on the newest entries and writes what was decided, all or nothing; decides again whenever
   * somebody else was first. The events of the result are in the ledger when it resolves.
   *
   * @throws LedgerError when it cannot be written: nothing may be spent on what was decided;
   *   UnwritableError when that is because of what was decided.
   */
  transact<Result>(
    message: string,
    decide: (purchases: Purchases, freeze: Freeze | null) => Decision<Result>,
  ): Promise<Decision<Result>>;
  /** Sets the flag that stops all buying, or takes it away. @throws LedgerError when it cannot be written. */
  setFreeze(freeze: Freeze | null, message: string): Promise<void>;
  /** What time it is at the ledger's server; `null` when it does not say. */
  readClock(): Promise<ClockReading | null>;
  /** Everything that was ever lost or changed there as no run does, and not put back. @throws LedgerError */
  findViolations(): Promise<readonly FoundViolation[]>;
  close(): Promise<void>;
}

/** For people, about one purchase. */
export interface FoundViolation {
  readonly purchase: Purchase;
  readonly message: string;
}

export interface SharedLedgerPorts {
  readonly clock: ClockPort;
  readonly random: () => number;
  readonly log: LogPort;
}

/**
 * `known` are versions that were vouched for: from the newest of them on every change is checked. Without any
 * only the newest version is, as it is.
 *
 * @throws LedgerError when it cannot be read or trusted.
 */
export async function openSharedLedger(
  ports: SharedLedgerPorts,
  backend: LedgerBackend,
  signal: AbortSignal,
  known: readonly string[] = [],
): Promise<SharedLedger> {
  let version: LedgerVersion = { tip: null, files: new Map() };
  let parsed = emptyLedger;
  /** One conversation with the backend at a time. */
  const inOrder = createSerialQueue();
  let isOpen = false;
  const read = async (since: readonly string[] = version.tip == null ? [] : [version.tip]) => {
    const found = await backend.read(signal);
    const next = parseLedger(found.files, parsed, backend.label);
    // Of a ledger that was empty when it was read before, all of its history is since then.
    const isVouched = since.length > 0 || isOpen;
    if (found.tip != null && isVouched && !since.includes(found.tip)) {
      const seen = { version: found.tip, before: parsed.purchases, after: next.purchases };
      const changes = backend.changes == null ? [seen] : changesOf(backend.changes, since, signal);
      const [violation] = await violationsOf(changes);
      if (violation != null) throw untrusted(backend, violation);
    }
    version = found;
    parsed = next;
  };
  await read(known);
  isOpen = true;
  const policy = { ...LEDGER_RETRY, signal, onExhausted: () => tooBusy(backend.label) };
  const setFreeze = (freeze: Freeze | null, message: string): Promise<void> =>
    withRetry(ports, policy, async () => {
      await read();
      if (isDeepStrictEqual(parsed.freeze, freeze)) return undefined;
      const changes = freezeChanges(parsed, freeze, backend.label);
      const written = readBack(parsed, changes, backend.label);
      const outcome = await backend.swap(version, changes, message, signal);
      if (outcome.kind !== 'swapped') return new Again('it was not written yet');
      version = outcome.version;
      parsed = written;
      return undefined;
    });
  const transact = async <Result>(
    message: string,
    decide: (purchases: Purchases, freeze: Freeze | null) => Decision<Result>,
  ): Promise<Decision<Result>> => {
    let earlier: Decision<Result> | null = null;
    return withRetry(ports, policy, async () => {
      if (earlier != null) {
        await read();
        if (holdsAll(parsed.purchases, earlier.events)) return earlier;
      }
      const decision = decide(parsed.purchases, parsed.freeze);
      if (decision.events.length === 0) return decision;
      const next = applyAll(parsed.purchases, decision.events);
      const changes = ledgerChanges(parsed, next, backend.label);
      const written = readBack(parsed, changes, backend.label);
      const outcome = await backend.swap(version, changes, message, signal);
      if (outcome.kind === 'swapped') {
        version = outcome.version;
        parsed = written;
        return decision;
      }
      earlier = decision;
      if (outcome.kind === 'lost') return new Again('another run wrote first');
      ports.log.info(`ledger: ${outcome.message}; looking whether it was written`);
      return new Again(outcome.message);
    });
  };
  return {
    label: backend.label,
    get tip() {
      return version.tip;
    },
    get purchases() {
      return parsed.purchases;
    },
    get freeze() {
      return parsed.freeze;
    },
    refresh: () =>
      inOrder(async () => {
        await read();
        return parsed.purchases;
      }),
    transact: (message, decide) => inOrder(() => transact(message, decide)),
    setFreeze: (freeze, message) => inOrder(() => setFreeze(freeze, message)),
    readClock: async () => (await backend.readClock?.(signal)) ?? null,
    findViolations: () =>
      inOrder(async () => {
        if (backend.changes == null) return [];
        const violations = await violationsOf(changesOf(backend.changes, [], signal));
        return violations.map((violation) => ({
          purchase: violation.purchase,
          message: describeViolation(violation, backend.kind),
        }));
      }),
    close: () => inOrder(() => backend.close()),
  };
}

async function* changesOf(
  read: NonNullable<LedgerBackend['changes']>,
  since: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<PurchaseChange> {
  for await (const { version, before, after } of read({ since, isWanted: holdsPurchases }, signal))
    yield { version, before: purchasesOf(before), after: purchasesOf(after) };
}

async function violationsOf(
  changes: Iterable<PurchaseChange> | AsyncIterable<PurchaseChange>,
): Promise<readonly Violation[]> {
  const check = checkHistory();
  for await (const change of changes) check.add(change);
  return check.violations();
}

function untrusted({ kind, label }: LedgerBackend, violation: Violation): LedgerError {
  return new LedgerError(
    `${label} cannot be trusted: ${describeViolation(violation, kind)}. Nothing is spent until then`,
  );
}

function applyAll(purchases: Purchases, events: readonly PurchaseEvent[]): Purchases {
  const next = new Map(purchases);
  for (const event of events) {
    next.set(
      event.fingerprint,
      publishEntry(applyEvent(next.get(event.fingerprint) ?? null, event)),
    );
  }
  return next;
}

/** Every operation id is on record: a write whose answer was lost went through. */
export function holdsAll(purchases: Purchases, events: readonly PurchaseEvent[]): boolean {
  return events.every(
    ({ fingerprint, id }) =>
      purchases.get(fingerprint)?.history.some((item) => item.id === id) === true,
  );
}

function tooBusy(label: string): LedgerError {
  return new LedgerError(
    `the ledger (${label}) could not be written within ${LEDGER_RETRY.limit.withinMs / 60_000} minutes, so nothing more is bought; run again when fewer runs write to it`,
  );
}
