import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adapters } from '../src/providers/registry.ts';
import { backoffMs, MAX_RETRY_AFTER_MS, pollDelayMs, retryDelayMs } from '../src/retry.ts';
import { assertProperty } from './support/property.ts';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const attempt = fc.integer({ min: 1, max: 2_000 });

describe('the wait before sending once more', () => {
  test('doubles up to its ceiling, and chance takes any part of it', () => {
    const ceilings = [1, 2, 3, 4, 5, 6, 7].map((count) => backoffMs(count, 1_000, 20_000, 1));
    expect(ceilings).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000]);
    expect(backoffMs(5, 1_000, 20_000, 0)).toBe(0);
    expect(backoffMs(5, 1_000, 20_000, 0.25)).toBe(4_000);
  });

  test.each([
    [undefined, 500],
    [0, 500],
    [100, 500],
    [7_000, 7_000],
    [60_000, 60_000],
    [60_001, MAX_RETRY_AFTER_MS],
    [1e9 * 1_000, MAX_RETRY_AFTER_MS],
    [Number.POSITIVE_INFINITY, 500],
    [Number.NaN, 500],
    [-5, 500],
  ])('a server that asks for %f ms gets %i', (retryAfterMs, waitMs) => {
    expect(retryDelayMs(1, retryAfterMs, 0.5)).toBe(waitMs);
  });

  test('is a sound number of milliseconds within a minute, always', () => {
    assertProperty(
      'retry delays',
      fc.property(
        attempt,
        fc.option(fc.double(), { nil: undefined }),
        random,
        (count, asked, chance) => {
          const waitMs = retryDelayMs(count, asked, chance);
          expect(waitMs).toBeGreaterThanOrEqual(0);
          expect(waitMs).toBeLessThanOrEqual(MAX_RETRY_AFTER_MS);
          if (asked != null && asked >= 0 && asked <= MAX_RETRY_AFTER_MS)
            expect(waitMs).toBeGreaterThanOrEqual(asked);
        },
      ),
    );
  });
});

describe('the wait between polls', () => {
  test('grows by half each time up to the longest', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 20].map((poll) => pollDelayMs(poll, 1_000, 15_000, 0.5));
    expect(waits).toEqual([
      1_000, 1_500, 2_250, 3_375, 5_062.5, 7_593.75, 11_390.625, 15_000, 15_000,
    ]);
  });

  test('is shifted by a fifth at most, so that jobs do not poll in step', () => {
    assertProperty(
      'poll delays',
      fc.property(attempt, random, fc.constantFrom(...adapters), (poll, chance, { pacing }) => {
        const middle = pollDelayMs(poll, pacing.firstPollMs, pacing.maxPollMs, 0.5);
        const waitMs = pollDelayMs(poll, pacing.firstPollMs, pacing.maxPollMs, chance);
        expect(waitMs).toBeGreaterThanOrEqual(middle * 0.8 - 0.001);
        expect(waitMs).toBeLessThanOrEqual(middle * 1.2 + 0.001);
        expect(Number.isFinite(waitMs)).toBe(true);
      }),
    );
  });
});
