import { describe, expect, test } from 'vitest';
import { toResponse } from '../fixtures.ts';
import { type Bench, CORRELATION_ID, urls } from './adapter-under-test.ts';

/** When the answer of the lookup fixtures was lost. */
const LOST_AT_MS = Date.UTC(2026, 10, 21, 12, 0, 0);

/** How a job is looked for whose answer was lost, where the API can be asked. */
export function testLostAnswers({ adapter, fixtures, job, isOwn }: Bench): void {
  if (adapter.lookup == null) return;
  const { lookup } = adapter;
  const { options, ...requested } = job();
  const sent = { ...requested, options: adapter.optionsAsSent?.(options) ?? options };
  const intent = { correlationId: CORRELATION_ID, job: sent, urls, sentAtMs: LOST_AT_MS };

  describe('looks for a lost answer', () => {
    test('with a request that buys nothing, at an own origin', () => {
      const request = lookup.request(intent);
      expect(request.method).toBe('GET');
      expect(request.json).toBeUndefined();
      expect(isOwn(request.url)).toBe(true);
    });

    test.each(fixtures.lookups)('$name ($source)', ({ response, expect: wanted }) => {
      const read = () => lookup.found(toResponse(response), intent);
      if (wanted === 'throws') expect(read).toThrow();
      else expect(read()).toEqual(wanted);
    });

    test('and has an example of a job that is there, and of one that is not', () => {
      const found = fixtures.lookups.map(({ response, expect: wanted }) =>
        wanted === 'throws' ? -1 : lookup.found(toResponse(response), intent).matches.length,
      );
      expect(found).toEqual(expect.arrayContaining([0, 1]));
    });
  });
}
