import { messageOf, UnwritableError } from '../model/errors.ts';
import { formatUsd } from '../model/money.ts';
import type { Purchase, SettledPurchase } from '../model/purchase/purchase.ts';
import type { PurchaseEvent } from '../model/purchase/purchase-event.ts';
import { applyEvent } from './journal.ts';
import { findLateCharge } from './merge.ts';
import type { SharedLedger } from './shared-ledger.ts';

/** Events that are on this disk and on their way to the shared ledger. */
export interface Outbox {
  /** `after` is the purchase as the event left it here. */
  add(event: PurchaseEvent, after?: Purchase): void;
  /** What was accepted here after its purchase was written off and bought anew, by fingerprint: second charges. */
  readonly lateCharges: ReadonlyMap<string, SettledPurchase>;
  pendingOf(fingerprint: string): readonly PurchaseEvent[];
  /** Resolves when everything added before is in the shared ledger, was overtaken by it, or cannot be written at all. */
  flush(): Promise<void>;
  /** Why the events of a purchase, or of any, cannot be written: they stay on this disk. */
  problemOf(fingerprint: string): UnwritableError | null;
  firstProblem(): UnwritableError | null;
  /** Begins to send; trouble is only logged, because the events stay here. */
  flushSoon(): void;
  /** Resolves when nothing is under way any more. */
  settle(): Promise<void>;
}

type Batch = ReadonlyMap<string, readonly PurchaseEvent[]>;

/** These are written with the event that follows them: no commit of their own. */
export const DEFERRED: ReadonlySet<string> = new Set([
  'not-accepted',
  'complete',
  'download',
  'store',
]);

/**
 * Groups what is appended while a write is under way into the next one: however many transfers, the
 * ledger sees few commits. All events of a key that go together are applied together or not at all.
 */
