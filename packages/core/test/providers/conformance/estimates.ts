import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Job } from '../../../src/providers/adapter.ts';
import { makeFacts } from '../../support/facts.ts';
import { assertProperty } from '../../support/property.ts';
import type { Bench } from './adapter-under-test.ts';

/** The price of a job before it is bought. */
export function testEstimates({ adapter, spec, job, acceptsDuration }: Bench): void {
  describe('estimates', () => {
    const seconds = fc.integer({ min: 1, max: 40 * 90_000 }).map((ticks) => ticks / 90_000);
    const requested = fc.record({
      tier: fc.constantFrom('standard' as const, 'pro' as const),
      orientation: fc.constantFrom('image' as const, 'video' as const),
      durationSeconds: acceptsDuration
        ? fc.option(fc.integer({ min: 1, max: 30 }))
        : fc.constant(null),
    });
    const lengths = fc.tuple(seconds, seconds).map(([one, other]) => ({
      trackSeconds: Math.min(one, other),
      longestSeconds: Math.max(one, other),
    }));

    test('in whole micro-dollars, low to high, within the cap, never below the longest claim', () => {
      assertProperty(
        `${adapter.id}: estimates`,
        fc.property(requested, lengths, (changes, length) => {
          const { lowMicroUsd, highMicroUsd, basis } = adapter.estimate(
            job(changes),
            makeFacts(length),
          );
          const rate = spec.prices[changes.tier].microUsdPerSecond;
          // Only a documented cap blocks what is longer, so only such a one bounds the price.
          const caps = [spec.maxSeconds[changes.orientation], spec.maxSeconds.video];
          const cap = caps.find(({ basis }) => basis === 'documented')?.value ?? Infinity;
          // A container's clock may round its length up by a tick of a millisecond.
          const claimed = Math.min(cap, length.longestSeconds - 0.001);
          expect(Number.isSafeInteger(lowMicroUsd)).toBe(true);
          expect(Number.isSafeInteger(highMicroUsd)).toBe(true);
          expect(lowMicroUsd).toBeGreaterThan(0);
          expect(highMicroUsd).toBeGreaterThanOrEqual(lowMicroUsd);
          expect(highMicroUsd).toBeGreaterThanOrEqual(Math.floor(rate * claimed));
          expect(highMicroUsd).toBeLessThanOrEqual(
            (spec.prices[changes.tier].heldMicroUsdPerSecond ?? rate) * cap,
          );
          expect(basis).not.toBe('');
        }),
      );
    });

    test('more for a longer clip, never less', () => {
      assertProperty(
        `${adapter.id}: longer clips`,
        fc.property(requested, lengths, (changes, { trackSeconds, longestSeconds }) => {
          const price = (clipSeconds: number) =>
            adapter.estimate(job(changes), makeFacts({ trackSeconds: clipSeconds }));
          const [short, long] = [price(trackSeconds), price(longestSeconds)];
          expect(long.lowMicroUsd).toBeGreaterThanOrEqual(short.lowMicroUsd);
          expect(long.highMicroUsd).toBeGreaterThanOrEqual(short.highMicroUsd);
        }),
      );
    });

    test('more for pro than for standard', () => {
      const price = (tier: Job['tier']) => adapter.estimate(job({ tier }), makeFacts());
      expect(price('pro').highMicroUsd).toBeGreaterThan(price('standard').highMicroUsd);
    });
  });
}
