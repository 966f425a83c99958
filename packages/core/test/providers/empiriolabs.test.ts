import { describe, expect, test } from 'vitest';
import type { Job } from '../../src/providers/adapter.ts';
import { empiriolabs } from '../../src/providers/empiriolabs/empiriolabs.ts';
import { makeFacts, makeJob } from '../support/facts.ts';
import { testAdapter } from './conformance.ts';
import { loadFixtures, toResponse } from './fixtures.ts';

testAdapter({ adapter: empiriolabs, fixtures: loadFixtures('empiriolabs') });

const MODEL = 'kling-v3-motion-control';
const urls = {
  character: 'https://cdn.example.com/input.jpg',
  motion: 'https://cdn.example.com/ref1.mp4',
};
type RunOptions = Partial<Job<Record<string, never>>>;

function submit(changes: RunOptions = {}, trackSeconds = 4) {
  return empiriolabs.submit(
    makeJob(MODEL, {}, changes),
    makeFacts({ trackSeconds }),
    urls,
    'a-correlation-id',
  );
}

function durationOf(changes: RunOptions, trackSeconds: number): unknown {
  const { json } = submit(changes, trackSeconds);
  return typeof json === 'object' && json != null ? Reflect.get(json, 'duration') : null;
}

describe('EmpirioLabs', () => {
  test('is asked with every parameter of its page', () => {
    expect(submit({ prompt: 'a robot dances', tier: 'pro', keepOriginalSound: false })).toEqual({
      method: 'POST',
      url: 'https://api.empiriolabs.ai/v1/videos/generations',
      json: {
        model: MODEL,
        prompt: 'a robot dances',
        reference_image: 'https://cdn.example.com/input.jpg',
        reference_video: 'https://cdn.example.com/ref1.mp4',
        character_orientation: 'image',
        mode: 'pro',
        duration: 4,
        keep_original_sound: false,
      },
    });
    expect(empiriolabs.authorize({ EMPIRIOLABS_API_KEY: 'sk-empiriolabs-1' }, 0, '')).toEqual({
      authorization: 'Bearer sk-empiriolabs-1',
    });
  });

  test.each([
    [0, 0],
    [0.4, 0.4],
    [1, 1],
    [40, 0.4],
    [100, 1],
  ])('tells its progress, of 1 or of 100: %f is %f', (progress, fraction) => {
    const answer = toResponse({ status: 200, body: { status: 'processing', progress } });
    expect(empiriolabs.progress(answer, { jobId: 'job_1' }, makeJob(MODEL, {}))).toEqual({
      state: 'pending',
      fraction,
    });
  });

  test.each([
    ['standard', 'std'],
    ['pro', 'pro'],
  ] as const)('calls %s %s', (tier, mode) => {
    expect(submit({ tier }).json).toMatchObject({ mode });
  });

  test.each([
    ['image', 0.02, 1],
    ['image', 1, 1],
    ['image', 4, 4],
    ['image', 4.04, 4],
    ['image', 4.06, 5],
    ['image', 9.96, 10],
    ['image', 10.08, 10],
    ['image', 12, 10],
    ['video', 12.5, 13],
    ['video', 29.97, 30],
    ['video', 31, 30],
  ] as const)(
    'sends, for orientation %s and a clip of %f s, duration %i',
    (orientation, clip, sent) => {
      expect(durationOf({ orientation }, clip)).toBe(sent);
    },
  );

  test.each([
    ['image', 7, 7],
    ['image', 1, 1],
    ['image', 12, 10],
    ['video', 12, 12],
  ] as const)('orientation %s, duration %i asked for: sends %i', (orientation, asked, sent) => {
    expect(durationOf({ orientation, durationSeconds: asked }, 4)).toBe(sent);
  });

  test('blocks a duration above the cap of the orientation', () => {
    const errors = (orientation: Job['orientation'], durationSeconds: number) =>
      empiriolabs
        .validate(makeJob(MODEL, {}, { prompt: 'x', orientation, durationSeconds }), makeFacts())
        .filter(({ severity }) => severity === 'error')
        .map(({ path }) => path);
    expect(errors('image', 10)).toEqual([]);
    expect(errors('image', 11)).toEqual(['duration']);
    expect(errors('video', 30)).toEqual([]);
    expect(errors('video', 31)).toEqual(['duration']);
  });

  test.each([null, '', 'a robot dances'])('takes the prompt %j without a warning', (prompt) => {
    // The product page leaves the prompt unmarked.
    expect(empiriolabs.validate(makeJob(MODEL, {}, { prompt }), makeFacts())).toEqual([]);
  });

  test.each([
    // Nobody documents whether the clip or the duration is billed: the range covers both.
    [{ durationSeconds: 10 }, 4, 4 * 140_000, 10 * 140_000],
    [{ durationSeconds: 2 }, 4, 2 * 140_000, 4 * 140_000],
    [{}, 4.5, 4.5 * 140_000, 5 * 140_000],
    [{ tier: 'pro' }, 4, 4 * 180_000, 4 * 180_000],
  ] as const)('estimates %j for a clip of %f s', (changes, trackSeconds, low, high) => {
    const estimate = empiriolabs.estimate(makeJob(MODEL, {}, changes), makeFacts({ trackSeconds }));
    expect(estimate).toMatchObject({ lowMicroUsd: low, highMicroUsd: high });
  });

  test('is polled at its jobs, within fifty requests a minute', () => {
    expect(empiriolabs.status({ jobId: 'job_1' }, makeJob(MODEL, {}))).toEqual({
      method: 'GET',
      url: 'https://api.empiriolabs.ai/v1/jobs/job_1',
    });
    expect(empiriolabs.pacing.requestsPerMinute).toMatchObject({ value: 50, basis: 'documented' });
  });
});
