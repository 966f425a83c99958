/** Delay schedules. Pure: chance and clock are arguments. */

/** A wait asked for by a server is honoured up to this long; absurd values are not. */
export const MAX_RETRY_AFTER_MS = 60_000;

/** Full jitter: anywhere between nothing and the doubling ceiling (AWS SDK standard mode). */
export function backoffMs(attempt: number, baseMs: number, maxMs: number, random: number): number {
  return Math.min(maxMs, baseMs * 2 ** (attempt - 1)) * random;
}

/** The wait before sending once more, never shorter than the server asked for (within reason). */
export function retryDelayMs(
  attempt: number,
  retryAfterMs: number | undefined,
  random: number,
): number {
  const own = backoffMs(attempt, 1_000, 20_000, random);
  const asked = retryAfterMs != null && Number.isFinite(retryAfterMs) ? retryAfterMs : 0;
  return Math.max(own, Math.min(asked, MAX_RETRY_AFTER_MS));
}

/** Polls come soon at first and ever slower: x1.5 each, up to the maximum, +-20 %. */
export function pollDelayMs(poll: number, firstMs: number, maxMs: number, random: number): number {
  return Math.min(maxMs, firstMs * 1.5 ** (poll - 1)) * (0.8 + 0.4 * random);
}
