import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Performer, remuxPerformer } from '../src/index.ts';
import { probeVideoSeconds } from '../src/media/probe-video.ts';
import {
  createRepository,
  dance,
  girl,
  type Repository,
  repeatClip,
  robot,
  sha256,
} from './assets.ts';
import { call, download, PROSPOLABS_AUTH, startWorkbench, validProspolabs } from './workbench.ts';

let repository: Repository;
beforeAll(async () => {
  repository = createRepository({
    'girl.png': girl,
    'robot.png': robot,
    'dance.mp4': dance,
    'dance.mov': await repeatClip(dance, 1, 'mov'),
    'dance.mkv': await repeatClip(dance, 1, 'mkv'),
    'twelve-seconds.mp4': await repeatClip(dance, 3),
    'thirty-two-seconds.mp4': await repeatClip(dance, 8),
    'lfs/girl.png': girl,
    'lfs/dance.mp4': dance,
  });
});
afterAll(() => repository.remove());

describe('a synchronous Prospolabs call', () => {
  test('answers the documented body, whose output_url is a video as long as the clip', async () => {
    const bench = await startWorkbench(repository);
    const { status, json } = await bench.prospolabs();
    expect(status).toBe(200);
    expect(json).toEqual({
      generation_id: expect.stringMatching(/^gen_/),
      status: 'completed',
      model: 'kling-3-motion-control',
      mode: 'image',
      estimated_cost_usd: 0.304,
      output_url: expect.stringMatching(/\/files\/gen_.*\.mp4$/),
      duration_ms: expect.any(Number),
    });
    expect(await probeVideoSeconds(await download(json.output_url))).toBeCloseTo(4, 3);
  });

  test('bills what was made, with everything that it was made from', async () => {
    const bench = await startWorkbench(repository);
    const { json } = await bench.prospolabs({ quality: 'pro', prompt: 'a bow' });
    expect(bench.emulator.bill).toEqual([
      {
        provider: 'prospolabs',
        jobId: json.generation_id,
        model: 'kling-3-motion-control',
        tier: 'pro',
        seconds: 4,
        microUsd: 400_000,
        parameters: { ...validProspolabs(bench.url), quality: 'pro', prompt: 'a bow' },
        inputs: { characterSha256: sha256(girl), motionSha256: sha256(dance) },
        state: 'charged',
        atMs: expect.any(Number),
      },
    ]);
  });

  test('falls back to processing when the job takes longer than the server waits', async () => {
    const bench = await startWorkbench(repository, {
      jobDurationMs: 3_600_000,
      prospolabs: { syncWaitMs: 5 },
    });
    const { json } = await bench.prospolabs();
    expect(json.status).toBe('processing');
    bench.emulator.advance(3_600_000);
    const later = await bench.get(`/prospolabs/v1/generations/${json.generation_id}`);
    expect(later.json.status).toBe('completed');
  });
});

describe('an asynchronous Prospolabs call', () => {
  test.each([
    ['the body', { async: true }, ''],
    ['the query', {}, '?async=true'],
  ])('is asked for in %s, answers at once, and can be polled', async (_, changes, query) => {
    const bench = await startWorkbench(repository, { jobDurationMs: 60_000 });
    const submitted = await bench.prospolabs(changes, query);
    expect(submitted.status).toBe(202);
    expect(submitted.json.status).toBe('queued');
    expect(submitted.json).not.toHaveProperty('output_url');
    const path = `/prospolabs/v1/generations/${submitted.json.generation_id}`;
    expect((await bench.get(path)).json.status).toBe('processing');
    bench.emulator.advance(60_000);
    const { json } = await bench.get(path);
    expect(json.status).toBe('completed');
    expect(await probeVideoSeconds(await download(json.output_url))).toBeCloseTo(4, 3);
  });

  test.each(['queued', 'processing'] as const)(
    'can be what a plain POST turns into (%s)',
    async (answer) => {
      const bench = await startWorkbench(repository, { prospolabs: { answer } });
      expect((await bench.prospolabs()).json.status).toBe(answer);
    },
  );

  test('has no status path where the options say so', async () => {
    const bench = await startWorkbench(repository, { prospolabs: { statusPath: 'none' } });
    const { json } = await bench.prospolabs({ async: true });
    const answer = await bench.get(`/prospolabs/v1/generations/${json.generation_id}`);
    expect(answer.status).toBe(404);
  });
});

