import { LedgerError, messageOf, UnwritableError } from '../model/errors.ts';
import type { Purchase } from '../model/purchase/purchase.ts';
import type { OpenRun } from '../purchase/context.ts';
import { lookUp } from '../purchase/wait/look-up.ts';
import type { Finding } from './finding.ts';
import { findFutureDates } from './future-dates.ts';
import { createLiveness } from './run-liveness.ts';
import { settleCancelled } from './settle-cancelled.ts';

/** What is only reserved is free again so long after its holder should have ended: it can no longer announce it. */
const RESERVATION_GRACE_MS = 10 * 60_000;

/**
 * Settles what earlier runs left half-way, as far as it can be known: nothing is ever concluded from a
 * clock about a request that may have been sent. Repeatable, and buys nothing. A ledger that refuses to be
 * written keeps nothing from being looked for and collected: it is tried again with whatever comes next.
 */
export async function settleLeftovers(context: OpenRun): Promise<Finding[]> {
  const { store, ports } = context;
  await store.refresh();
  const findings: Finding[] = [];
  const liveness = createLiveness(context);
  const abandoned: Purchase[] = [];
  for (const purchase of [...store.purchases.values()]) {
    if (purchase.state !== 'reserved' && purchase.state !== 'submitting') continue;
    const isOver = await liveness(purchase);
    if (purchase.state === 'reserved' && (isOver || isExpired(context, purchase)))
      abandoned.push(purchase);
    else if (purchase.state === 'submitting' && isOver) {
      const base = { fingerprint: purchase.fingerprint, atMs: ports.clock.nowMs() };
      const message = 'the run that sent it ended before an answer came';
      await store.append({ ...base, type: 'lose-answer', message });
    }
  }
  const isWritten =
    (await tellLedger(context, () => store.flush())) &&
    (await tellLedger(context, () => releaseAbandoned(context, abandoned)));
  findings.push(...(await settleCancelled(context)));
  for (const entry of [...store.purchases.values()]) {
    if (entry.state !== 'unknown') continue;
    const message = await lookUp(context, entry).catch(
      (error: unknown) => `it could not be looked for: ${messageOf(error)}`,
    );
    if (message != null) {
      findings.push({ fingerprint: entry.fingerprint, transferId: entry.transferId, message });
    }
  }
  // One that refused a moment ago is not waited for a second time.
  if (isWritten) await tellLedger(context, () => store.flush());
  return [...findings, ...(await findFutureDates(context))];
}

/** Whether the ledger answers: one purchase that cannot be written keeps no other from it. */
async function tellLedger({ ports }: OpenRun, write: () => Promise<void>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    // The store has said so when it found out.
    if (error instanceof UnwritableError) return true;
    ports.log.warning(
      `the ledger could not be updated with what earlier runs left (${messageOf(error)}); it is tried again`,
    );
    return false;
  }
}

/**
 * Decided inside the write: a holder that is only late may announce its purchase at this very moment,
 * and what is announced is never given back.
 */
async function releaseAbandoned(
  { store, ports }: OpenRun,
  abandoned: readonly Purchase[],
): Promise<void> {
  if (abandoned.length === 0) return;
  const message = 'the run that reserved it ended before it was sent';
  const atMs = ports.clock.nowMs();
  await store.reserve((purchases) => {
    const still = abandoned.filter(({ fingerprint, round }) => {
      const now = purchases.get(fingerprint);
      return now?.state === 'reserved' && now.round === round;
    });
    const events = still.map(({ fingerprint }) => ({
      type: 'release' as const,
      fingerprint,
      atMs,
      message,
    }));
    return { events, result: null };
  });
}

function isExpired({ ports }: OpenRun, { holder }: Purchase): boolean {
  return ports.clock.nowMs() > holder.untilMs + RESERVATION_GRACE_MS;
}
