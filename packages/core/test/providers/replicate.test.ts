import { describe, expect, test } from 'vitest';
import { replicate } from '../../src/providers/replicate/replicate.ts';
import { makeFacts, makeJob } from '../support/facts.ts';
import { testAdapter } from './conformance.ts';
import { loadFixtures, toResponse } from './fixtures.ts';

testAdapter({
  adapter: replicate,
  fixtures: loadFixtures('replicate'),
  wire: { words: ['aborted'] },
});

const MODEL = 'kwaivgi/kling-v3-motion-control';
const urls = {
  character: 'https://cdn.example.com/input.jpg',
  motion: 'https://cdn.example.com/ref1.mp4',
};

describe('Replicate', () => {
  test('is asked for a prediction of the official model, and never asked to wait', () => {
    const job = makeJob(MODEL, {}, { prompt: 'a bow', tier: 'pro', orientation: 'video' });
    expect(replicate.submit(job, makeFacts(), urls, 'a-correlation-id')).toEqual({
      method: 'POST',
      url: 'https://api.replicate.com/v1/models/kwaivgi/kling-v3-motion-control/predictions',
      json: {
        input: {
          prompt: 'a bow',
          mode: 'pro',
          character_orientation: 'video',
          keep_original_sound: true,
          image: 'https://cdn.example.com/input.jpg',
          video: 'https://cdn.example.com/ref1.mp4',
        },
      },
    });
    expect(replicate.authorize({ REPLICATE_API_TOKEN: 'r8_1' }, 0, '')).toEqual({
      authorization: 'Bearer r8_1',
    });
  });

  test.each([
    ['standard', 'std'],
    ['pro', 'pro'],
  ] as const)('calls %s %s', (tier, mode) => {
    const { json } = replicate.submit(makeJob(MODEL, {}, { tier }), makeFacts(), urls, '');
    expect(json).toMatchObject({ input: { mode } });
  });

  test.each([
    ['standard', 4, 280_000, 504_000],
    ['pro', 4, 480_000, 672_000],
  ] as const)(
    'a borrowed price is estimated, the list price held: %s, %i s',
    (tier, trackSeconds, low, high) => {
      const estimate = replicate.estimate(
        makeJob(MODEL, {}, { tier }),
        makeFacts({ trackSeconds }),
      );
      expect(estimate).toMatchObject({ lowMicroUsd: low, highMicroUsd: high });
    },
  );

  test('sells Kling 2.6 as another model, of which it reads no WebP', () => {
    const job = makeJob('kwaivgi/kling-v2.6-motion-control', {});
    expect(replicate.submit(job, makeFacts(), urls, '').url).toBe(
      'https://api.replicate.com/v1/models/kwaivgi/kling-v2.6-motion-control/predictions',
    );
    expect(replicate.estimate(job, makeFacts())).toMatchObject({
      lowMicroUsd: 280_000,
      highMicroUsd: 360_000,
    });
    expect(replicate.validate(job, makeFacts({}, { format: 'webp' }))).toContainEqual(
      expect.objectContaining({ severity: 'error', path: 'character' }),
    );
  });

  test('looks for a lost job among those of its own model', () => {
    const of = (model: string) => ({ correlationId: 'x', job: makeJob(model, {}), urls, sentAtMs });
    const sentAtMs = Date.UTC(2026, 10, 30);
    const input = { mode: 'std', character_orientation: 'image', keep_original_sound: true };
    const listed = {
      id: 'p1',
      model: 'kwaivgi/kling-v2.6-motion-control',
      created_at: new Date(sentAtMs).toISOString(),
      input: { ...input, image: urls.character, video: urls.motion },
    };
    const answer = toResponse({ status: 200, body: { results: [listed] } });
    const found = (model: string) => replicate.lookup?.found(answer, of(model)).matches;
    expect(found('kwaivgi/kling-v2.6-motion-control')).toEqual([{ predictionId: 'p1' }]);
    expect(found(MODEL)).toEqual([]);
  });

  test('cannot prove by absence that nothing was bought', () => {
    expect(replicate.lookup?.absenceProvesAfterMs).toBeNull();
    expect(replicate.lookup?.missingStatuses).toEqual([]);
  });

  test('stores a file in one form, at an address for the account alone', () => {
    const upload = replicate.uploads?.motion;
    if (upload?.kind !== 'stored') throw new Error('Replicate stores files');
    const file = {
      role: 'motion',
      name: 'motion.mp4',
      contentType: 'video/mp4',
      bytes: 9,
    } as const;
    expect(upload.visibility.value).toBe('private');
    expect(upload.begin(file)).toEqual({
      method: 'POST',
      url: 'https://api.replicate.com/v1/files',
      body: { kind: 'form', field: 'content' },
    });
    const get = 'https://api.replicate.com/v1/files/abc';
    const answer = toResponse({ status: 201, body: { id: 'abc', urls: { get } } });
    expect(upload.opened(answer, file)).toEqual({ url: get, parts: [] });
    for (const broken of ['', 'javascript:alert(1)', 'file:///etc/passwd']) {
      const bad = toResponse({ status: 201, body: { id: 'abc', urls: { get: broken } } });
      expect(() => upload.opened(bad, file)).toThrow();
    }
  });
});
