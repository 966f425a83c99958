import { describe, expect, test } from 'vitest';
import { offsetOf, readClock, whyClockIsWrong } from '../../src/model/clock-reading.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 30, 12);
const MINUTE_MS = 60_000;

function reading(beforeMs: number, afterMs = beforeMs) {
  return { source: 'github.com', theirsMs: NOW_MS, beforeMs, afterMs };
}

describe('a clock that is not ours', () => {
  test.each([
    [0, 0],
    [400, 0],
    [999, 0],
    [6 * MINUTE_MS, 6 * MINUTE_MS - 1_000],
    [-6 * MINUTE_MS, -6 * MINUTE_MS],
  ])('ours at %d ms from it is %d ms off: it names whole seconds', (ms, offMs) => {
    expect(offsetOf(reading(NOW_MS + ms))).toBe(offMs);
  });

  test('a process that stood still while it waited for the answer is not blamed on its clock', () => {
    expect(offsetOf(reading(NOW_MS - 10 * MINUTE_MS, NOW_MS + 60 * MINUTE_MS))).toBe(0);
  });

  test.each([
    [4 * MINUTE_MS, null],
    [-4 * MINUTE_MS, null],
    [40 * DAY_MS, /says 2027-01-09T12:00:00.000Z, .* github.com says 2026-11-30.* 40 days ahead/],
    [-2 * 3_600_000, /says 2026-11-30T10:00:00.000Z, .* 2026-11-30T12:00:00.000Z.* 2 hours behind/],
  ])('%d ms off: %s', (ms, reason) => {
    const why = whyClockIsWrong(reading(NOW_MS + ms));
    if (reason == null) expect(why).toBeNull();
    else expect(why).toMatch(reason);
  });

  test.each([
    [{ date: 'Mon, 30 Nov 2026 12:00:00 GMT' }, NOW_MS],
    [{ date: 'Mon, 30 Nov 2026 12:00:00 GMT', age: '0' }, NOW_MS],
    [{ date: 'Mon, 30 Nov 2026 12:00:00 GMT', age: '3600' }, null],
    [{ date: 'noon' }, null],
    [{}, null],
  ])('headers %j say %s', (headers, theirsMs) => {
    const asked = { source: 'github.com', beforeMs: 0, afterMs: 0 };
    expect(readClock(headers, asked)?.theirsMs ?? null).toBe(theirsMs);
  });
});