export function createOutbox(
  ledger: SharedLedger,
  leftover: ReadonlyMap<string, readonly PurchaseEvent[]>,
  warn: (message: string) => void,
): Outbox {
  const pending = new Map<string, PurchaseEvent[]>(
    [...leftover].map(([fingerprint, events]) => [fingerprint, [...events]]),
  );
  const problems = new Map<string, UnwritableError>();
  const rounds = new Map<string, Purchase>();
  const lateCharges = new Map<string, SettledPurchase>();
  let running: Promise<void> | null = null;
  let queued: Promise<void> | null = null;

  const tell = async () => {
    const batch = new Map(
      [...pending].flatMap(([fingerprint, events]) => {
        const due = events.slice(0, events.findLastIndex(({ type }) => !DEFERRED.has(type)) + 1);
        return due.length === 0 || problems.has(fingerprint) ? [] : [[fingerprint, due] as const];
      }),
    );
    if (batch.size === 0) return;
    try {
      await send(batch);
    } catch (error) {
      if (!(error instanceof UnwritableError)) throw error;
      await sendEach(batch);
    }
  };
  /** What cannot be written of one purchase keeps no other from the record. */
  const sendEach = async (batch: Batch) => {
    for (const [fingerprint, due] of batch) {
      try {
        await send(new Map([[fingerprint, due]]));
      } catch (error) {
        if (!(error instanceof UnwritableError)) throw error;
        problems.set(fingerprint, error);
        warn(
          `${fingerprint.slice(0, 12)} stays on this machine only: ${error.message}${describeAccepted(due)}`,
        );
      }
    }
  };
  const send = async (batch: Batch) => {
    const { result } = await ledger.transact(describe(batch), (shared) => {
      const events: PurchaseEvent[] = [];
      const contradicted: string[] = [];
      const late: Extract<PurchaseEvent, { type: 'count-earlier' }>[] = [];
      for (const [fingerprint, due] of batch) {
        const fresh = notIn(shared.get(fingerprint), due);
        if (follows(shared.get(fingerprint) ?? null, fresh)) events.push(...fresh);
        else {
          contradicted.push(fingerprint);
          const charge = lateChargeIn(shared.get(fingerprint), due);
          if (charge != null) late.push(charge);
        }
      }
      return { events: [...events, ...late], result: { overtaken: contradicted, late } };
    });
    const { overtaken } = result;
    for (const { fingerprint, earlier } of result.late) lateCharges.set(fingerprint, earlier);
    for (const fingerprint of overtaken) warnOvertaken(batch.get(fingerprint) ?? []);
    for (const [fingerprint, due] of batch) {
      const rest = (pending.get(fingerprint) ?? []).slice(due.length);
      if (rest.length === 0 || overtaken.includes(fingerprint)) pending.delete(fingerprint);
      else pending.set(fingerprint, rest);
    }
  };
  const lateChargeIn = (shared: Purchase | undefined, due: readonly PurchaseEvent[]) => {
    const accepted = due.find(({ type }) => type === 'accept');
    const paid = accepted == null ? null : rounds.get(nameRound(accepted));
    return shared == null || paid == null ? null : findLateCharge(shared, paid, due);
  };
  /** The handle of a job that the record has no room for any more is at least printed. */
  const warnOvertaken = (events: readonly PurchaseEvent[]) => {
    for (const event of events) {
      if (event.type !== 'accept') continue;
      warn(
        `the ledger (${ledger.label}) says that ${event.fingerprint.slice(0, 12)} was settled elsewhere, but it was accepted as ${JSON.stringify(event.operation)}${describeLate(lateCharges.get(event.fingerprint))}; keep this line`,
      );
    }
  };
  const flush = (): Promise<void> => {
    if (running == null) {
      running = tell().finally(() => {
        running = null;
      });
      return running;
    }
    queued ??= running
      .catch(() => {})
      .then(() => {
        queued = null;
        return flush();
      });
    return queued;
  };
  return {
    lateCharges,
    add(event, after) {
      if (after?.round === event.round) rounds.set(nameRound(event), after);
      const events = pending.get(event.fingerprint);
      if (events == null) pending.set(event.fingerprint, [event]);
      else events.push(event);
    },
    pendingOf: (fingerprint) => pending.get(fingerprint) ?? [],
    problemOf: (fingerprint) => problems.get(fingerprint) ?? null,
    firstProblem: () => [...problems.values()][0] ?? null,
    flush,
    flushSoon() {
      flush().catch((error: unknown) =>
        warn(`the shared ledger could not be updated yet (${messageOf(error)}); it is tried again`),
      );
    },
    async settle() {
      for (let work = queued ?? running; work != null; work = queued ?? running) {
        await work.catch(() => {});
      }
    },
  };
}

function nameRound({ fingerprint, round }: PurchaseEvent): string {
  return `${fingerprint}/${round}`;
}

function describeLate(late: SettledPurchase | undefined): string {
  return late == null
    ? ''
    : `, which is a second charge of ${formatUsd(late.microUsd)}; it is on record beside the other one`;
}

function notIn(
  shared: Purchase | undefined,
  events: readonly PurchaseEvent[],
): readonly PurchaseEvent[] {
  const known = new Set(shared?.history.map(({ id }) => id));
  return events.filter(({ id }) => !known.has(id));
}

/** Whether the shared record allows these events in a row; otherwise another run settled it first. */
function follows(shared: Purchase | null, events: readonly PurchaseEvent[]): boolean {
  try {
    events.reduce<Purchase | null>(applyEvent, shared);
    return true;
  } catch {
    return false;
  }
}

const MAX_HANDLE_CHARACTERS = 600;

function describeAccepted(events: readonly PurchaseEvent[]): string {
  const accepted = events.findLast((event) => event.type === 'accept');
  if (accepted == null) return '';
  const handle = JSON.stringify(accepted.operation).slice(0, MAX_HANDLE_CHARACTERS);
  return `; it was accepted as ${handle}; keep this line`;
}

function describe(batch: Batch): string {
  const types = [...new Set([...batch.values()].flat().map(({ type }) => type))];
  return `${types.join(', ')}: ${batch.size} ${batch.size === 1 ? 'purchase' : 'purchases'}`;
}
