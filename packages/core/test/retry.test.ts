import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  MediaError,
  NeverSentError,
  NoAnswerError,
  StoppedError,
  UnsafeError,
} from '../src/model/errors.ts';
import { adapters } from '../src/providers/registry.ts';
import {
  Again,
  afterLostRequest,
  backoffMs,
  MAX_RETRY_AFTER_MS,
  pollDelayMs,
  retryDelayMs,
  withRetry,
} from '../src/retry.ts';
import { makePorts } from './support/ports.ts';
import { assertProperty } from './support/property.ts';
import { VirtualClock } from './support/virtual-clock.ts';

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

describe('work that is tried again', () => {
  const limit = { tries: 3 } as const;
  const policy = { limit, baseMs: 1_000, maxMs: 1_500 };

  test('is done once where it comes to a result', async () => {
    const ports = makePorts();
    await expect(withRetry(ports, policy, async (attempt) => `try ${attempt}`)).resolves.toBe(
      'try 1',
    );
    expect(ports.clock.waitsMs).toEqual([]);
  });

  test('is repeated for as long as it asks for that, and every wait is reported', async () => {
    const ports = makePorts();
    const reported: string[] = [];
    const onRetry = ({ because }: Again, waitMs: number) => reported.push(`${because}: ${waitMs}`);
    const result = await withRetry(ports, { ...policy, onRetry }, async (attempt) =>
      attempt < 3 ? new Again(`HTTP 50${attempt}`) : 'an answer',
    );
    expect(result).toBe('an answer');
    expect(ports.clock.waitsMs).toEqual([500, 750]);
    expect(reported).toEqual(['HTTP 501: 500', 'HTTP 502: 750']);
  });

  test('is given as much time as a server asks for', async () => {
    const ports = makePorts();
    await withRetry(ports, policy, async (attempt) =>
      attempt === 1 ? new Again('HTTP 429', 7_000) : attempt,
    );
    expect(ports.clock.waitsMs).toEqual([7_000]);
  });

  test('ends after the last try with why, or with an error of its caller', async () => {
    let tries = 0;
    const work = async () => {
      tries += 1;
      return new Again('HTTP 503');
    };
    await expect(withRetry(makePorts(), policy, work)).rejects.toThrow('HTTP 503');
    expect(tries).toBe(3);
    const onExhausted = ({ because }: Again) => new MediaError(`the bucket: ${because}`);
    await expect(withRetry(makePorts(), { ...policy, onExhausted }, work)).rejects.toThrow(
      new MediaError('the bucket: HTTP 503'),
    );
  });

  test('ends at once with an error that does not pass, and after the last try with one that may', async () => {
    const failing = (error: Error) => {
      const counted = { tries: 0, ended: Promise.resolve<unknown>(null) };
      counted.ended = withRetry(
        makePorts(),
        { ...policy, afterError: afterLostRequest },
        async () => {
          counted.tries += 1;
          throw error;
        },
      );
      return counted;
    };
    for (const [error, tries] of [
      [new UnsafeError('not public'), 1],
      [new Error('a mistake of ours'), 1],
      [new NoAnswerError('ECONNRESET'), 3],
      [new NeverSentError('ENOTFOUND'), 3],
    ] as const) {
      const work = failing(error);
      await expect(work.ended).rejects.toBe(error);
      expect([error.message, work.tries]).toEqual([error.message, tries]);
    }
  });

  test('begins no try after its time, and its last one ends with the error', async () => {
    const clock = new VirtualClock();
    const startedMs = clock.nowMs();
    let lastMs = 0;
    const trying = withRetry(
      { clock, random: () => 1 },
      { limit: { withinMs: 60_000 }, baseMs: 300, maxMs: 8_000 },
      async () => {
        lastMs = clock.nowMs() - startedMs;
        return new Again('busy');
      },
    );
    await expect(clock.run(trying)).rejects.toThrow('busy');
    expect(lastMs).toBeLessThanOrEqual(60_000);
    expect(lastMs).toBeGreaterThan(50_000);
  });

  test('is not waited for any longer once the run is asked to stop', async () => {
    const stop = new AbortController();
    const clock = new VirtualClock();
    const trying = withRetry({ clock, random: () => 1 }, { ...policy, signal: stop.signal }, () => {
      stop.abort(new StoppedError('SIGINT'));
      return Promise.resolve(new Again('busy'));
    });
    await expect(trying).rejects.toThrow('SIGINT');
  });
});
