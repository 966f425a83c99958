import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Job } from '../../src/providers/adapter.ts';
import { kling } from '../../src/providers/kling/kling.ts';
import { signToken } from '../../src/providers/shared/sign-token.ts';
import { makeFacts, makeJob } from '../support/facts.ts';
import { testAdapter } from './conformance.ts';
import { loadFixtures, toResponse } from './fixtures.ts';

const legacy = withKeys('KLINGAI_ACCESS_KEY', 'KLINGAI_SECRET_KEY');
const current = withKeys('KLINGAI_API_KEY');

function withKeys(...names: readonly string[]) {
  const adapter = kling.withKeys?.(new Set(names));
  if (adapter == null) throw new Error('the keys decide which API is asked');
  return adapter;
}

describe('with an access key and its secret key', () => {
  testAdapter({
    adapter: legacy,
    fixtures: loadFixtures('kling'),
    wire: { statusPath: ['data', 'task_status'] },
  });
});

describe('with an API key', () => {
  const fixtures = loadFixtures('kling-current');
  testAdapter({
    adapter: current,
    // The codes are the same at both.
    fixtures: { ...fixtures, failures: [...fixtures.failures, ...loadFixtures('kling').failures] },
    wire: {
      statusPath: ['data', '0', 'status'],
      // In the path.
      sentModel: null,
      constants: ['prompt', 'image', 'video'],
      translations: { std: '720p', pro: '1080p', yes: 'original', no: 'off' },
    },
  });
});

const urls = {
  character: 'https://cdn.example.com/input.jpg',
  motion: 'https://cdn.example.com/ref1.mp4',
};
const LEGACY_URL = 'https://api-singapore.klingai.com/v1/videos/motion-control';
const CURRENT_URL = 'https://api-singapore.klingai.com/motion-control/kling-3.0';
type Options = ReturnType<typeof kling.options.parse>;

function job(changes: Partial<Job<Options>> = {}, options: unknown = {}) {
  return makeJob('kling-v3', kling.options.parse(options), changes);
}

