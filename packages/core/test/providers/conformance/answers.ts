import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ZodError } from 'zod';
import type { Json } from '../../../src/model/json/json.ts';
import { assertProperty } from '../../support/property.ts';
import { toResponse } from '../fixtures.ts';
import type { Bench } from './adapter-under-test.ts';
import { bodyOf, renameIds, replaceAt, strip, withoutAddresses } from './json.ts';

const COMMON_WORDS =
  'completed complete succeeded success succeed done failed fail failure error cancelled canceled aborted timeout timed_out created submitted queued queuing in_queue waiting pending starting processing generating running in_progress';

/** How the answers to a submit, to polls and for the result are read. */
export function testAnswers({ adapter, fixtures, wire, job, isOwn, ended }: Bench): void {
  const statusPath = wire.statusPath ?? ['status'];

  describe('reads the answer to a submit', () => {
    test.each(fixtures.accepted)('$name ($source)', ({ response, expect: wanted }) => {
      const read = () => adapter.accepted(toResponse(response), job());
      if (wanted === 'throws') expect(read).toThrow();
      else expect(read()).toMatchObject(wanted);
    });

    test.each(fixtures.accepted.filter(({ expect: wanted }) => wanted !== 'throws'))(
      'and its handle survives the process: $name',
      ({ response }) => {
        const accepted = adapter.accepted(toResponse(response), job());
        const operation = accepted.kind === 'failure' ? {} : accepted.operation;
        expect(JSON.parse(JSON.stringify(operation))).toEqual(operation);
        const request = adapter.status(operation, job());
        // Without an id there is nothing to ask by; then the answer itself named the video.
        if (request == null) expect(accepted.kind).not.toBe('operation');
        else expect(isOwn(request.url)).toBe(true);
      },
    );

    test.each(['job 1', '../../admin', 'a?b#c', '@evil.example', '//evil.example', 'ä%2f', '$&'])(
      'and asks after the id %j at an own origin, without a body',
      (id) => {
        const first = fixtures.accepted.find(
          ({ response, expect: wanted }) =>
            'body' in response && wanted !== 'throws' && wanted.kind !== 'failure',
        );
        const body = renameIds(bodyOf(first?.response), id);
        const accepted = adapter.accepted(toResponse({ status: 200, body }), job());
        if (accepted.kind === 'failure') throw new Error('the fixture should be accepted');
        const request = adapter.status(accepted.operation, job());
        if (request == null) throw new Error('there is an id to ask by');
        expect(request.method).toBe('GET');
        expect(request.json).toBeUndefined();
        expect(isOwn(request.url)).toBe(true);
        const { pathname, searchParams, hash } = new URL(request.url);
        expect(hash).toBe('');
        if (searchParams.size === 0) expect(pathname).toContain(encodeURIComponent(id));
        else expect([...searchParams.values()]).toEqual([id]);
      },
    );
  });

  if (adapter.cancel != null) {
    const { cancel } = adapter;

    test.each(['job 1', '../../admin', 'a?b#c', '@evil.example'])(
      'cancels the id %j at an own origin, without a body, and not by reading',
      (id) => {
        const first = fixtures.accepted.find(({ expect: wanted }) => wanted !== 'throws');
        const body = renameIds(bodyOf(first?.response), id);
        const accepted = adapter.accepted(toResponse({ status: 200, body }), job());
        if (accepted.kind === 'failure') throw new Error('the fixture should be accepted');
        const request = cancel(accepted.operation);
        expect(request.method).not.toBe('GET');
        expect(request.json).toBeUndefined();
        expect(isOwn(request.url)).toBe(true);
        expect(new URL(request.url).pathname).toContain(encodeURIComponent(id));
      },
    );
  }

  test('says by what source a job is cancelled, or why it is not', () => {
    const { value, basis } = adapter.service.cancelling;
    expect(value.startsWith('never: ')).toBe(adapter.cancel == null);
    if (adapter.cancel != null) expect(basis).toBe('documented');
  });

  test.each([7, 12_345, Number.MAX_SAFE_INTEGER])('stores the id %i as its text', (id) => {
    const first = fixtures.accepted.find(
      ({ response, expect: wanted }) =>
        'body' in response && wanted !== 'throws' && wanted.kind !== 'failure',
    );
    const read = (named: string | number) => {
      const body = renameIds(bodyOf(first?.response), named);
      return adapter.accepted(toResponse({ status: 200, body }), job());
    };
    expect(read(id)).toEqual(read(String(id)));
  });

  describe('reads the answer to a poll', () => {
    test.each(fixtures.progress)('$name ($source)', ({ response, operation, tier, ...rest }) => {
      const progress = adapter.progress(toResponse(response), operation, job({ tier }));
      expect(progress).toMatchObject(rest.expect);
    });

    test('and no unheard-of word ends the wait', () => {
      const heard = new Set([...COMMON_WORDS.split(' '), ...(wire.words ?? [])]);
      const body = bodyOf(ended?.response);
      const word = fc
        .oneof(
          fc.string(),
          fc.constantFrom('completing', 'not_failed', 'FAILED?', 'partial', 'moderated', ' done'),
        )
        .filter((text) => !heard.has(text.toLowerCase()));
      assertProperty(
        `${adapter.id}: unheard-of status words`,
        fc.property(word, (status) => {
          const response = toResponse({ status: 200, body: replaceAt(body, statusPath, status) });
          const progress = adapter.progress(response, ended?.operation ?? {}, job());
          expect(progress).toEqual({ state: 'pending', note: expect.stringContaining(status) });
        }),
      );
    });

    test('and nothing is done without an address', () => {
      const reported = adapter.result == null ? ended : fixtures.results.find(isDone);
      const body = bodyOf(reported?.response);
      const values = fc.oneof(fc.constantFrom(null, '', [], {}, 7, true), fc.jsonValue());
      assertProperty(
        `${adapter.id}: answers without an address`,
        fc.property(values, (value) => {
          const response = toResponse({
            status: 200,
            body: withoutAddresses(body, strip(value)),
          });
          const read = adapter.result ?? adapter.progress;
          // A throw is a pending answer too: the runner asks again.
          try {
            expect(read(response, reported?.operation ?? {}, job())).toMatchObject({
              state: 'pending',
              note: expect.any(String),
            });
          } catch (error) {
            if (!(error instanceof ZodError)) throw error;
          }
        }),
      );
    });
  });

  if (adapter.result != null) {
    const { result } = adapter;

    describe('reads the answer that tells the result', () => {
      test.each(fixtures.results)('$name ($source)', ({ response, operation, tier, ...rest }) => {
        expect(result(toResponse(response), operation, job({ tier }))).toMatchObject(rest.expect);
      });

      test('which is asked for at an own origin', () => {
        const { response, operation } = ended ?? { response: { status: 0, text: '' } };
        const progress = adapter.progress(toResponse(response), operation ?? {}, job());
        if (progress.state !== 'ready') throw new Error('a fixture should be ready');
        expect(progress.request.method).toBe('GET');
        expect(isOwn(progress.request.url)).toBe(true);
      });
    });
  }
}

function isDone({ expect: { state } }: { readonly expect: Record<string, Json> }): boolean {
  return state === 'done';
}
