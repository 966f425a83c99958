import { isDeepStrictEqual } from 'node:util';
import { randomId } from '../ids.ts';
import { RecordError } from '../model/errors.ts';
import {
  checkLockedOutput,
  type LockedOutput,
  type Lockfile,
  purchasesOf,
} from '../model/lockfile/lockfile.ts';
import type { Purchase, Purchases, SettledPurchase } from '../model/purchase/purchase.ts';
import {
  type NewEvent,
  type PurchaseEvent,
  parseEvent,
  toStoredEvent,
} from '../model/purchase/purchase-event.ts';
import type { Ports } from '../ports.ts';
import { createSerialQueue } from '../serial-queue.ts';
import { refuseFrozen } from './freeze.ts';
import { applyEvent, formatLine } from './journal.ts';
import {
  compact,
  dropTornLine,
  ID_DIGITS,
  journalPath,
  nameCheckout,
  readLocal,
  type StorePaths,
  viewOf,
} from './journal-file.ts';
import {
  createLockfileWriter,
  type LockfileWriter,
  loadLockfile,
  lockfileReader,
} from './lockfile-files.ts';
import { mergeChain } from './merge.ts';
import { createOutbox, DEFERRED, type Outbox } from './outbox.ts';
import type { SharedLedger } from './shared-ledger.ts';

/**
 * What is on record, and the only way to add to it. Every event is on this disk when `append` resolves;
 * an intent to buy is in the shared ledger too, where there is one.
 */