describe('the Prospolabs request body', () => {
  test('may be nested in params, as the general docs print it', async () => {
    const bench = await startWorkbench(repository);
    const { model, ...params } = validProspolabs(bench.url);
    const url = `${bench.emulator.origin}/prospolabs/v1/generate`;
    const post = (body: object) =>
      call(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...PROSPOLABS_AUTH },
        body: JSON.stringify(body),
      });
    expect((await post({ model, params })).json.status).toBe('completed');
    expect((await post({ model, params, image_url: params.image_url })).status).toBe(422);
  });

  test.each([
    ['flat', 'nested'],
    ['nested', 'flat'],
  ] as const)('can be required to be %s', async (body, other) => {
    const bench = await startWorkbench(repository, { prospolabs: { body: other } });
    const { model, ...params } = validProspolabs(bench.url);
    const sent = body === 'flat' ? {} : { params, ...blank(params) };
    expect((await bench.prospolabs({ model, ...sent })).status).toBe(422);
    expect(bench.emulator.bill).toEqual([]);
  });

  test.each([
    ['an unknown field', { seed: 1 }, 422, 'unknown_field'],
    ['a quality of the other provider', { quality: 'std' }, 422, 'invalid_field'],
    ['no quality', { quality: undefined }, 422, 'missing_field'],
    ['no orientation', { character_orientation: undefined }, 422, 'missing_field'],
    ['no image', { image_url: undefined }, 422, 'missing_field'],
    ['no video', { video_urls: [] }, 422, 'invalid_field'],
    [
      'a video that is not in an array',
      { video_urls: 'https://x.test/a.mp4' },
      422,
      'invalid_field',
    ],
    ['two videos', { video_urls: ['https://x.test/a', 'https://x.test/b'] }, 422, 'invalid_field'],
    ['sound as a word', { keep_original_sound: 'yes' }, 422, 'invalid_field'],
    ['an unknown model', { model: 'kling-v3-motion-control' }, 404, 'model_not_found'],
    ['a null', { prompt: null }, 422, 'invalid_field'],
  ])('is refused for %s, unbilled', async (_, changes, status, code) => {
    const bench = await startWorkbench(repository);
    const answer = await bench.prospolabs(changes);
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual({ code, message: expect.any(String) });
    expect(bench.emulator.bill).toEqual([]);
  });

  test.each([
    ['without a key', {}, 'missing_api_key'],
    ['with a wrong key', { authorization: 'Bearer prsp-other' }, 'invalid_api_key'],
    ['with the key in the wrong place', { 'x-api-key': 'prsp-emulated-key' }, 'missing_api_key'],
  ])('is not even looked at %s', async (_, headers, code) => {
    const bench = await startWorkbench(repository);
    const answer = await call(`${bench.emulator.origin}/prospolabs/v1/generate`, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: 'not json',
    });
    expect(answer.status).toBe(401);
    expect(answer.json.code).toBe(code);
  });
});

describe('the inputs', () => {
  test.each([
    ['an image that is not there', { image_url: 'missing.png' }, 'input_unreachable'],
    ['a video that is not there', { video_urls: ['missing.mp4'] }, 'input_unreachable'],
    ['an LFS pointer for an image', { image_url: 'lfs/girl.png' }, 'unsupported_image'],
    ['an LFS pointer for a video', { video_urls: ['lfs/dance.mp4'] }, 'unsupported_video'],
    ['a video for an image', { image_url: 'dance.mp4' }, 'unsupported_image'],
    ['an image for a video', { video_urls: ['girl.png'] }, 'unsupported_video'],
    ['a Matroska file', { video_urls: ['dance.mkv'] }, 'unsupported_video'],
    ['12 s with image orientation', { video_urls: ['twelve-seconds.mp4'] }, 'video_too_long'],
    [
      '32 s with video orientation',
      { video_urls: ['thirty-two-seconds.mp4'], character_orientation: 'video' },
      'video_too_long',
    ],
  ])('are refused unbilled: %s', async (_, changes, code) => {
    const bench = await startWorkbench(repository);
    const { image_url: image, video_urls: videos } = changes as Record<string, unknown>;
    const answer = await bench.prospolabs({
      ...changes,
      ...(typeof image === 'string' && { image_url: bench.url(image) }),
      ...(Array.isArray(videos) && { video_urls: videos.map((path) => bench.url(path)) }),
    });
    expect(answer.status).toBe(422);
    expect(answer.json.code).toBe(code);
    expect(bench.emulator.bill).toEqual([]);
  });

  test('may be a MOV, and 12 s long with video orientation', async () => {
    const bench = await startWorkbench(repository);
    expect((await bench.prospolabs({ video_urls: [bench.url('dance.mov')] })).status).toBe(200);
    const long = { video_urls: [bench.url('twelve-seconds.mp4')], character_orientation: 'video' };
    expect((await bench.prospolabs(long)).json.estimated_cost_usd).toBe(0.912);
  });

  test('are not followed through a redirect', async () => {
    const bench = await startWorkbench(repository);
    bench.emulator.inject({ at: 'input', kind: 'redirect', to: bench.url('girl.png'), times: 2 });
    expect((await bench.prospolabs()).json.code).toBe('input_unreachable');
  });
});

