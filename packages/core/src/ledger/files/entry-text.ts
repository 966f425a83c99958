import { UnwritableError } from '../../model/errors.ts';
import { parseRecordJson, RefusedJsonError } from '../../model/json/strict-json.ts';
import { type Purchase, purchaseSchema, toStoredPurchase } from '../../model/purchase/purchase.ts';
import { damaged } from './damaged.ts';

/** Ids and addresses of a provider are bounded where they are read; an entry is many times smaller. */
const MAX_ENTRY_BYTES = 256 * 1024;

/** One purchase as it is on record: the same text in every file that holds it, but for its spaces. */
export function parseEntry(text: string, path: string, label: string): Purchase {
  let value: unknown;
  try {
    value = parseRecordJson(text);
  } catch (cause) {
    const reason = cause instanceof RefusedJsonError ? cause.message : 'it is not JSON';
    throw damaged(label, path, reason, cause);
  }
  const read = purchaseSchema.safeParse(value);
  if (!read.success) throw damaged(label, path, 'it is not an entry of a ledger', read.error);
  return read.data;
}

/** @throws UnwritableError for an entry that could not be read back: it would shut everybody out of the ledger. */
export function formatEntry(purchase: Purchase): string {
  const text = JSON.stringify(toStoredPurchase(purchase));
  const read = purchaseSchema.safeParse(JSON.parse(text));
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_ENTRY_BYTES) {
    throw new UnwritableError(
      `the purchase ${purchase.fingerprint.slice(0, 12)} cannot be written to the ledger with ${bytes} bytes, where one has at most ${MAX_ENTRY_BYTES}`,
    );
  }
  if (read.success) return text;
  const { path = [], message = '' } = read.error.issues[0] ?? {};
  throw new UnwritableError(
    `the purchase ${purchase.fingerprint.slice(0, 12)} cannot be written to the ledger (${path.join('.')}: ${message}), so nothing is bought for it; shorten its names in the config, or settle it by hand if it was bought`,
    { cause: read.error },
  );
}
