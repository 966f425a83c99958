import { readRecords, type StorePaths } from '../ledger/journal-file.ts';
import type { SharedLedger } from '../ledger/shared-ledger.ts';
import { messageOf } from '../model/errors.ts';
import type { Purchases } from '../model/purchase/purchase.ts';
import type { Ports } from '../ports.ts';
import type { RunIdentity } from '../purchase/context.ts';
import { decide, type Planned, type PlanSource, withFreeze } from './decide.ts';
import type { OpenLedger } from './with-records.ts';

export interface PlanRequest extends StorePaths, PlanSource {
  readonly identity: RunIdentity;
  readonly openLedger: OpenLedger;
}

/** What all runs of the repository have on record, and where that is kept. */
export interface OnRecord {
  readonly purchases: Purchases;
  readonly label: string;
}

export interface PlanOutcome extends Planned {
  /** The ledger could not be read: the plan knows only what is on record here. */
  readonly ledgerProblem: string | null;
  /** `null` without a ledger. */
  readonly onRecord: OnRecord | null;
}

/**
 * What would be bought, for how much, against which limits. Reads the records without holding them, so
 * that it never waits for a run; without the ledger it only knows less.
 */
export async function planTransfers(ports: Ports, request: PlanRequest): Promise<PlanOutcome> {
  const { ledger, problem } = await tryOpenLedger(ports, request.openLedger);
  try {
    const records = await readRecords(ports, request, ledger?.purchases);
    const scope = { identity: request.identity, isShared: ledger != null };
    const planned = withFreeze(
      ports,
      await decide(ports, request, records, scope),
      ledger?.freeze ?? null,
    );
    return { ...planned, ledgerProblem: problem, onRecord: onRecordOf(ledger) };
  } finally {
    await ledger?.close();
  }
}

async function tryOpenLedger(
  { log }: Ports,
  openLedger: OpenLedger,
): Promise<{ readonly ledger: SharedLedger | null; readonly problem: string | null }> {
  try {
    return { ledger: await openLedger(), problem: null };
  } catch (error) {
    const problem = `The ledger could not be read, so what other runs bought and spent is not known here, and a run would buy nothing: ${messageOf(error)}`;
    log.warning(problem);
    return { ledger: null, problem };
  }
}

function onRecordOf(ledger: SharedLedger | null): OnRecord | null {
  return ledger == null ? null : { purchases: ledger.purchases, label: ledger.label };
}
