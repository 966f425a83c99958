import { LedgerError } from '../../model/errors.ts';

/** A file of the ledger that says what no release would have written there. */
export function damaged(label: string, path: string, reason: string, cause?: unknown): LedgerError {
  return new LedgerError(
    `${path} in the ledger (${label}) cannot be trusted: ${reason}. It was changed by hand or by another version, so nothing is spent; put the last good version back`,
    { cause },
  );
}
