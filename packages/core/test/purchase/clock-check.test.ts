import { describe, expect, test } from 'vitest';
import type { ClockReading } from '../../src/model/clock-reading.ts';
import { ClockError } from '../../src/model/errors.ts';
import { createClockCheck } from '../../src/purchase/clock-check.ts';
import { makePorts } from '../support/ports.ts';

const HOUR_MS = 3_600_000;

/** Hours from our clock, by who says so. */
function checkWith(said: { readonly ledger?: number; readonly github?: number }) {
  const ports = makePorts();
  const nowMs = ports.clock.nowMs();
  const asked: string[] = [];
  const readingAt = (source: string, hours: number): ClockReading => ({
    source,
    theirsMs: nowMs + hours * HOUR_MS,
    beforeMs: nowMs,
    afterMs: nowMs,
  });
  const answer = (source: string, hours: number | undefined) => {
    asked.push(source);
    return hours == null ? null : readingAt(source, hours);
  };
  const github = {
    readClock: async () => answer('github.com', said.github),
    attemptState: async () => 'unknown' as const,
    fetchArtifact: async () => 'gone' as const,
    commitSigned: async () => ({ kind: 'refused', message: 'not asked' }) as const,
  };
  const ledger = { readClock: async () => answer('the ledger', said.ledger) };
  const check = createClockCheck({ ...ports, github }, ledger);
  return { check, asked, nowMs, messages: ports.messages, readingAt };
}

describe('the clock of this machine', () => {
  test('is held to that of the server of the ledger, which is asked once', async () => {
    const { check, asked } = checkWith({ ledger: 0, github: 24 });
    await check.confirm();
    await check.confirm();
    expect(asked).toEqual(['the ledger']);
  });

  test.each([24, -24])('is refused when GitHub says that it is %d hours off', async (github) => {
    const { check, nowMs } = checkWith({ github });
    await expect(check.confirm()).rejects.toThrow(ClockError);
    expect(() => check.refuseWrong()).toThrow(/github.com says/);
    expect(await check.outsideNowMs()).toBeCloseTo(nowMs + github * HOUR_MS, -4);
  });

  test('is taken to be right where nobody says otherwise, and that is said once', async () => {
    const { check, messages } = checkWith({});
    await check.confirm();
    await check.confirm();
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(/is taken to be right/);
    expect(await check.outsideNowMs()).toBeNull();
  });

  test('is held to the answers of providers where nobody else says', async () => {
    const { check, readingAt } = checkWith({});
    await check.confirm();
    check.note(readingAt('Prospolabs', -48));
    expect(() => check.refuseWrong()).toThrow(/that of Prospolabs says .* 2 days ahead/);
  });

  test('is not held to them where the server of the ledger agrees with it', async () => {
    const { check, readingAt } = checkWith({ ledger: 0 });
    await check.confirm();
    check.note(readingAt('Prospolabs', -24));
    check.refuseWrong();
  });
});