describe('Kling', () => {
  test('is asked at its legacy API with every parameter of its reference, the model always named', () => {
    const requested = job(
      { prompt: 'a robot dances', tier: 'pro', orientation: 'video', keepOriginalSound: false },
      { watermark: true, 'element-id': '829836802793406551' },
    );
    expect(legacy.submit(requested, makeFacts(), urls, 'a-correlation-id')).toEqual({
      method: 'POST',
      url: 'https://api-singapore.klingai.com/v1/videos/motion-control',
      json: {
        model_name: 'kling-v3',
        prompt: 'a robot dances',
        image_url: 'https://cdn.example.com/input.jpg',
        video_url: 'https://cdn.example.com/ref1.mp4',
        mode: 'pro',
        character_orientation: 'video',
        keep_original_sound: 'no',
        watermark_info: { enabled: true },
        element_list: [{ element_id: '829836802793406551' }],
        external_task_id: 'a-correlation-id',
      },
    });
  });

  test('sells Kling 2.6 as another model, at its own price', () => {
    const requested = job({ model: 'kling-v2-6' });
    expect(legacy.submit(requested, makeFacts(), urls, 'x').json).toMatchObject({
      model_name: 'kling-v2-6',
    });
    expect(current.submit(requested, makeFacts(), urls, 'x').url).toBe(
      'https://api-singapore.klingai.com/motion-control/kling-2.6',
    );
    expect(kling.estimate(requested, makeFacts({ trackSeconds: 10 }))).toMatchObject({
      lowMicroUsd: 700_000,
      highMicroUsd: 700_000,
    });
  });

  test('gets the image as bare base64 when it is a local file', () => {
    const upload = legacy.uploads?.character;
    const file = { role: 'character', name: 'a.png', contentType: 'image/png', bytes: 3 } as const;
    expect(upload).toMatchObject({ kind: 'inline', maxBytes: { value: 10_485_760 } });
    if (upload?.kind !== 'inline') throw new Error('the image goes inline');
    expect(upload.encode('iVBORw0K', file)).toBe('iVBORw0K');
    expect(kling.uploads?.motion).toBeUndefined();
  });

  describe('mints a token of the access key for each call', () => {
    const secrets = { KLINGAI_ACCESS_KEY: 'access-1', KLINGAI_SECRET_KEY: 'secret-1' };
    const tokenAt = (nowMs: number) =>
      kling.authorize(secrets, nowMs, LEGACY_URL).authorization?.replace(/^Bearer /, '') ?? '';
    const read = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString());

    test('that is valid for half an hour, and from five seconds ago', () => {
      const [header, claims] = tokenAt(1_700_000_000_999).split('.');
      expect(read(header)).toEqual({ alg: 'HS256', typ: 'JWT' });
      expect(read(claims)).toEqual({
        iss: 'access-1',
        exp: 1_700_001_780,
        nbf: 1_699_999_975,
      });
    });

    test('signed with the secret key, which it does not hold', () => {
      const token = tokenAt(1_700_000_000_000);
      const [header, claims, signature] = token.split('.');
      const expected = createHmac('sha256', 'secret-1').update(`${header}.${claims}`);
      expect(signature).toBe(expected.digest('base64url'));
      expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
      expect(JSON.stringify([read(header), read(claims)])).not.toContain('secret-1');
    });

    test('which is another one a minute later, and the same within it', () => {
      expect(tokenAt(60_000)).toBe(tokenAt(119_999));
      expect(tokenAt(60_000)).not.toBe(tokenAt(120_000));
    });

    test('as RFC 7515 A.1 signs', () => {
      // The example's own header has line breaks, so only key and algorithm are its own.
      const key = Buffer.from(
        'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
        'base64url',
      );
      const signed =
        'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ';
      expect(createHmac('sha256', key).update(signed).digest('base64url')).toBe(
        'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      );
      expect(
        signToken({ sub: '1234567890', name: 'John Doe', iat: 1516239022 }, 'your-256-bit-secret'),
      ).toBe(
        'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c',
      );
    });
  });

  test.each([
    [{}, 'standard', 5, 630_000, 630_000],
    [{}, 'pro', 5, 840_000, 840_000],
    // Whole seconds may be billed.
    [{}, 'standard', 4.2, 529_200, 630_000],
  ] as const)('with %j costs, at %s, for %f s', (options, tier, trackSeconds, low, high) => {
    expect(kling.estimate(job({ tier }, options), makeFacts({ trackSeconds }))).toMatchObject({
      lowMicroUsd: low,
      highMicroUsd: high,
    });
  });

  test('charges the units it reports at the price of the pack', () => {
    const response = toResponse({
      status: 200,
      body: {
        code: 0,
        data: {
          task_id: 't',
          task_status: 'succeed',
          task_result: {
            videos: [
              { url: 'https://v.example.com/a.mp4', watermark_url: 'https://v.example.com/w.mp4' },
            ],
          },
          final_unit_deduction: '3.6',
        },
      },
    });
    const price = {
      origin: 'contract',
      microUsdPerSecond: 88_200,
      heldMicroUsdPerSecond: 88_200,
    } as const;
    expect(legacy.progress(response, { taskId: 't' }, job({ price }))).toMatchObject({
      delivery: { url: 'https://v.example.com/a.mp4', reported: { microUsd: 352_800 } },
    });
    const delivered = (options: unknown) =>
      legacy.progress(response, { taskId: 't' }, job({}, options));
    expect(delivered({ watermark: true })).toMatchObject({
      delivery: { url: 'https://v.example.com/w.mp4', reported: { microUsd: 504_000 } },
    });
  });

  test.each([{ 'unit-price': 0.01 }, { 'element-id': 829836 }])(
    'refuses %j, which would hide money or lose digits',
    (options) => {
      expect(kling.options.safeParse(options).success).toBe(false);
    },
  );

  test('takes an element with the orientation of the video only, and no duration', () => {
    const errors = (changes: Partial<Job<Options>>, options: unknown = {}) =>
      kling
        .validate(job(changes, options), makeFacts())
        .filter(({ severity }) => severity === 'error')
        .map(({ path }) => path);
    const element = { 'element-id': '8298' };
    expect(errors({ orientation: 'image' }, element)).toEqual(['provider-options']);
    expect(errors({ orientation: 'video' }, element)).toEqual([]);
    expect(errors({ durationSeconds: 5 })).toEqual(['duration']);
  });

  test('is asked for a lost task by our own id, at the API that it was sent to', () => {
    const requestFor = (options: unknown, asked = kling) => {
      const intent = { correlationId: 'mt/1?x', job: job({}, options), urls, sentAtMs: 0 };
      return asked.lookup?.request(intent);
    };
    const legacyRequest = {
      method: 'GET',
      url: 'https://api-singapore.klingai.com/v1/videos/motion-control/mt%2F1%3Fx',
    };
    const currentRequest = {
      method: 'GET',
      url: 'https://api-singapore.klingai.com/tasks?external_task_ids=mt%2F1%3Fx',
    };
    for (const keys of [legacy, current]) {
      expect(requestFor({ api: 'legacy' }, keys)).toEqual(legacyRequest);
      expect(requestFor({ api: 'current' }, keys)).toEqual(currentRequest);
      // As earlier versions wrote it down, which knew no other API.
      expect(requestFor({}, keys)).toEqual(legacyRequest);
    }
    expect(kling.lookup?.absenceProvesAfterMs).toBeNull();
  });

  test('is asked for a task at the API that made it, whichever keys are set by then', () => {
    for (const keys of [legacy, current]) {
      expect(keys.status({ taskId: '7' }, job())?.url).toBe(`${LEGACY_URL}/7`);
      expect(keys.status({ taskId: '7', api: 'current' }, job())?.url).toBe(
        'https://api-singapore.klingai.com/tasks?task_ids=7',
      );
    }
  });
});