export interface Store {
  readonly purchases: Purchases;
  readonly lockfile: Lockfile;
  /** Names this state directory in the records of others. */
  readonly checkout: string;
  readonly ledger: SharedLedger | null;
  /** What was accepted here after its purchase was written off and bought anew, by fingerprint: second charges. */
  readonly lateCharges: ReadonlyMap<string, SettledPurchase>;
  /**
   * @throws IllegalEventError before anything is written, when the state machine does not allow it;
   *   RecordError when an intent did not reach the shared ledger, another run holds the purchase, or
   *   buying was frozen in the meantime.
   */
  append(event: NewEvent): Promise<Purchase>;
  /** Decides on the newest record and writes the reservations of the decision in the same step. */
  reserve<Result>(
    decide: (purchases: Purchases) => {
      readonly events: readonly NewEvent[];
      readonly result: Result;
    },
  ): Promise<Result>;
  /** Looks at what other runs wrote. */
  refresh(): Promise<void>;
  /** Sends the shared ledger everything it should know. @throws LedgerError */
  flush(): Promise<void>;
  /** Says in the lockfile what an output is, and which version of the ledger holds its purchase. */
  lockOutput(path: string, locked: LockedOutput): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens for writing, one process at a time. A last line cut off by a crash is taken out first, so
 * that the next line does not grow onto it.
 *
 * @throws RecordError while another run in this checkout holds the journal, or when it is damaged.
 */
export async function openPurchaseStore(
  ports: Ports,
  paths: StorePaths,
  ledger: SharedLedger | null = null,
): Promise<Store> {
  await ports.files.makeDirectory(paths.stateDirectory);
  const release = await ports.files.lock(`${paths.stateDirectory}/lock`);
  try {
    await dropTornLine(ports, journalPath(paths));
    const checkout = await nameCheckout(ports, paths);
    // Whoever held the lock before may have written to both since the ledger was read.
    await ledger?.refresh();
    const { purchases, pending } = viewOf(
      await readLocal(ports, paths),
      ledger?.purchases ?? new Map(),
      journalPath(paths),
    );
    const stored = await loadLockfile(lockfileReader(ports, paths.workspace));
    const lockfile = createLockfileWriter(ports, paths.workspace, stored);
    if (ledger != null) await compact(ports, paths, purchases, pending, ledger.purchases);
    const outbox =
      ledger == null
        ? null
        : createOutbox(ledger, pending, (message) => ports.log.warning(message));
    return createStore(ports, paths, { checkout, purchases, lockfile, outbox, ledger }, release);
  } catch (error) {
    await release();
    throw error;
  }
}

interface Opened {
  readonly checkout: string;
  readonly purchases: Map<string, Purchase>;
  readonly lockfile: LockfileWriter;
  readonly outbox: Outbox | null;
  readonly ledger: SharedLedger | null;
}

function createStore(
  ports: Ports,
  paths: StorePaths,
  { checkout, purchases, lockfile, outbox, ledger }: Opened,
  release: () => Promise<void>,
): Store {
  const inOrder = createSerialQueue();
  const written = new Set<string>();
  const number = (event: NewEvent, purchase: Purchase | null): PurchaseEvent =>
    checkEvent({
      ...event,
      id: randomId(ports.random, ID_DIGITS),
      round: (purchase?.round ?? 0) + (event.type === 'reserve' ? 1 : 0),
    } as PurchaseEvent);
  const writeLocally = async (event: PurchaseEvent): Promise<Purchase> => {
    const before = purchases.get(event.fingerprint) ?? null;
    if (event.type === 'submit' && ledger != null && before != null) {
      const isOurs = before.state === 'reserved' && before.holder.checkout === checkout;
      if (!isOurs) throw overtaken(before);
    }
    const purchase = applyEvent(before, event);
    if (ledger != null && before != null && !written.has(event.fingerprint)) {
      await ports.files.appendDurably(
        journalPath(paths),
        formatLine({ type: 'base', fingerprint: event.fingerprint, purchase: before }),
      );
    }
    await ports.files.appendDurably(journalPath(paths), formatLine(event));
    written.add(event.fingerprint);
    purchases.set(event.fingerprint, purchase);
    return purchase;
  };
  /** What other runs wrote beats what was thought here, except for events still on their way. */
  const adopt = () => {
    if (ledger == null || outbox == null) return;
    for (const shared of ledger.purchases.values()) {
      const mine = purchases.get(shared.fingerprint);
      if (mine === shared) continue;
      const pending = outbox.pendingOf(shared.fingerprint);
      if (mine != null && isSameMoment(mine, shared, pending)) continue;
      const view =
        mine == null ? shared : mergeChain(shared, { purchase: mine, events: pending }).purchase;
      purchases.set(shared.fingerprint, view);
      written.delete(shared.fingerprint);
    }
  };
  return {
    purchases,
    checkout,
    ledger,
    lateCharges: outbox?.lateCharges ?? new Map(),
    get lockfile() {
      return lockfile.lockfile;
    },
    async append(event) {
      const purchase = await inOrder(async () => {
        const numbered = number(event, purchases.get(event.fingerprint) ?? null);
        const after = await writeLocally(numbered);
        outbox?.add(numbered, after);
        return after;
      });
      if (outbox == null) return purchase;
      if (event.type === 'submit') {
        await outbox.flush();
        adopt();
        const problem = outbox.problemOf(event.fingerprint);
        if (problem != null) throw problem;
        refuseFrozen(ledger?.freeze ?? null);
        refuseOvertaken(purchases.get(event.fingerprint), purchase);
      } else if (!DEFERRED.has(event.type)) {
        outbox.flushSoon();
      }
      return purchase;
    },
    async reserve(decide) {
      if (ledger == null) {
        const { events, result } = decide(purchases);
        for (const event of events) {
          await inOrder(() =>
            writeLocally(number(event, purchases.get(event.fingerprint) ?? null)),
          );
        }
        return result;
      }
      await outbox?.flush();
      const { events, result } = await ledger.transact('Reserve', (shared, freeze) => {
        const decision = decide(shared);
        if (decision.events.some(({ type }) => type === 'reserve')) refuseFrozen(freeze);
        const numbered = decision.events.map((event) =>
          number(event, shared.get(event.fingerprint) ?? null),
        );
        return { events: numbered, result: decision.result };
      });
      for (const { fingerprint } of events) written.delete(fingerprint);
      adopt();
      return result;
    },
    async refresh() {
      if (ledger == null) return;
      await ledger.refresh();
      adopt();
    },
    async flush() {
      if (outbox == null) return;
      await outbox.flush();
      adopt();
      const problem = outbox.firstProblem();
      if (problem != null) throw problem;
    },
    lockOutput: (path, locked) =>
      inOrder(() => {
        const before = lockfile.lockfile.outputs[path];
        const entry = {
          ...withLedger(locked, before, ledger),
          ...whatElseWasBought(locked, before),
          ...webFilesOf(locked, before),
        };
        return lockfile.write(path, checkLockedOutput(path, entry));
      }),
    async close() {
      await outbox?.settle();
      await inOrder(release);
    },
  };
}

/** What was made of the video before this one is still known as ours, so that it may be replaced. */
function webFilesOf(
  { webFiles }: LockedOutput,
  before: LockedOutput | undefined,
): Pick<LockedOutput, 'webFiles'> {
  const known = webFiles ?? before?.webFiles;
  return known == null ? {} : { webFiles: known };
}

/**
 * The version of the ledger that was seen last holds the purchase: its intent, at least, was written before it
 * was bought. An entry keeps the version that it has for as long as it is about the same purchase.
 */
function withLedger(
  locked: LockedOutput,
  before: LockedOutput | undefined,
  ledger: SharedLedger | null,
): LockedOutput {
  // A copy names the version of what it is a copy of, and a draft was not bought.
  if (locked.ledger != null || locked.draft) return locked;
  const isSame =
    before?.fingerprint === locked.fingerprint &&
    before.sha256 === locked.sha256 &&
    isDeepStrictEqual(before.operation, locked.operation);
  if (isSame && before.ledger != null) return { ...locked, ledger: before.ledger };
  return ledger?.tip == null
    ? locked
    : { ...locked, ledger: { place: ledger.label, commit: ledger.tip } };
}

/** What two branches bought for one output stays known, whichever of them is put in place. */
function whatElseWasBought(
  { fingerprint }: LockedOutput,
  before: LockedOutput | undefined,
): Pick<LockedOutput, 'also'> {
  if (before?.also == null) return {};
  const all = purchasesOf(before);
  const others = all.filter((other) => other.fingerprint !== fingerprint);
  return others.length === all.length || others.length === 0 ? {} : { also: [...others] };
}

/** Nothing happened to it elsewhere since this side looked. */
function isSameMoment(
  mine: Purchase,
  shared: Purchase,
  pending: readonly PurchaseEvent[],
): boolean {
  const lastId = shared.history.at(-1)?.id;
  const at = mine.history.findIndex(({ id }) => id === lastId);
  return at >= 0 && mine.history.length - 1 - at === pending.length;
}

function refuseOvertaken(now: Purchase | undefined, mine: Purchase): void {
  if (now?.state === 'submitting' && now.round === mine.round) return;
  throw overtaken(now ?? mine);
}

function overtaken({ transferId, holder, state }: Purchase): RecordError {
  return new RecordError(
    `another run settled ${transferId} in the meantime (it is ${state}, of run ${holder.runId}), so it is not bought here; run again`,
  );
}

/** @throws RecordError for an event that could not be read back: the journal must stay readable. */
function checkEvent(event: PurchaseEvent): PurchaseEvent {
  try {
    return parseEvent(toStoredEvent(event));
  } catch (cause) {
    throw new RecordError(`a "${event.type}" event is not valid and was not written`, { cause });
  }
}
