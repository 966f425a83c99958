import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Job } from '../../src/providers/adapter.ts';
import { kling } from '../../src/providers/kling/kling.ts';
import { signToken } from '../../src/providers/shared/sign-token.ts';
import { makeFacts, makeJob } from '../support/facts.ts';
import { testAdapter } from './conformance.ts';
import { loadFixtures, toResponse } from './fixtures.ts';

testAdapter({
  adapter: kling,
  fixtures: loadFixtures('kling'),
  wire: { statusPath: ['data', 'task_status'] },
});

const urls = {
  character: 'https://cdn.example.com/input.jpg',
  motion: 'https://cdn.example.com/ref1.mp4',
};
type Options = ReturnType<typeof kling.options.parse>;

function job(changes: Partial<Job<Options>> = {}, options: unknown = {}) {
  const parsed = kling.options.parse(options);
  return makeJob(parsed.model, parsed, changes);
}

describe('Kling', () => {
  test('is asked with every parameter of its reference, the model always named', () => {
    const requested = job(
      { prompt: 'a robot dances', tier: 'pro', orientation: 'video', keepOriginalSound: false },
      { watermark: true, 'element-id': '829836802793406551' },
    );
    expect(kling.submit(requested, makeFacts(), urls, 'a-correlation-id')).toEqual({
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
    const requested = job({}, { model: 'kling-v2-6' });
    expect(kling.submit(requested, makeFacts(), urls, 'x').json).toMatchObject({
      model_name: 'kling-v2-6',
    });
    expect(kling.estimate(requested, makeFacts({ trackSeconds: 10 }))).toMatchObject({
      lowMicroUsd: 700_000,
      highMicroUsd: 700_000,
    });
  });

  test('gets the image as bare base64 when it is a local file', () => {
    const upload = kling.uploads?.character;
    const file = { role: 'character', name: 'a.png', contentType: 'image/png', bytes: 3 } as const;
    expect(upload).toMatchObject({ kind: 'inline', maxBytes: { value: 10_485_760 } });
    if (upload?.kind !== 'inline') throw new Error('the image goes inline');
    expect(upload.encode('iVBORw0K', file)).toBe('iVBORw0K');
    expect(kling.uploads?.motion).toBeUndefined();
  });

  describe('mints a token for each call', () => {
    const secrets = { KLING_ACCESS_KEY: 'access-1', KLING_SECRET_KEY: 'secret-1' };
    const tokenAt = (nowMs: number) =>
      kling.authorize(secrets, nowMs).authorization?.replace(/^Bearer /, '') ?? '';
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
    expect(kling.progress(response, { taskId: 't' }, job({ price }))).toMatchObject({
      delivery: { url: 'https://v.example.com/a.mp4', reported: { microUsd: 352_800 } },
    });
    const delivered = (options: unknown) =>
      kling.progress(response, { taskId: 't' }, job({}, options));
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

  test('is asked for a lost task by our own id', () => {
    const intent = { correlationId: 'mt/1?x', job: job(), urls, sentAtMs: 0 };
    expect(kling.lookup?.request(intent)).toEqual({
      method: 'GET',
      url: 'https://api-singapore.klingai.com/v1/videos/motion-control/mt%2F1%3Fx',
    });
    expect(kling.lookup?.absenceProvesAfterMs).toBeNull();
  });
});
