import { describe, expect, test } from 'vitest';
import { toResponse } from '../fixtures.ts';
import type { Bench } from './adapter-under-test.ts';

/** How answers other than 2xx are read: to a submit, and to a question about a job. */
export function testRefusals(bench: Bench): void {
  testRefusedSubmits(bench);
  testTrouble(bench);
}

function testRefusedSubmits({ adapter, fixtures, wire }: Bench): void {
  const maybeBilled = wire.maybeBilled ?? [];
  const rateLimits = wire.rateLimits ?? [429];

  describe('reads the refusal of a submit', () => {
    test.each(fixtures.failures)('$name ($source)', ({ response, expect: wanted }) => {
      expect(adapter.refused(toResponse(response))).toMatchObject(wanted);
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
        expect(adapter.refused(toResponse({ status, ...body })).billed).toBe('no');
      }
    });

    test.each([
      408,
      409,
      ...maybeBilled,
      ...Array.from({ length: 100 }, (_, index) => 500 + index),
    ])('%i leaves open whether it was accepted', (status) => {
      for (const body of bodies) {
        expect(adapter.refused(toResponse({ status, ...body })).billed).toBe('unknown');
      }
    });

    test('and only 429 is a rate limit, which alone may be sent again', () => {
      const limited = Array.from({ length: 300 }, (_, index) => 300 + index).filter(
        (status) => adapter.refused(toResponse({ status, text: '' })).kind === 'rate-limit',
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
      expect(adapter.refused(response).retryAfterMs).toBe(wanted);
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
        expect(adapter.refused(response).retryAfterMs).toBe(wanted);
      },
    );
  });
}

/** Bodies of servers, gateways and error pages that say nothing about a job. */
const UNTYPED = [
  { text: '' },
  { text: '<html><title>Bad gateway</title></html>' },
  { body: { detail: 'Request is still in progress' } },
  { body: { error: 'some words' } },
  { body: { message: 'some words' } },
  { body: {} },
];

function testTrouble({ adapter, fixtures }: Bench): void {
  describe('reads what keeps a question from being answered', () => {
    if (fixtures.endings.length > 0) {
      test.each(fixtures.endings)('$name ($source)', ({ response, asked, expect: wanted }) => {
        const failure = adapter.ended?.(toResponse(response), asked) ?? null;
        if (wanted == null) expect(failure).toBeNull();
        else expect(failure).toMatchObject(wanted);
      });
    }

    test('which no status and no untyped body turns into the end of the job', () => {
      const statuses = Array.from({ length: 500 }, (_, index) => 100 + index);
      for (const status of statuses.filter((each) => each < 200 || each > 299)) {
        for (const body of UNTYPED) {
          const response = toResponse({ status, ...body });
          for (const asked of ['status', 'result', 'output'] as const)
            expect(adapter.ended?.(response, asked) ?? null).toBeNull();
          expect(adapter.trouble(response)).toEqual({
            kind: expect.any(String),
            message: expect.stringMatching(/./),
          });
        }
      }
    });

    test('and takes over when to ask again', () => {
      const response = toResponse({ status: 429, text: '' }, { 'retry-after': '7' });
      expect(adapter.trouble(response)).toMatchObject({ kind: 'rate-limit', retryAfterMs: 7_000 });
    });
  });
}
