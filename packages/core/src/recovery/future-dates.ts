import { CLOCK_TOLERANCE_MS, describeSpan, isAhead } from '../model/clock-reading.ts';
import type { Purchase } from '../model/purchase/purchase.ts';
import type { OpenRun } from '../purchase/context.ts';
import type { Finding } from './finding.ts';

/**
 * What a clock that was ahead has dated into the future. That is the fault, not the runs after it: it
 * counts against their limits and keeps nobody from buying.
 */
export async function findFutureDates(context: OpenRun): Promise<Finding[]> {
  const { ahead, nowMs, source } = await listAhead(context);
  return ahead.map(({ fingerprint, transferId, ...purchase }) => {
    const latestMs = latestOf(purchase);
    const date = new Date(latestMs).toISOString();
    return {
      fingerprint,
      transferId,
      message: `it is dated ${date}, ${describeSpan(latestMs - nowMs)} from now (${source}): a machine whose clock was ahead bought it. It counts for this month too; command: reconcile dates it anew where another clock can be asked`,
    };
  });
}

export interface DateCorrection {
  readonly actor: string;
  readonly reason: string;
}

/** Dates anew what is ahead of a clock that is not ours; where nobody can be asked, or ours is wrong, nothing. */
export async function correctDates(
  context: OpenRun,
  { actor, reason }: DateCorrection,
): Promise<void> {
  const { store, ports, clockCheck } = context;
  const { ahead } = await listAhead(context);
  if (ahead.length === 0) return;
  const outsideNowMs = await clockCheck.outsideNowMs();
  const atMs = ports.clock.nowMs();
  if (outsideNowMs == null || Math.abs(outsideNowMs - atMs) > CLOCK_TOLERANCE_MS) return;
  const message = reason.trim() === '' ? 'a clock was ahead' : reason.trim();
  for (const { fingerprint, transferId } of ahead.filter(mayBeCorrected)) {
    await store.append({ type: 'correct-date', fingerprint, atMs, message, actor });
    ports.log.info(`${transferId}: dated ${new Date(atMs).toISOString()} from now on`);
  }
}

/** What is about to be sent belongs to its own run. */
function mayBeCorrected({ state }: Purchase): boolean {
  return state !== 'reserved' && state !== 'submitting';
}

async function listAhead({ store, ports, clockCheck }: OpenRun): Promise<{
  readonly ahead: readonly Purchase[];
  readonly nowMs: number;
  readonly source: string;
}> {
  const aheadOf = (nowMs: number) =>
    [...store.purchases.values()].filter((purchase) => isAhead(latestOf(purchase), nowMs));
  const ownNowMs = ports.clock.nowMs();
  const source = 'by the clock of this machine';
  // Asking costs a request, which a record without such dates does not need.
  if (aheadOf(ownNowMs).length === 0) return { ahead: [], nowMs: ownNowMs, source };
  const outsideNowMs = await clockCheck.outsideNowMs();
  const nowMs = outsideNowMs ?? ownNowMs;
  return {
    ahead: aheadOf(nowMs),
    nowMs,
    source: outsideNowMs == null ? source : 'by a clock that is not ours',
  };
}

function latestOf({ reservedAtMs, settled }: Pick<Purchase, 'reservedAtMs' | 'settled'>): number {
  return Math.max(reservedAtMs, ...settled.map((earlier) => earlier.reservedAtMs));
}
