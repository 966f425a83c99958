import { LedgerError } from '../../model/errors.ts';
import { READ_BY, readAnnouncement } from '../../model/json/format-announcement.ts';

/** Of a ledger's files. Raised when an earlier release could misread what this one writes. */
export const LEDGER_FORMAT = 2;

/** The earliest release that reads what this one writes: named to those that do not. */
export const LEDGER_READ_BY = READ_BY;

/**
 * A later format may mean things that are not known here, so not a byte of it is believed. Anything that
 * is no such announcement passes: what it is instead is found out by whoever reads on.
 *
 * @throws LedgerError naming the release to use.
 */
export function refuseNewerLedger(text: string, label: string): void {
  const announced = readAnnouncement(text);
  if (announced == null || announced.format <= LEDGER_FORMAT) return;
  const { format, readBy } = announced;
  throw new LedgerError(
    `the ledger (${label}) was written in format ${format} by a later release; this one reads formats up to ${LEDGER_FORMAT}, so nothing is spent. Use \`uses: ${readBy}\` or later in every workflow of this repository`,
  );
}

/** `null` for a text that announces none. */
export function announcedFormat(text: string): number | null {
  return readAnnouncement(text)?.format ?? null;
}
