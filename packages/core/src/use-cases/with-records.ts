import type { Stop } from '../cancellation.ts';
import type { SharedLedger } from '../ledger/shared-ledger.ts';
import type { Ports } from '../ports.ts';
import type { OpenRun } from '../purchase/context.ts';
import { type OpenRunRequest, withRun } from '../run/open-run.ts';

/** Opens the record shared by all runs; `null` where there is none. Throws `LedgerError`. */
export type OpenLedger = () => Promise<SharedLedger | null>;

/** A stop that says whether somebody cancelled: after that nothing is uploaded, the time is too short. */
export interface CancellableStop extends Stop {
  isCancelled(): boolean;
}

/**
 * What becomes of a paid job when somebody cancels the run that bought it: it is kept and collected later, or
 * cancelled at its provider where it has not started and that is documented as free.
 */
export type OnCancel = 'keep' | 'cancel';

/** What every use case that writes to the records is asked with. */
export interface RecordsRequest extends Omit<OpenRunRequest, 'ledger' | 'stop' | 'cancelsQueued'> {
  readonly openLedger: OpenLedger;
  readonly stop: CancellableStop;
  /** Default: `keep`. */
  readonly onCancel?: OnCancel;
  /** Called once the records are held, before anything is done with them. */
  readonly onOpened?: () => Promise<void>;
}

/** Opens the ledger and the records for writing, and closes both whatever becomes of the work. */
export async function withRecords<Result>(
  ports: Ports,
  request: RecordsRequest,
  work: (context: OpenRun) => Promise<Result>,
): Promise<Result> {
  const ledger = await request.openLedger();
  try {
    const { stop, onCancel = 'keep' } = request;
    const cancelsQueued = () => onCancel === 'cancel' && stop.isCancelled();
    return await withRun(ports, { ...request, ledger, cancelsQueued }, async (context) => {
      await request.onOpened?.();
      return work(context);
    });
  } finally {
    await ledger?.close();
  }
}
