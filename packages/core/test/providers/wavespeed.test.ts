import { describe, expect, test } from 'vitest';
import type { Job } from '../../src/providers/adapter.ts';
import { wavespeed } from '../../src/providers/wavespeed.ts';
import { makeFacts, makeJob } from '../support/facts.ts';
import { testAdapter } from './conformance.ts';
import { loadFixtures, toResponse } from './fixtures.ts';

testAdapter({
  adapter: wavespeed,
  fixtures: loadFixtures('wavespeed'),
  wire: { statusPath: ['data', 'status'], words: ['created'] },
});

const MODEL = 'kling-v3.0';
const urls = {
  character: 'https://cdn.example.com/input.jpg',
  motion: 'https://cdn.example.com/ref1.mp4',
};
type Options = ReturnType<typeof wavespeed.options.parse>;

function job(changes: Partial<Job<Options>> = {}, options: unknown = {}) {
  return makeJob(MODEL, wavespeed.options.parse(options), changes);
}

describe('WaveSpeed', () => {
  test('is asked with every parameter of its page, the tier in the path', () => {
    const requested = job(
      { prompt: 'a robot dances', tier: 'pro', keepOriginalSound: false },
      { 'negative-prompt': 'rain' },
    );
    expect(wavespeed.submit(requested, makeFacts(), urls, 'a-correlation-id')).toEqual({
      method: 'POST',
      url: 'https://api.wavespeed.ai/api/v3/kwaivgi/kling-v3.0-pro/motion-control',
      json: {
        prompt: 'a robot dances',
        negative_prompt: 'rain',
        image: 'https://cdn.example.com/input.jpg',
        video: 'https://cdn.example.com/ref1.mp4',
        character_orientation: 'image',
        keep_original_sound: false,
      },
    });
    expect(wavespeed.submit(job(), makeFacts(), urls, 'x').url).toBe(
      'https://api.wavespeed.ai/api/v3/kwaivgi/kling-v3.0-std/motion-control',
    );
    expect(wavespeed.authorize({ WAVESPEED_API_KEY: 'ws-1' }, 0, '')).toEqual({
      authorization: 'Bearer ws-1',
    });
  });

  test('is never asked to answer synchronously', () => {
    expect(wavespeed.options.safeParse({ enable_sync_mode: true }).success).toBe(false);
    const { json, timeoutMs } = wavespeed.submit(job(), makeFacts(), urls, 'x');
    expect(JSON.stringify(json)).not.toContain('sync');
    expect(timeoutMs).toBeUndefined();
  });

  test('makes another transfer of another negative prompt', () => {
    const parameters = (options: unknown) => wavespeed.parameters(job({}, options), makeFacts());
    expect(parameters({ 'negative-prompt': 'rain' })).not.toEqual(parameters({}));
    expect(parameters({ 'status-path': 'prediction' })).toEqual(parameters({}));
  });

  test.each([
    ['result', 'https://api.wavespeed.ai/api/v3/predictions/pred_1/result'],
    ['prediction', 'https://api.wavespeed.ai/api/v3/predictions/pred_1'],
  ])('is polled at its %s', (path, url) => {
    expect(wavespeed.status({ predictionId: 'pred_1' }, job({}, { 'status-path': path }))).toEqual({
      method: 'GET',
      url,
    });
  });

  test.each([
    // Clients saw $0.378 up to 3 s, $0.63 for 5 s, $1.26 for 10 s, and $0.84 for 5 s of pro.
    ['standard', 3, 378_000],
    ['standard', 5, 630_000],
    ['standard', 10, 1_260_000],
    ['pro', 5, 840_000],
  ] as const)('costs, at %s, for %f s what its page says', (tier, trackSeconds, microUsd) => {
    expect(wavespeed.estimate(job({ tier }), makeFacts({ trackSeconds }))).toMatchObject({
      lowMicroUsd: microUsd,
      highMicroUsd: microUsd,
    });
  });

  test.each([
    ['standard', 'std', 3, 210_000],
    ['pro', 'pro', 3, 336_000],
    ['pro', 'pro', 5, 560_000],
  ] as const)('sells Kling 2.6 as another model: %s', (tier, word, trackSeconds, microUsd) => {
    const requested = job({ model: 'kling-v2.6', tier });
    expect(wavespeed.submit(requested, makeFacts(), urls, 'x').url).toBe(
      `https://api.wavespeed.ai/api/v3/kwaivgi/kling-v2.6-${word}/motion-control`,
    );
    expect(wavespeed.estimate(requested, makeFacts({ trackSeconds }))).toMatchObject({
      lowMicroUsd: microUsd,
      highMicroUsd: microUsd,
    });
  });

  test('never costs less than three seconds', () => {
    expect(wavespeed.estimate(job(), makeFacts({ trackSeconds: 1 }))).toMatchObject({
      lowMicroUsd: 378_000,
      highMicroUsd: 378_000,
    });
  });

  describe('stores', () => {
    const upload = wavespeed.uploads?.motion;
    if (upload?.kind !== 'stored') throw new Error('WaveSpeed stores files');
    const file = {
      role: 'motion',
      name: 'motion.mp4',
      contentType: 'video/mp4',
      bytes: 1_000,
    } as const;

    test('a file in one form, and is given the address that its answer names', () => {
      expect(upload.begin(file)).toEqual({
        method: 'POST',
        url: 'https://api.wavespeed.ai/api/v3/media/upload/binary',
        body: { kind: 'form', field: 'file' },
      });
      const url = 'https://static.wavespeed.ai/media/1.mp4';
      const data = { type: 'video', download_url: url, filename: 'motion.mp4', size: 1_000 };
      const answer = toResponse({ status: 200, body: { code: 200, message: 'success', data } });
      expect(upload.opened(answer, file)).toEqual({ url, parts: [] });
    });

    test.each([
      { code: 200, data: null },
      { code: 200, data: { url: 'https://static.wavespeed.ai/media/1.mp4' } },
      { code: 200, data: { download_url: 'data:video/mp4;base64,AAAA' } },
      { code: 500, message: 'no space' },
    ])('nothing where the answer names no address: %j', (body) => {
      expect(() => upload.opened(toResponse({ status: 200, body }), file)).toThrow();
    });

    test('behind an address that counts as open to everybody, because no page says otherwise', () => {
      expect(upload.visibility).toMatchObject({ value: 'public-link', basis: 'assumed' });
    });
  });

  test("only warns of Kling's cap on orientation image, which it does not document itself", () => {
    const issues = wavespeed.validate(
      job({ orientation: 'image' }),
      makeFacts({ trackSeconds: 12 }),
    );
    expect(issues.filter(({ path }) => path === 'motion')).toEqual([
      {
        severity: 'warning',
        path: 'motion',
        message: expect.stringContaining('(borrowed limit: Kling'),
      },
    ]);
    // What can be bought is held for whole.
    expect(
      wavespeed.estimate(job({ orientation: 'image' }), makeFacts({ trackSeconds: 12 })),
    ).toMatchObject({ lowMicroUsd: 12 * 126_000, highMicroUsd: 12 * 126_000 });
  });

  test('takes no duration', () => {
    expect(wavespeed.validate(job({ durationSeconds: 5 }), makeFacts())).toContainEqual(
      expect.objectContaining({ severity: 'error', path: 'duration' }),
    );
  });
});
