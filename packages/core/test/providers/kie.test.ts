import { describe, expect, test } from 'vitest';
import type { Job } from '../../src/providers/adapter.ts';
import { kie } from '../../src/providers/kie.ts';
import { makeFacts, makeJob } from '../support/facts.ts';
import { testAdapter } from './conformance.ts';
import { loadFixtures } from './fixtures.ts';

testAdapter({
  adapter: kie,
  fixtures: loadFixtures('kie'),
  wire: {
    statusPath: ['data', 'state'],
    words: ['waiting', 'queuing', 'generating', 'fail'],
    sound: 'none',
  },
});

const V3 = 'kling-3.0/motion-control';
const V2_6 = 'kling-2.6/motion-control';
const urls = {
  character: 'https://cdn.example.com/input.jpg',
  motion: 'https://cdn.example.com/ref1.mp4',
};
type Options = ReturnType<typeof kie.options.parse>;

function job(changes: Partial<Job<Options>> = {}, options: unknown = {}) {
  return makeJob(V3, kie.options.parse(options), changes);
}

describe('kie.ai', () => {
  test('is asked with every parameter of its page', () => {
    const requested = job(
      { prompt: 'a robot dances', tier: 'pro', orientation: 'video' },
      { 'background-source': 'input-image' },
    );
    expect(kie.submit(requested, makeFacts(), urls, 'a-correlation-id')).toEqual({
      method: 'POST',
      url: 'https://api.kie.ai/api/v1/jobs/createTask',
      json: {
        model: V3,
        input: {
          prompt: 'a robot dances',
          input_urls: ['https://cdn.example.com/input.jpg'],
          video_urls: ['https://cdn.example.com/ref1.mp4'],
          mode: '1080p',
          character_orientation: 'video',
          background_source: 'input_image',
        },
      },
    });
    expect(kie.authorize({ KIE_API_KEY: 'k-1' }, 0, '')).toEqual({ authorization: 'Bearer k-1' });
  });

  test('is polled by a query, whatever the id holds', () => {
    expect(kie.status({ taskId: 'a&b=c' }, job())).toEqual({
      method: 'GET',
      url: 'https://api.kie.ai/api/v1/jobs/recordInfo?taskId=a%26b%3Dc',
    });
  });

  test('sells Kling 2.6 as another model', () => {
    const requested = job({ model: V2_6 });
    expect(kie.submit(requested, makeFacts(), urls, 'x').json).toMatchObject({ model: V2_6 });
    expect(kie.estimate(requested, makeFacts()).highMicroUsd).toBeLessThan(
      kie.estimate(job(), makeFacts()).highMicroUsd,
    );
    const withBackground = job({ model: V2_6 }, { 'background-source': 'input-video' });
    expect(kie.validate(withBackground, makeFacts())).toContainEqual(
      expect.objectContaining({ severity: 'error', path: 'provider-options' }),
    );
  });

  test.each([
    // 120 credits ($0.60) were measured for a clip of 4 s; the list says 20 or 27 a second.
    ['standard', 4, 400_000, 600_000],
    ['standard', 3, 300_000, 600_000],
    ['standard', 10, 1_000_000, 1_500_000],
    ['pro', 4, 540_000, 810_000],
  ] as const)(
    'holds, at %s, for %f s, what was measured rather than what is listed',
    (tier, trackSeconds, low, high) => {
      expect(kie.estimate(job({ tier }), makeFacts({ trackSeconds }))).toMatchObject({
        lowMicroUsd: low,
        highMicroUsd: high,
      });
    },
  );

  test('warns that the sound cannot be chosen, and takes no duration', () => {
    const issues = (changes: Partial<Job<Options>>) =>
      kie
        .validate(job(changes), makeFacts())
        .filter(({ path }) => path !== 'price')
        .map(({ severity, path }) => `${severity} ${path}`);
    expect(issues({ keepOriginalSound: false })).toEqual(['warning keep-original-sound']);
    expect(issues({ durationSeconds: 5 })).toEqual(['error duration']);
  });
});
