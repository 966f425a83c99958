import { describe, expect, test } from 'vitest';
import { prospolabs } from '../../src/providers/prospolabs.ts';
import { makeFacts, makeJob } from '../support/facts.ts';
import { testAdapter } from './conformance.ts';
import { loadFixtures } from './fixtures.ts';

testAdapter({ adapter: prospolabs, fixtures: loadFixtures('prospolabs') });

const MODEL = 'kling-3-motion-control';
const urls = {
  character: 'https://cdn.example.com/input.jpg',
  motion: 'https://cdn.example.com/ref1.mp4',
};
const hummingbird = {
  prompt: 'A hummingbird hovering near a sunlit flower, slow motion',
  tier: 'pro',
} as const;

function submit(options: unknown = {}, changes: Parameters<typeof makeJob>[2] = {}) {
  const parsed = prospolabs.options.parse(options);
  const job = { ...makeJob(MODEL, parsed), ...changes, options: parsed };
  return prospolabs.submit(job, makeFacts(), urls, 'a-correlation-id');
}

const documented = {
  prompt: 'A hummingbird hovering near a sunlit flower, slow motion',
  quality: 'pro',
  video_urls: ['https://cdn.example.com/ref1.mp4'],
  image_url: 'https://cdn.example.com/input.jpg',
  character_orientation: 'image',
  keep_original_sound: true,
};

describe('Prospolabs', () => {
  test('is asked exactly as the model page shows', () => {
    expect(submit({}, hummingbird)).toEqual({
      method: 'POST',
      url: 'https://api.prospolabs.com/v1/generate',
      json: { model: MODEL, ...documented },
      timeoutMs: 900_000,
    });
    expect(prospolabs.authorize({ PROSPOLABS_API_KEY: 'prsp-1' }, 0, '')).toEqual({
      authorization: 'Bearer prsp-1',
    });
  });

  test('is asked with the fields in params when body-shape is nested', () => {
    expect(submit({ 'body-shape': 'nested' }, hummingbird).json).toEqual({
      model: MODEL,
      params: documented,
    });
  });

  test('answers at once when async is set, so no long answer is waited for', () => {
    const request = submit({ async: true }, hummingbird);
    expect(request.json).toEqual({ model: MODEL, ...documented, async: true });
    expect(request.timeoutMs).toBeUndefined();
  });

  test('does not make another purchase of another way to ask', () => {
    const parameters = (options: unknown) =>
      prospolabs.parameters(makeJob(MODEL, prospolabs.options.parse(options)), makeFacts());
    const other = { async: true, 'body-shape': 'nested', 'status-path': '/v2/x/{id}' };
    expect(parameters(other)).toEqual(parameters({}));
  });

  test.each([
    [{}, 'https://api.prospolabs.com/v1/generations/gen_1'],
    [{ 'status-path': '/v1/generate/{id}' }, 'https://api.prospolabs.com/v1/generate/gen_1'],
    [{ 'status-path': '/v2/{id}/status.json' }, 'https://api.prospolabs.com/v2/gen_1/status.json'],
  ])('is polled where status-path says: %j', (options, url) => {
    const job = makeJob(MODEL, prospolabs.options.parse(options));
    expect(prospolabs.status({ generationId: 'gen_1' }, job)).toEqual({ method: 'GET', url });
  });

  test.each([
    '/v1/../admin/{id}',
    '/{id}/..',
    '//evil.example/{id}',
    '/v1//{id}',
    '/v1/generations',
    'v1/{id}',
    'https://evil.example/{id}',
    '/v1/{id}?key=1',
    '/v1/{id}#x',
    '/v1/{id}@evil.example',
    '/v1/{id}/{id}',
    '/v1/{ID}',
    '/v1\\{id}',
    '/v1/{id}\n',
    '',
  ])('refuses the status-path %j', (path) => {
    expect(prospolabs.options.safeParse({ 'status-path': path }).success).toBe(false);
  });

  test.each([{}, { generationId: null }, { generationId: 7 }])(
    'cannot be asked after a generation without an id: %j',
    (operation) => {
      const job = makeJob(MODEL, prospolabs.options.parse({}));
      expect(prospolabs.status(operation, job)).toBeNull();
    },
  );

  test('refuses a duration, which it has no parameter for', () => {
    const job = makeJob(MODEL, prospolabs.options.parse({}), { durationSeconds: 5 });
    expect(prospolabs.validate(job, makeFacts())).toEqual([
      {
        severity: 'error',
        path: 'duration',
        message: expect.stringContaining('no duration parameter'),
      },
    ]);
  });

  test('is silent about a missing prompt', () => {
    expect(prospolabs.validate(makeJob(MODEL, prospolabs.options.parse({})), makeFacts())).toEqual(
      [],
    );
  });

  test.each([
    ['standard', 4, 304_000],
    ['pro', 6, 600_000],
    ['pro', 9.5, 950_000],
  ] as const)('%s, %f s costs at least what the page says', (tier, trackSeconds, lowMicroUsd) => {
    const job = makeJob(MODEL, prospolabs.options.parse({}), { tier });
    const estimate = prospolabs.estimate(job, makeFacts({ trackSeconds }));
    expect(estimate.lowMicroUsd).toBe(lowMicroUsd);
    expect(estimate.highMicroUsd).toBe(
      Math.ceil(trackSeconds) * (tier === 'pro' ? 100_000 : 76_000),
    );
  });
});
