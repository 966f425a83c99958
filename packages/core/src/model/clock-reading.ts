/** What a clock that is not ours said, and what ours said before it was asked and after it answered. */
export interface ClockReading {
  /** Whose clock, for people: a host. */
  readonly source: string;
  readonly theirsMs: number;
  readonly beforeMs: number;
  readonly afterMs: number;
}

/** Far above what clocks of well-kept machines differ by, far below what makes another month of a purchase. */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** An HTTP date names a second (RFC 9110, 5.6.7). */
const SECOND_MS = 1_000;

/** The `date` of an answer; `null` where there is none, or where a cache kept the answer for a while. */
export function readClock(
  headers: Readonly<Record<string, string>>,
  asked: Omit<ClockReading, 'theirsMs'>,
): ClockReading | null {
  const theirsMs = Date.parse(headers.date ?? '');
  const isKept = Number(headers.age ?? 0) !== 0;
  return Number.isFinite(theirsMs) && !isKept ? { ...asked, theirsMs } : null;
}

/** How far our clock is ahead of theirs, negative when it is behind: the least that explains the reading. */
export function offsetOf({ theirsMs, beforeMs, afterMs }: ClockReading): number {
  const aheadMs = beforeMs - (theirsMs + SECOND_MS);
  const behindMs = theirsMs - afterMs;
  return aheadMs > 0 ? aheadMs : behindMs > 0 ? -behindMs : 0;
}

/** Why nothing is bought by this clock; `null` while it agrees. */
export function whyClockIsWrong(reading: ClockReading): string | null {
  const offsetMs = offsetOf(reading);
  if (Math.abs(offsetMs) <= CLOCK_TOLERANCE_MS) return null;
  const ours = new Date(reading.beforeMs).toISOString();
  const theirs = new Date(reading.theirsMs).toISOString();
  return `the clock of this machine is wrong: it says ${ours}, that of ${reading.source} says ${theirs}, so it is ${describeSpan(Math.abs(offsetMs))} ${offsetMs > 0 ? 'ahead' : 'behind'}. Nothing is bought, because months and deadlines go by the clock; set it (NTP), then run again`;
}

/** Whether something on record was dated by a clock that was ahead. */
export function isAhead(atMs: number, nowMs: number): boolean {
  return atMs > nowMs + CLOCK_TOLERANCE_MS;
}

const UNITS = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
] as const;

/** `40 days`: the largest unit that fits, rounded. */
export function describeSpan(ms: number): string {
  const [unitMs, name] = UNITS.find(([size]) => ms >= size) ?? [1_000, 'second'];
  const count = Math.round(ms / unitMs);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
