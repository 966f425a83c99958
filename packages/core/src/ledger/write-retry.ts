/**
 * Contention and outages of the ledger are waited out this long; then nothing is spent. Full jitter, so
 * that writers who met once do not meet again.
 */
export const LEDGER_RETRY = {
  limit: { withinMs: 5 * 60_000 },
  baseMs: 300,
  maxMs: 8_000,
} as const;
