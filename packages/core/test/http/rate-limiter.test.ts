import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRateLimiter } from '../../src/http/rate-limiter.ts';
import { StoppedError } from '../../src/model/errors.ts';
import { assertAsyncProperty } from '../support/property.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const WINDOW_MS = 60_000;

/** When each caller was let through, if each came after a wait of its own. */
async function admissions(perMinute: number | null, arrivalsMs: readonly number[]) {
  const clock = new VirtualClock();
  const startMs = clock.nowMs();
  const rateLimiter = createRateLimiter({ clock, random: () => 0.5 }, perMinute);
  const admittedMs: number[] = [];
  await clock.run(
    Promise.all(
      arrivalsMs.map(async (arrivalMs) => {
        await clock.sleep(arrivalMs);
        await rateLimiter.admit();
        admittedMs.push(clock.nowMs() - startMs);
      }),
    ),
  );
  return admittedMs.sort((a, b) => a - b);
}

describe('the rateLimiter', () => {
  test('lets the allowance through at once and the next one after a minute', async () => {
    const admitted = await admissions(3, [0, 0, 0, 0]);
    expect(admitted.slice(0, 3)).toEqual([0, 0, 0]);
    expect(admitted[3]).toBeGreaterThanOrEqual(WINDOW_MS);
    expect(admitted[3]).toBeLessThan(WINDOW_MS + 10);
  });

  test('asks nobody to wait where no rate is known', async () => {
    expect(await admissions(null, Array(200).fill(0))).toEqual(Array(200).fill(0));
  });

  test('never lets more through in any minute, and lets everybody through in the end', async () => {
    const arrivals = fc.array(fc.integer({ min: 0, max: 3 * WINDOW_MS }), { maxLength: 40 });
    await assertAsyncProperty(
      'pacing',
      fc.asyncProperty(fc.integer({ min: 1, max: 7 }), arrivals, async (perMinute, arrivalsMs) => {
        const admitted = await admissions(perMinute, arrivalsMs);
        expect(admitted).toHaveLength(arrivalsMs.length);
        for (const [index, atMs] of admitted.entries()) {
          const next = admitted[index + perMinute];
          if (next != null) expect(next - atMs).toBeGreaterThanOrEqual(WINDOW_MS);
        }
      }),
      150,
    );
  });

  test('does not hold anybody back while there is allowance', async () => {
    const arrivalsMs = [0, 10_000, 20_000, 61_000, 71_000];
    expect(await admissions(3, arrivalsMs)).toEqual(arrivalsMs);
  });

  test('lets go of a caller who is asked to stop', async () => {
    const clock = new VirtualClock();
    const rateLimiter = createRateLimiter({ clock, random: () => 0.5 }, 1);
    await rateLimiter.admit();
    const stop = new AbortController();
    const waiting = rateLimiter.admit(stop.signal);
    stop.abort(new StoppedError('SIGINT'));
    await expect(waiting).rejects.toThrow('SIGINT');
  });
});