describe('the Prospolabs money', () => {
  test('refunds a failed run', async () => {
    const bench = await startWorkbench(repository);
    const fails = {
      kind: 'job-fails',
      code: 'moderated',
      message: 'refused by moderation',
    } as const;
    bench.emulator.inject({ provider: 'prospolabs', at: 'submit', ...fails });
    const { status, json } = await bench.prospolabs();
    expect(status).toBe(200);
    expect(json).toMatchObject({ status: 'failed', code: 'moderated' });
    expect(json).not.toHaveProperty('output_url');
    expect(bench.emulator.bill[0]?.state).toBe('refunded');
    expect(bench.emulator.totalMicroUsd()).toBe(0);
  });

  test('answers a failed run with an HTTP error, or keeps the charge, where a test wants it', async () => {
    const bench = await startWorkbench(repository, { prospolabs: { failure: 'http-error' } });
    const fails = { kind: 'job-fails', code: 'moderated', message: 'no', billed: true } as const;
    bench.emulator.inject({ at: 'submit', ...fails });
    const { status, json } = await bench.prospolabs();
    expect(status).toBe(422);
    expect(json).toMatchObject({ code: 'moderated', generation_id: expect.any(String) });
    expect(bench.emulator.totalMicroUsd('prospolabs')).toBe(304_000);
  });

  test('bills fractions of a second to the micro-dollar, rounded up, or whole seconds', async () => {
    // 64 frames at 24 a second: 2.666667 s.
    const performer: Performer = (request) => remuxPerformer({ ...request, seconds: 2.7 });
    const exact = await startWorkbench(repository, { performer });
    const whole = await startWorkbench(repository, {
      performer,
      prospolabs: { rounding: 'whole-seconds' },
    });
    await exact.prospolabs();
    expect(exact.emulator.totalMicroUsd()).toBe(202_667);
    await whole.prospolabs();
    expect(whole.emulator.totalMicroUsd()).toBe(228_000);
  });

  test('lets the estimate differ from the bill where a test wants it', async () => {
    const estimate = (billedMicroUsd: number) => billedMicroUsd / 2;
    const bench = await startWorkbench(repository, { prospolabs: { estimate } });
    expect((await bench.prospolabs()).json.estimated_cost_usd).toBe(0.152);
    expect(bench.emulator.totalMicroUsd()).toBe(304_000);
  });

  test('charges when it accepts, before the answer', async () => {
    const bench = await startWorkbench(repository, { jobDurationMs: 3_600_000 });
    const answer = bench.prospolabs();
    const entry = await bench.emulator.waitForCharge(({ state }) => state === 'charged');
    expect(entry.microUsd).toBe(304_000);
    bench.emulator.advance(3_600_000);
    expect((await answer).json.status).toBe('completed');
  });
});

describe('a Prospolabs result', () => {
  test('is gone after seven days, with 410 output_expired', async () => {
    const bench = await startWorkbench(repository);
    const { json } = await bench.prospolabs();
    bench.emulator.advance(7 * 24 * 3_600_000 - 60_000);
    expect((await download(json.output_url)).length).toBeGreaterThan(1_000);
    bench.emulator.advance(60_000);
    const response = await fetch(String(json.output_url));
    expect(response.status).toBe(410);
    expect(await response.json()).toEqual({ code: 'output_expired' });
  });

  test('is served in ranges, to HEAD, and unchanged to whoever has it', async () => {
    const bench = await startWorkbench(repository);
    const url = String((await bench.prospolabs()).json.output_url);
    const whole = await download(url);
    const part = await fetch(url, { headers: { range: 'bytes=10-19' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 10-19/${whole.length}`);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(10, 20));
    const head = await fetch(url, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(whole.length));
    expect(head.headers.get('content-type')).toBe('video/mp4');
    const etag = head.headers.get('etag') ?? '';
    expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304);
    const beyond = await fetch(url, { headers: { range: `bytes=${whole.length}-` } });
    expect(beyond.status).toBe(416);
  });

  test('has equal bytes for equal requests, and other bytes for any difference', async () => {
    const one = await startWorkbench(repository);
    const two = await startWorkbench(repository);
    const bytesOf = async (bench: typeof one, changes = {}) =>
      download((await bench.prospolabs(changes)).json.output_url);
    const first = await bytesOf(one);
    expect((await bytesOf(two)).equals(first)).toBe(true);
    for (const changes of [
      { image_url: two.url('robot.png') },
      { quality: 'pro' },
      { character_orientation: 'video' },
      { keep_original_sound: false },
      { prompt: 'a bow' },
    ]) {
      expect((await bytesOf(two, changes)).equals(first)).toBe(false);
    }
  });
});

function blank(fields: object): Record<string, undefined> {
  return Object.fromEntries(Object.keys(fields).map((name) => [name, undefined]));
}