describe('the current API of Kling', () => {
  const requested = job(
    { prompt: 'a robot dances', tier: 'pro', orientation: 'video', keepOriginalSound: false },
    { watermark: true, 'element-id': '829836802793406551' },
  );

  test('is asked with every parameter of its page, the model in the path', () => {
    expect(current.submit(requested, makeFacts(), urls, 'a-correlation-id')).toEqual({
      method: 'POST',
      url: CURRENT_URL,
      json: {
        contents: [
          { type: 'prompt', text: 'a robot dances' },
          { type: 'image', url: 'https://cdn.example.com/input.jpg' },
          { type: 'video', url: 'https://cdn.example.com/ref1.mp4' },
          { type: 'element', element_id: '829836802793406551', id: 'element_1' },
        ],
        settings: { character_orientation: 'video', audio: 'off', resolution: '1080p' },
        options: { external_task_id: 'a-correlation-id', watermark_info: { enabled: true } },
      },
    });
  });

  test('makes the same video: its purchases have the fingerprints of the legacy API', () => {
    for (const each of [requested, job(), job({}, { api: 'current' }), job({}, { api: 'legacy' })])
      expect(current.parameters(each, makeFacts())).toEqual(legacy.parameters(each, makeFacts()));
    expect(Object.keys(current.models)).toEqual(Object.keys(legacy.models));
    expect(current.revision).toBe(legacy.revision);
    expect(job({}, { api: 'current' }).options).not.toEqual(job().options);
    expect(current.parameters(job({}, { api: 'current' }), makeFacts())).toEqual(
      current.parameters(job(), makeFacts()),
    );
  });

  test.each([
    [['KLINGAI_API_KEY'], 'current'],
    [['KLINGAI_ACCESS_KEY', 'KLINGAI_SECRET_KEY'], 'legacy'],
    [['KLINGAI_ACCESS_KEY'], 'legacy'],
    [['KLINGAI_API_KEY', 'KLINGAI_ACCESS_KEY', 'KLINGAI_SECRET_KEY'], 'current'],
    [[], 'current'],
  ] as const)('is chosen by the keys: with %j it is the %s one', (names, api) => {
    const adapter = withKeys(...names);
    const urlOf = (options: unknown) =>
      adapter.submit(job({}, options), makeFacts(), urls, 'x').url;
    expect(urlOf({})).toBe(api === 'current' ? CURRENT_URL : LEGACY_URL);
    expect(urlOf({ api: 'current' })).toBe(CURRENT_URL);
    expect(urlOf({ api: 'legacy' })).toBe(LEGACY_URL);
    expect(adapter.optionsAsSent?.(job().options)).toEqual({ api });
    expect(adapter.optionsAsSent?.(job({}, { api: 'legacy' }).options)).toMatchObject({
      api: 'legacy',
    });
  });

  test('gets the API key as it is; the legacy one gets the pair where there is one', () => {
    const pair = { KLINGAI_ACCESS_KEY: 'access-1', KLINGAI_SECRET_KEY: 'secret-1' };
    const key = { KLINGAI_API_KEY: 'key-1' };
    const sent = (secrets: Record<string, string>, url: string) =>
      kling.authorize(secrets, 5_000, url).authorization;
    const token = sent(pair, LEGACY_URL);
    expect(token).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
    expect(sent(key, CURRENT_URL)).toBe('Bearer key-1');
    expect(sent(key, LEGACY_URL)).toBe('Bearer key-1');
    expect(sent({ ...pair, ...key }, CURRENT_URL)).toBe('Bearer key-1');
    expect(sent({ ...pair, ...key }, `${LEGACY_URL}/7`)).toBe(token);
    expect(sent(pair, CURRENT_URL)).toBe(token);
    expect(sent({ ...key, KLINGAI_ACCESS_KEY: 'access-1' }, LEGACY_URL)).toBe('Bearer key-1');
  });

  test('takes an image of 50 MB, of which the legacy one takes 10', () => {
    const errors = (adapter: typeof kling, megabytes: number, options: unknown = {}) =>
      adapter
        .validate(job({}, options), makeFacts({}, { bytes: megabytes * 1_048_576 }))
        .filter(({ severity }) => severity === 'error')
        .map(({ path }) => path);
    expect(errors(current, 50)).toEqual([]);
    expect(errors(current, 51)).toEqual(['character']);
    expect(errors(current, 11, { api: 'legacy' })).toEqual(['character']);
    expect(errors(legacy, 11)).toEqual(['character']);
    expect(errors(legacy, 50, { api: 'current' })).toEqual([]);
    expect(current.uploads?.character?.maxBytes.value).toBe(52_428_800);
    expect(legacy.uploads?.character?.maxBytes.value).toBe(10_485_760);
  });

  test('gets a local image as bare base64, or as a data URI where the options say so', () => {
    const inline = { ...urls, character: 'iVBORw0K' };
    const imageIn = (options: unknown, assets = inline, format = 'png') =>
      JSON.stringify(current.submit(job({}, options), makeFacts({}, { format }), assets, 'x').json);
    expect(imageIn({})).toContain('{"type":"image","url":"iVBORw0K"}');
    const asDataUri = { 'inline-image': 'data-uri' };
    expect(imageIn(asDataUri)).toContain('"url":"data:image/png;base64,iVBORw0K"');
    expect(imageIn(asDataUri, inline, 'jpg')).toContain('"url":"data:image/jpeg;base64,iVBORw0K"');
    expect(imageIn(asDataUri, urls)).toContain('"url":"https://cdn.example.com/input.jpg"');
  });

  test('is given minutes for a large image inside the request, and for nothing else', () => {
    const timeoutOf = (character: string, bytes: number) =>
      current.submit(job(), makeFacts({}, { bytes }), { ...urls, character }, 'x').timeoutMs;
    expect(timeoutOf('iVBORw0K', 50 * 1_048_576)).toBe(300_000);
    expect(timeoutOf('iVBORw0K', 10 * 1_048_576)).toBeUndefined();
    expect(timeoutOf(urls.character, 50 * 1_048_576)).toBeUndefined();
    // Before it is staged: it may go inside then, and the deadline must leave time for that.
    expect(timeoutOf('', 50 * 1_048_576)).toBe(300_000);
  });

  test('takes the watermarked video where it is asked for', () => {
    const [succeeded] = loadFixtures('kling-current').progress;
    if (succeeded == null) throw new Error('a fixture is needed');
    const { response, operation } = succeeded;
    expect(
      current.progress(toResponse(response), operation, job({}, { watermark: true })),
    ).toMatchObject({ delivery: { url: 'https://v1-kling.klingai.com/kcdn/marked.mp4' } });
  });

  test('takes no element with Kling 2.6', () => {
    const errors = (options: object, changes: Partial<Job<Options>> = {}) =>
      current
        .validate(
          job({ orientation: 'video', ...changes }, { 'element-id': '8298', ...options }),
          makeFacts(),
        )
        .filter(({ severity }) => severity === 'error');
    expect(errors({})).toEqual([]);
    expect(errors({}, { model: 'kling-v2-6' })).toHaveLength(1);
    expect(errors({ api: 'legacy' }, { model: 'kling-v2-6' })).toEqual([]);
  });

  test('that is forced on a pair of keys is warned of, and a refusal of the pair is explained', () => {
    const warnings = (adapter: typeof kling) =>
      adapter
        .validate(job({}, { api: 'current' }), makeFacts())
        .filter(({ path }) => path === 'provider-options')
        .map(({ severity, message }) => `${severity}: ${message}`);
    expect(warnings(legacy)).toEqual([
      expect.stringMatching(/^warning: .*refuses an access key.*KLINGAI_API_KEY/),
    ]);
    expect(warnings(current)).toEqual([]);
    const refused = toResponse({
      status: 401,
      body: { code: 1002, message: 'The current API does not support AK/SK' },
    });
    for (const read of [legacy.refused, legacy.trouble]) {
      expect(read(refused)).toMatchObject({
        kind: 'auth',
        message:
          '1002: The current API does not support AK/SK; check KLINGAI_ACCESS_KEY and KLINGAI_SECRET_KEY; the current API takes neither: there, set KLINGAI_API_KEY, or leave the option api out',
      });
    }
    const currentAdvice = current.refused(refused, job()).message;
    expect(currentAdvice).toMatch(
      /; check KLINGAI_API_KEY: one API key, sent as it is; an access key with its secret key/,
    );
    expect(current.refused(refused, job({}, { api: 'legacy' })).message).toContain(
      'the legacy API',
    );
    const inline = (adapter: typeof current, api: object) =>
      adapter
        .validate(job({}, { 'inline-image': 'base64', ...api }), makeFacts())
        .filter(({ message }) => message.startsWith('inline-image'));
    expect(inline(current, { api: 'legacy' })).toMatchObject([{ severity: 'warning' }]);
    expect(inline(legacy, {})).toMatchObject([{ severity: 'warning' }]);
    expect(inline(current, {})).toEqual([]);
  });
});
