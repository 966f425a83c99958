import { describe, expect, test } from 'vitest';
import { toResponse } from '../fixtures.ts';
import type { Bench } from './adapter-under-test.ts';

/** How answers other than 2xx are read: what they cost, and when to ask again. */
export function testRefusals({ adapter, fixtures, wire }: Bench): void {
  const maybeBilled = wire.maybeBilled ?? [];
  const rateLimits = wire.rateLimits ?? [429];

  describe('reads refusals', () => {
    test.each(fixtures.failures)('$name ($source)', ({ response, expect: wanted }) => {
      expect(adapter.failure(toResponse(response))).toMatchObject(wanted);
    });

    const bodies = [
      { body: { code: 'some_code', message: 'some words' } },
      { body: { error: { type: 'some_type', message: 'some words' } } },
      { body: null },
      { body: [1, 2] },
      { text: '<html>no</html>' },
      { text: '' },
    ];

    const free = [400, 401, 402, 403, 404, 422, 429].filter(
      (status) => !maybeBilled.includes(status),
    );

    test.each(free)('%i cost nothing, whatever it says', (status) => {
      for (const body of bodies) {
        expect(adapter.failure(toResponse({ status, ...body })).billed).toBe('no');
      }
    });

    test.each([
      408,
      409,
      ...maybeBilled,
      ...Array.from({ length: 100 }, (_, index) => 500 + index),
    ])('%i leaves open whether it was accepted', (status) => {
      for (const body of bodies) {
        expect(adapter.failure(toResponse({ status, ...body })).billed).toBe('unknown');
      }
    });

    test('and only 429 is a rate limit, which alone may be sent again', () => {
      const limited = Array.from({ length: 300 }, (_, index) => 300 + index).filter(
        (status) => adapter.failure(toResponse({ status, text: '' })).kind === 'rate-limit',
      );
      expect(limited).toEqual(rateLimits);
    });

    test.each([
      ['7', 7_000],
      ['0', 0],
      ['1.5', 1_500],
      [' 2 ', 2_000],
      ['soon', undefined],
      ['-1', undefined],
      ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
    ])('retry-after %j waits %j ms', (header, wanted) => {
      const response = toResponse({ status: 429, text: '' }, { 'retry-after': header });
      expect(adapter.failure(response).retryAfterMs).toBe(wanted);
    });

    test.each([
      ['Wed, 21 Oct 2026 07:28:00 GMT', 'Wed, 21 Oct 2026 07:27:30 GMT', 30_000],
      ['Wed, 21 Oct 2015 07:28:00 GMT', 'Wed, 21 Oct 2015 07:26:00 GMT', 120_000],
      ['Wed, 21 Oct 2026 07:28:00 GMT', 'Wed, 21 Oct 2026 08:00:00 GMT', 0],
      ['Wed, 21 Oct 2026 07:28:00 GMT', 'today', undefined],
    ])(
      'retry-after %j in an answer of %j waits %j ms, whatever our clock says',
      (until, date, wanted) => {
        const response = toResponse({ status: 429, text: '' }, { 'retry-after': until, date });
        expect(adapter.failure(response).retryAfterMs).toBe(wanted);
      },
    );
  });
}
