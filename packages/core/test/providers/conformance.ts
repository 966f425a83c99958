import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ZodError } from 'zod';
import { fingerprintOf } from '../../src/plan/fingerprint.ts';
import type { Adapter, Job, ModelSpec, Sourced } from '../../src/providers/adapter.ts';
import { adapters } from '../../src/providers/registry.ts';
import type { Json, MediaFacts } from '../../src/types.ts';
import { makeFacts, makeJob } from '../support/facts.ts';
import { assertProperty } from '../support/property.ts';
import { type AdapterFixtures, toResponse } from './fixtures.ts';

export interface AdapterUnderTest {
  readonly adapter: Adapter;
  readonly fixtures: AdapterFixtures;
  /** Where this API differs from the common one. */
  readonly wire?: WireFacts;
}

/** Ways of an API that no promise is about. */
export interface WireFacts {
  /** Where a poll's answer says how the job is doing. Default: `status`. */
  readonly statusPath?: readonly string[];
  /** Words for a state that it knows besides the common ones. */
  readonly words?: readonly string[];
  /** Scalars its request body holds besides parameters, model, assets and correlation id. */
  readonly constants?: readonly (string | number | boolean)[];
  /** The model as it is sent, when that is not its id of ours; `null` when no one place names it. */
  readonly sentModel?: string | null;
  /** Refusals that may have cost money. Default: none of the usual 4xx. */
  readonly maybeBilled?: readonly number[];
  /** What a bare HTTP 429 means. Default: a rate limit, nothing accepted. */
  readonly rateLimits?: readonly number[];
  /** `none`: the API has no word for the sound of the clip. Default: `sent`. */
  readonly sound?: 'sent' | 'none';
}

const COMMON_WORDS =
  'completed complete succeeded success succeed done failed failure error cancelled canceled queued pending processing running in_progress submitted starting';

const urls = {
  character: 'https://files.example.com/hero.png?sig=abc',
  motion: 'https://files.example.com/wave.mp4?sig=def',
};
const CANARY = 'sk-canary-0123456789';
const CORRELATION_ID = 'a-correlation-id';

/** What every adapter promises, whoever the provider is. */
export function testAdapter({ adapter, fixtures, wire = {} }: AdapterUnderTest): void {
  const [model = ''] = Object.keys(adapter.models);
  const spec = specOf(adapter, model);
  const job = (changes: Partial<Job> = {}) => makeJob(model, adapter.options.parse({}), changes);
  const secrets = Object.fromEntries(adapter.secrets.map((name) => [name, CANARY]));
  const isOwn = (url: string) => adapter.origins.includes(new URL(url).origin);
  const submitted = (changes: Partial<Job> = {}) =>
    adapter.submit(job(changes), makeFacts(), urls, CORRELATION_ID);
  const sentModel = wire.sentModel === undefined ? model : wire.sentModel;
  const statusPath = wire.statusPath ?? ['status'];
  const maybeBilled = wire.maybeBilled ?? [];
  const rateLimits = wire.rateLimits ?? [429];
  const sendsSound = wire.sound !== 'none';
  /** What a poll says at the end: done, or where the result is told. */
  const ended = fixtures.progress.find(({ expect: { state } }) =>
    ['done', 'ready'].includes(String(state)),
  );
  const isVouchedFor = (tier: Job['tier']) =>
    (spec.prices[tier].basis ?? 'documented') === 'documented';

  describe(`${adapter.id} as an adapter`, () => {
    describe('says who it is', () => {
      test('under one id that the registry finds', () => {
        expect(adapter.id).toMatch(/^[a-z][a-z0-9-]*$/);
        expect(adapters.filter(({ id }) => id === adapter.id)).toHaveLength(1);
        expect(Number.isInteger(adapter.revision) && adapter.revision >= 1).toBe(true);
      });

      test('with bare https origins', () => {
        expect(adapter.origins.length).toBeGreaterThan(0);
        for (const origin of adapter.origins) {
          expect(new URL(origin)).toMatchObject({ protocol: 'https:', origin });
        }
      });

      test('with environment names for its keys and its base URL', () => {
        expect(adapter.secrets.length).toBeGreaterThan(0);
        for (const name of [...adapter.secrets, adapter.baseUrlVariable]) {
          expect(name).toMatch(/^[A-Z][A-Z0-9_]+$/);
        }
        expect(adapter.baseUrlVariable).toMatch(/_BASE_URL$/);
      });

      test('with a variable for every further origin, so that all of them can be moved', () => {
        const { furtherBaseUrlVariables = {} } = adapter;
        expect(Object.keys(furtherBaseUrlVariables)).toEqual(adapter.origins.slice(1));
        for (const name of Object.values(furtherBaseUrlVariables)) {
          expect(name).toMatch(/^[A-Z][A-Z0-9_]+_BASE_URL$/);
          expect(name).not.toBe(adapter.baseUrlVariable);
        }
      });

      test('and authorizes with exactly the keys it names', () => {
        const headers = (of: Record<string, string>) => JSON.stringify(adapter.authorize(of, 0));
        for (const name of adapter.secrets) {
          expect(headers({ ...secrets, [name]: 'sk-another' })).not.toBe(headers(secrets));
        }
        expect(headers({ ...secrets, OTHER_KEY: 'other' })).toBe(headers(secrets));
      });

      test('and what its service promises, each with a basis and a source', () => {
        for (const { value, basis, source } of Object.values(adapter.service)) {
          expect(value).not.toBe('');
          expect(['documented', 'borrowed', 'assumed']).toContain(basis);
          expect(source).not.toBe('');
        }
      });
    });

    describe('gives figures that can be traced', () => {
      test('every price row has a positive whole rate, a source and a date', () => {
        for (const row of Object.values(adapter.models).flatMap(({ prices }) => [
          prices.standard,
          prices.pro,
        ])) {
          expect(Number.isSafeInteger(row.microUsdPerSecond) && row.microUsdPerSecond > 0).toBe(
            true,
          );
          expect(row.source).not.toBe('');
          expect(row.heldMicroUsdPerSecond ?? row.microUsdPerSecond).toBeGreaterThanOrEqual(
            row.microUsdPerSecond,
          );
          expect(row.checkedOn).toMatch(/^\d{4}-\d{2}-\d{2}$/);
          expect(new Date(row.checkedOn).toISOString().slice(0, 10)).toBe(row.checkedOn);
        }
      });

      test('every limit has a basis and a source', () => {
        const rate = adapter.pacing.requestsPerMinute;
        const limits = [...limitsOf(spec), ...(rate == null ? [] : [rate])];
        expect(limits.length).toBeGreaterThanOrEqual(12);
        for (const { basis, source } of limits) {
          expect(['documented', 'borrowed', 'assumed']).toContain(basis);
          expect(source).not.toBe('');
        }
      });

      test('polls patiently: the first wait is not above the longest', () => {
        expect(adapter.pacing.firstPollMs).toBeGreaterThan(0);
        expect(adapter.pacing.firstPollMs).toBeLessThanOrEqual(adapter.pacing.maxPollMs);
      });
    });

    test.each([{ tehmperature: 1 }, { prompt: 'x' }, JSON.parse('{"__proto__":{"a":1}}'), [], 'x'])(
      'refuses options it does not know: %j',
      (options) => {
        expect(adapter.options.safeParse(options).success).toBe(false);
      },
    );

    describe('submits', () => {
      const wishes: Partial<Job>[] = (['standard', 'pro'] as const).flatMap((tier) =>
        (['image', 'video'] as const).flatMap((orientation) =>
          [true, false].map((keepOriginalSound) => ({ tier, orientation, keepOriginalSound })),
        ),
      );

      test.each(wishes)('to an own origin, without secrets and holes: %j', (wish) => {
        const request = submitted(wish);
        expect(request.method).toBe('POST');
        expect(isOwn(request.url)).toBe(true);
        expect(JSON.stringify(request)).not.toContain(CANARY);
        expect([...leavesOf(request).values()]).not.toContain(undefined);
      });

      test('the model and both assets by their URLs, verbatim', () => {
        const values = [...leavesOf(submitted().json).values()];
        expect(values).toEqual(expect.arrayContaining([urls.character, urls.motion]));
        if (sentModel != null) expect(JSON.stringify(submitted())).toContain(sentModel);
      });

      const explicit = [
        ['tier', { tier: 'standard' }, { tier: 'pro' }],
        ['orientation', { orientation: 'image' }, { orientation: 'video' }],
        ['sound', { keepOriginalSound: true }, { keepOriginalSound: false }],
      ] as const;

      test.each(explicit.filter(([name]) => sendsSound || name !== 'sound'))(
        'its %s explicitly, whichever it is',
        (_name, one, other) => {
          const [first, second] = [one, other].map((wish) => leavesOf(requestOf(wish)));
          expect([...(first?.keys() ?? [])]).toEqual([...(second?.keys() ?? [])]);
          const different = [...(first ?? [])].filter(([key, value]) => second?.get(key) !== value);
          expect(different).toHaveLength(1);
        },
      );

      test('a prompt only when there is one, and the empty one is one', () => {
        expect([...leavesOf(submitted().json).keys()].join()).not.toContain('prompt');
        expect([...leavesOf(submitted({ prompt: '' }).json).values()]).toContain('');
        expect([...leavesOf(submitted({ prompt: 'a bow' }).json).values()]).toContain('a bow');
      });
    });

    function requestOf(wish: Partial<Job>) {
      const { url, json } = submitted(wish);
      return { url, json };
    }

    describe('names its parameters', () => {
      const facts = makeFacts();
      const changes: Partial<Job>[] = [
        { prompt: '' },
        { prompt: 'a bow' },
        { tier: 'pro' },
        { orientation: 'video' },
        ...(sendsSound ? [{ keepOriginalSound: false }] : []),
        ...(acceptsDuration() ? [{ durationSeconds: 7 }] : []),
      ];

      test('without URLs and secrets', () => {
        for (const change of [{}, ...changes]) {
          const text = JSON.stringify(adapter.parameters(job(change), facts));
          expect(text).not.toMatch(/https?:|sk-canary/);
        }
      });

      test.each(changes)('so that another wish is another fingerprint: %j', (change) => {
        expect(fingerprint(change)).not.toBe(fingerprint({}));
      });

      test('and all of these wishes are told apart', () => {
        expect(new Set(changes.map(fingerprint)).size).toBe(changes.length);
      });

      test('and the same wish is the same fingerprint', () => {
        expect(fingerprint({ prompt: 'a bow' })).toBe(fingerprint({ prompt: 'a bow' }));
      });

      test('and sends all of them, and nothing else but the model and the two URLs', () => {
        const request = requestOf({ prompt: 'a bow' });
        const named = [...leavesOf(adapter.parameters(job({ prompt: 'a bow' }), facts)).values()];
        const known = [...named, sentModel, urls.character, urls.motion, CORRELATION_ID]
          .concat(wire.constants ?? [])
          .map(String);
        for (const value of leavesOf(request.json).values()) {
          const at = known.indexOf(String(value));
          expect(at, `${String(value)} is sent`).toBeGreaterThanOrEqual(0);
          known.splice(at, 1);
        }
        for (const value of named) expect(JSON.stringify(request)).toContain(String(value));
      });

      function fingerprint(change: Partial<Job>): string {
        return fingerprintOf({
          character: 'git:1',
          motion: 'git:2',
          provider: adapter.id,
          model,
          take: 1,
          parameters: adapter.parameters(job(change), facts),
        });
      }
    });

    function acceptsDuration(): boolean {
      return adapter.validate(job({ durationSeconds: 7 }), makeFacts()).every(isHarmless);
    }

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
        const told = adapter.result == null ? ended : fixtures.results.find(isDone);
        const body = bodyOf(told?.response);
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
              expect(read(response, told?.operation ?? {}, job())).toMatchObject({
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

        test.each([408, 429, 500, 502, 503, 504])(
          'and %i with nothing in it ends no job',
          (status) => {
            expect(result(toResponse({ status, text: '' }), ended?.operation ?? {}, job())).toEqual(
              { state: 'pending', note: expect.any(String) },
            );
          },
        );
      });
    }

    if (adapter.lookup != null) {
      const { lookup } = adapter;
      const intent = { correlationId: CORRELATION_ID, job: job(), urls, sentAtMs: LOST_AT_MS };

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

    if (adapter.uploads != null) {
      const stored = Object.entries(adapter.uploads).filter(([, { kind }]) => kind === 'stored');

      describe('takes local files', () => {
        test('within a limit that can be traced', () => {
          for (const { maxBytes } of Object.values(adapter.uploads ?? {})) {
            expect(maxBytes.value).toBeGreaterThan(0);
            expect(maxBytes.source).not.toBe('');
          }
        });

        test.each(stored)('the %s, asking for a place at an own origin', (role, upload) => {
          if (upload.kind !== 'stored') throw new Error('only stored uploads begin');
          const file = {
            role: role === 'motion' ? ('motion' as const) : ('character' as const),
            name: `${role}.bin`,
            contentType: 'image/png',
            bytes: 1_000,
          };
          const request = upload.begin(file);
          expect(isOwn(request.url)).toBe(true);
          expect(['public-link', 'private']).toContain(upload.visibility);
          expect(upload.retention.source).not.toBe('');
        });
      });
    }

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

    describe('estimates', () => {
      const seconds = fc.integer({ min: 1, max: 40 * 90_000 }).map((ticks) => ticks / 90_000);
      const wish = fc.record({
        tier: fc.constantFrom('standard' as const, 'pro' as const),
        orientation: fc.constantFrom('image' as const, 'video' as const),
        durationSeconds: acceptsDuration()
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
          fc.property(wish, lengths, (changes, length) => {
            const { lowMicroUsd, highMicroUsd, basis } = adapter.estimate(
              job(changes),
              makeFacts(length),
            );
            const rate = spec.prices[changes.tier].microUsdPerSecond;
            const cap = spec.maxSeconds[changes.orientation].value;
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
          fc.property(wish, lengths, (changes, { trackSeconds, longestSeconds }) => {
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

    describe('judges inputs', () => {
      const clean = makeFacts();
      const problems = (wanted: Job, facts: MediaFacts) =>
        adapter.validate(wanted, facts).filter(({ path }) => path !== 'price');

      test('and finds nothing wrong with sound ones', () => {
        expect(problems(job({ prompt: 'a bow' }), clean)).toEqual([]);
      });

      test.each(['standard', 'pro'] as const)(
        'and warns of the %s price exactly when nobody vouches for it',
        (tier) => {
          const warnings = adapter
            .validate(job({ prompt: 'a bow', tier }), clean)
            .filter(({ path }) => path === 'price');
          expect(warnings.map(({ severity }) => severity)).toEqual(
            isVouchedFor(tier) ? [] : ['warning'],
          );
        },
      );

      test.each(spec.imageFormats.value)('and takes %s, as the probe calls it', (format) => {
        expect(problems(job({ prompt: '' }), makeFacts({}, { format }))).toEqual([]);
      });

      test.each(breaches(spec))(
        '$name: an error where documented, a warning where borrowed',
        ({ limit, path, facts = clean, changes = {} }) => {
          const issues = adapter
            .validate(job({ prompt: 'a bow', ...changes }), facts)
            .filter((issue) => issue.path === path);
          expect(issues).toHaveLength(1);
          const [issue] = issues;
          expect(issue?.severity).toBe(limit.basis === 'documented' ? 'error' : 'warning');
          if (limit.basis !== 'documented') expect(issue?.message).toContain(limit.source);
        },
      );

      test.each([
        ['image', 10],
        ['video', 30],
      ] as const)('orientation %s takes %i s and a tenth', (orientation, cap) => {
        const errors = (longestSeconds: number) =>
          adapter
            .validate(job({ orientation }), makeFacts({ trackSeconds: cap, longestSeconds }))
            .filter(({ severity }) => severity === 'error');
        expect(spec.maxSeconds[orientation].value).toBe(cap);
        expect(errors(cap + 0.1)).toEqual([]);
        expect(errors(cap + 0.11)).toHaveLength(1);
        expect(errors(cap + 0.11)[0]?.message).toContain('trim');
      });

      test('and names the wider orientation exactly where it would help', () => {
        const message = (orientation: Job['orientation'], trackSeconds: number) =>
          problems(job({ orientation }), makeFacts({ trackSeconds }))[0]?.message ?? '';
        expect(message('image', 12)).toContain('orientation: video');
        expect(message('image', 31)).not.toContain('orientation: video');
        expect(message('video', 31)).not.toContain('orientation: video');
        for (const text of [message('image', 12), message('image', 31), message('video', 31)]) {
          expect(text).toContain('trim');
        }
      });
    });
  });
}

/** When the answer of the lookup fixtures was lost. */
export const LOST_AT_MS = Date.UTC(2026, 10, 21, 12, 0, 0);

function bodyOf(
  response: AdapterFixtures['progress'][number]['response'] | undefined,
): Record<string, Json> {
  const body = response != null && 'body' in response ? response.body : null;
  if (!isObject(body)) throw new Error('a fixture with a JSON object is needed');
  return body;
}

function isObject(value: Json | undefined): value is Record<string, Json> {
  return typeof value === 'object' && value != null && !Array.isArray(value);
}

function isDone({ expect: { state } }: { readonly expect: Record<string, Json> }): boolean {
  return state === 'done';
}

/** The same answer about another job. */
function renameIds(value: Json, id: string): Json {
  return JSON.parse(
    JSON.stringify(value, (key, member) =>
      typeof member === 'string' && /(^|_)id$|Id$/.test(key) ? id : member,
    ),
  );
}

function replaceAt(body: Record<string, Json>, path: readonly string[], value: Json): Json {
  const [key = '', ...rest] = path;
  const inner = body[key];
  if (rest.length === 0) return { ...body, [key]: value };
  return { ...body, [key]: replaceAt(isObject(inner) ? inner : {}, rest, value) };
}

/** The answer with something else wherever it holds an address. */
function withoutAddresses(body: Json, instead: Json): Json {
  return JSON.parse(
    JSON.stringify(body, (_key, member) =>
      typeof member === 'string' && member.includes('http') ? instead : member,
    ),
  );
}

interface Breach {
  readonly name: string;
  readonly limit: Sourced<unknown>;
  readonly path: string;
  readonly facts?: MediaFacts;
  readonly changes?: Partial<Job>;
}

/** One input per limit that breaks it and no other. */
function breaches(spec: ModelSpec): Breach[] {
  const [minAspect, maxAspect] = spec.imageAspect.value;
  const [minSide, maxSide] = spec.videoSides.value;
  const [minRate, maxRate] = spec.videoFramesPerSecond.value;
  const character = { path: 'character' };
  const motion = { path: 'motion' };
  const image = (changes: Parameters<typeof makeFacts>[1]) => makeFacts({}, changes);
  const shortSide = spec.imageMinSide.value;
  return [
    { name: 'a GIF', limit: spec.imageFormats, ...character, facts: image({ format: 'gif' }) },
    {
      name: 'a heavy image',
      limit: spec.imageMaxBytes,
      ...character,
      facts: image({ bytes: spec.imageMaxBytes.value + 1 }),
    },
    {
      name: 'a small image',
      limit: spec.imageMinSide,
      ...character,
      facts: image({ width: shortSide - 1, height: shortSide + 1 }),
    },
    {
      name: 'a narrow image',
      limit: spec.imageAspect,
      ...character,
      facts: image({ width: 1000 * minAspect - 1, height: 1000 }),
    },
    {
      name: 'a wide image',
      limit: spec.imageAspect,
      ...character,
      facts: image({ width: 1000 * maxAspect + 1, height: 1000 }),
    },
    {
      name: 'a heavy clip',
      limit: spec.videoMaxBytes,
      ...motion,
      facts: makeFacts({ bytes: spec.videoMaxBytes.value + 1 }),
    },
    {
      name: 'a small clip',
      limit: spec.videoSides,
      ...motion,
      facts: makeFacts({ width: minSide - 1 }),
    },
    {
      name: 'a large clip',
      limit: spec.videoSides,
      ...motion,
      facts: makeFacts({ height: maxSide + 1 }),
    },
    {
      name: 'a slow clip',
      limit: spec.videoFramesPerSecond,
      ...motion,
      facts: makeFacts({ framesPerSecond: minRate - 1 }),
    },
    {
      name: 'a fast clip',
      limit: spec.videoFramesPerSecond,
      ...motion,
      facts: makeFacts({ framesPerSecond: maxRate + 1 }),
    },
    {
      name: 'a clip above the cap of image',
      limit: spec.maxSeconds.image,
      ...motion,
      facts: makeFacts({ trackSeconds: spec.maxSeconds.image.value + 1 }),
    },
    {
      name: 'a clip above the cap of video',
      limit: spec.maxSeconds.video,
      ...motion,
      facts: makeFacts({ trackSeconds: spec.maxSeconds.video.value + 1 }),
      changes: { orientation: 'video' },
    },
    {
      name: 'a short clip',
      limit: spec.minSeconds,
      ...motion,
      facts: makeFacts({ trackSeconds: spec.minSeconds.value - 0.5 }),
    },
    {
      name: 'a long prompt',
      limit: spec.promptMaxCharacters,
      path: 'prompt',
      changes: { prompt: 'x'.repeat(spec.promptMaxCharacters.value + 1) },
    },
  ];
}

function specOf(adapter: Adapter, model: string): ModelSpec {
  const spec = adapter.models[model];
  if (spec == null) throw new Error(`${adapter.id} has no model`);
  return spec;
}

function limitsOf(spec: ModelSpec): Sourced<unknown>[] {
  const { title: _title, prices: _prices, maxSeconds, ...limits } = spec;
  return [...Object.values(limits), ...Object.values(maxSeconds)];
}

function isHarmless({ severity }: { readonly severity: string }): boolean {
  return severity === 'warning';
}

/** Every scalar of a JSON value by its path. */
function leavesOf(value: unknown, path = '$'): Map<string, unknown> {
  if (typeof value !== 'object' || value == null) return new Map([[path, value]]);
  return new Map(
    Object.entries(value).flatMap(([key, member]) => [...leavesOf(member, `${path}.${key}`)]),
  );
}

/** The value without anything that could be taken for an address. */
function strip(value: unknown): Json {
  return JSON.parse(
    JSON.stringify(value ?? null, (_key, member) => (typeof member === 'string' ? 7 : member)),
  );
}
