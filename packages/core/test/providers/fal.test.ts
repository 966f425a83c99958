import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/model/json/json.ts';
import type { Job, UploadFile } from '../../src/providers/adapter.ts';
import { fal } from '../../src/providers/fal/fal.ts';
import { makeFacts, makeJob } from '../support/facts.ts';
import { testAdapter } from './conformance.ts';
import { loadFixtures, toResponse } from './fixtures.ts';

testAdapter({
  adapter: fal,
  fixtures: loadFixtures('fal'),
  wire: { sentModel: null, words: ['in_queue', 'completed'], maybeBilled: [422] },
});

const MODEL = 'fal-ai/kling-video/v3/motion-control';
const V2_6 = 'fal-ai/kling-video/v2.6/motion-control';
const urls = {
  character: 'https://cdn.example.com/input.jpg',
  motion: 'https://cdn.example.com/ref1.mp4',
};
const face = {
  'frontal-image-url': 'https://cdn.example.com/front.png',
  'reference-image-urls': ['https://cdn.example.com/left.png'],
};

function jobWith(options: unknown = {}, changes: Partial<Job> = {}) {
  const parsed = fal.options.parse(options);
  return { ...makeJob(MODEL, parsed), ...changes, options: parsed };
}

describe('a request of fal that is completed', () => {
  const ours = { status: 'COMPLETED', request_id: 'r-1' };
  const operation = { requestId: 'r-1', responseUrl: 'https://queue.fal.run/r-1' };
  const stateOf = (said: object, headers = {}) =>
    fal.progress(
      toResponse({ status: 200, body: { ...ours, ...said } as Json }, headers),
      operation,
      jobWith(),
    ).state;

  const errors = [undefined, null, '', 'no person found', 7, true, [], ['x'], {}, { message: 'x' }];
  const noTypes = [undefined, null, '', 7, true, [], ['invalid_input'], { type: 'invalid_input' }];

  test('has its result read unless a type, which is a text, says that it failed', () => {
    for (const error of errors) {
      for (const error_type of noTypes) {
        for (const detail of [undefined, 'x', [{ msg: 'x', type: 'invalid_input' }]]) {
          const said = { error, error_type, detail };
          expect(stateOf(said), JSON.stringify(said)).toBe('ready');
          expect(stateOf(said, { 'x-fal-error-type': 'internal_error' })).toBe('ready');
        }
      }
      expect(stateOf({ error, error_type: 'invalid_input' })).toBe('failed');
    }
  });
});

describe('fal', () => {
  test('is asked through its queue, which keeps its own retries', () => {
    const job = jobWith({}, { prompt: 'a bow', tier: 'pro', keepOriginalSound: false });
    expect(fal.submit(job, makeFacts(), urls, 'a-correlation-id')).toEqual({
      method: 'POST',
      url: 'https://queue.fal.run/fal-ai/kling-video/v3/pro/motion-control',
      json: {
        prompt: 'a bow',
        character_orientation: 'image',
        keep_original_sound: false,
        image_url: 'https://cdn.example.com/input.jpg',
        video_url: 'https://cdn.example.com/ref1.mp4',
      },
    });
    expect(fal.authorize({ FAL_KEY: 'id:secret' }, 0, '')).toEqual({
      authorization: 'Key id:secret',
    });
  });

  test('is given one face to hold on to, only with orientation video', () => {
    const job = jobWith({ elements: [face] }, { orientation: 'video' });
    expect(fal.submit(job, makeFacts(), urls, '').json).toMatchObject({
      elements: [
        {
          frontal_image_url: 'https://cdn.example.com/front.png',
          reference_image_urls: ['https://cdn.example.com/left.png'],
        },
      ],
    });
    const paths = (orientation: Job['orientation']) =>
      fal
        .validate(jobWith({ elements: [face] }, { orientation }), makeFacts())
        .filter(({ severity }) => severity === 'error')
        .map(({ path }) => path);
    expect(paths('video')).toEqual([]);
    expect(paths('image')).toEqual(['provider-options.fal.elements']);
  });

  test.each([
    [
      'one frontal image',
      { 'frontal-image-url': face['frontal-image-url'] },
      { frontal_image_url: 'https://cdn.example.com/front.png' },
    ],
    [
      'a frontal image and an empty list',
      { ...face, 'reference-image-urls': [] },
      { frontal_image_url: 'https://cdn.example.com/front.png' },
    ],
    [
      'other views alone',
      { 'reference-image-urls': face['reference-image-urls'] },
      { reference_image_urls: ['https://cdn.example.com/left.png'] },
    ],
  ])('takes an element of %s, and sends no field for what is not there', (_name, element, sent) => {
    const job = jobWith({ elements: [element] }, { orientation: 'video' });
    const { json } = fal.submit(job, makeFacts(), urls, '');
    expect(JSON.parse(JSON.stringify(json)).elements).toEqual([sent]);
    expect(fal.parameters(job, makeFacts())).toMatchObject({ elements: [sent] });
  });

  test.each([
    [3, 'in the queue behind 3'],
    [0, 'next in the queue'],
    [null, 'in the queue'],
    [-1, 'in the queue'],
    ['3', 'in the queue'],
  ])('tells its place in the queue: %j is "%s"', (position, note) => {
    const body = { status: 'IN_QUEUE', request_id: 'r', queue_position: position };
    expect(fal.progress(toResponse({ status: 202, body }), {}, jobWith())).toEqual({
      state: 'pending',
      isQueued: true,
      note,
    });
  });

  test.each([
    { elements: [face, face] },
    { elements: [{}] },
    { elements: [{ 'reference-image-urls': [] }] },
    { elements: [{ 'reference-image-urls': Array(4).fill('https://cdn.example.com/x.png') }] },
    { elements: [{ ...face, 'frontal-image-url': 'http://cdn.example.com/x.png' }] },
    { elements: [{ ...face, extra: 1 }] },
    { elements: face },
  ])('refuses elements it does not take: %j', (options) => {
    expect(fal.options.safeParse(options).success).toBe(false);
  });

  test.each([
    ['standard', 280_000],
    ['pro', 448_000],
  ] as const)('sells Kling 2.6 as another endpoint, at its own price: %s', (tier, microUsd) => {
    const job = jobWith({}, { model: V2_6, tier });
    expect(fal.submit(job, makeFacts(), urls, '').url).toBe(
      `https://queue.fal.run/fal-ai/kling-video/v2.6/${tier}/motion-control`,
    );
    expect(fal.estimate(job, makeFacts())).toMatchObject({ highMicroUsd: microUsd });
    const { url } = fal.priceList?.request(V2_6) ?? {};
    expect(url).toContain(`endpoint_id=fal-ai/kling-video/v2.6/${tier}/motion-control`);
    const answer = toResponse(
      { status: 200, body: { video: { url: 'https://v3.fal.media/a.mp4' } } },
      { 'x-fal-billable-units': '4' },
    );
    expect(fal.result?.(answer, {}, job)).toMatchObject({ delivery: { reported: { microUsd } } });
  });

  test('takes no elements for Kling 2.6', () => {
    const job = jobWith({ elements: [face] }, { model: V2_6, orientation: 'video' });
    expect(fal.validate(job, makeFacts())).toContainEqual(
      expect.objectContaining({ severity: 'error', path: 'provider-options.fal.elements' }),
    );
  });

  test('refuses a duration, which it has no parameter for', () => {
    const issues = fal.validate(jobWith({}, { durationSeconds: 5 }), makeFacts());
    expect(issues.filter(({ severity }) => severity === 'error').map(({ path }) => path)).toEqual([
      'duration',
    ]);
  });

  describe('cancels a job', () => {
    const operation = {
      requestId: 'r1',
      statusUrl: 'https://queue.fal.run/fal-ai/kling-video/requests/r1/status',
      responseUrl: 'https://queue.fal.run/fal-ai/kling-video/requests/r1',
    };
    const say = (body: Json, status = 200) => toResponse({ status, body });

    test('by its own address, and names as queued only what waits in the queue', () => {
      expect(fal.cancel?.(operation)).toEqual({
        method: 'PUT',
        url: 'https://queue.fal.run/fal-ai/kling-video/requests/r1/cancel',
      });
      const read = (status: string) => fal.progress(say({ status }, 202), operation, jobWith());
      expect(read('IN_QUEUE')).toMatchObject({ state: 'pending', isQueued: true });
      expect(read('IN_PROGRESS')).toEqual({ state: 'pending' });
      expect(read('CANCELLATION_REQUESTED')).toMatchObject({ state: 'pending' });
    });

    test.each([
      [{ status: 'COMPLETED', metrics: { inference_time: 0 } }, 'no'],
      [{ status: 'COMPLETED' }, 'no'],
      [{ status: 'COMPLETED', metrics: { inference_time: 12.5 } }, 'unknown'],
      [{ status: 'COMPLETED', metrics: { inference_time: 'some' } }, 'unknown'],
      [{ status: 'IN_PROGRESS' }, 'unknown'],
      ['<html>', 'unknown'],
    ])('and with the status %j a cancelled result was billed: %s', (status, billed) => {
      const result = say({ detail: 'cancelled', error_type: 'client_cancelled' }, 499);
      expect(fal.ended?.(result, 'result', say(status))).toMatchObject({
        kind: 'cancelled',
        billed,
      });
      expect(fal.ended?.(say({ status: 'CANCELLATION_REQUESTED' }, 499), 'result')).toBeNull();
    });
  });

  test('tells its prices, but only those by the second and in dollars', () => {
    const read = (rows: object[]) =>
      fal.priceList?.read(toResponse({ status: 200, body: { prices: rows as never[] } }), MODEL);
    const row = (tier: string, changes: object = {}) => ({
      endpoint_id: `fal-ai/kling-video/v3/${tier}/motion-control`,
      unit_price: 0.126,
      unit: 'seconds',
      currency: 'USD',
      ...changes,
    });
    expect(fal.priceList?.request(MODEL).url).toContain('https://api.fal.ai/v1/models/pricing?');
    expect(read([row('standard'), row('pro', { unit_price: 0.168 })])).toEqual({
      standard: 126_000,
      pro: 168_000,
    });
    expect(read([row('standard', { unit: 'videos' }), row('pro', { currency: 'EUR' })])).toEqual({
      standard: null,
      pro: null,
    });
    expect(() => read([{ endpoint_id: 1 }])).toThrow();
  });

  describe('stores', () => {
    const MB = 1_048_576;
    const file = (bytes: number): UploadFile => ({
      role: 'motion',
      name: 'motion.mp4',
      contentType: 'video/mp4',
      bytes,
    });
    const upload = fal.uploads?.motion;
    if (upload?.kind !== 'stored') throw new Error('fal stores files');
    const place = toResponse({
      status: 200,
      body: {
        upload_url: 'https://v3b-upload.fal.media/u/abc?sig=1',
        file_url: 'https://v3b.fal.media/files/abc/motion.mp4',
      },
    });

    test('a file of 90 MB in one piece, asking for it to go after a day', () => {
      const request = upload.begin(file(90 * MB));
      expect(request).toEqual({
        method: 'POST',
        url: 'https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3',
        headers: { 'x-fal-object-lifecycle': '{"expiration_duration_seconds":86400}' },
        body: { kind: 'json', json: { content_type: 'video/mp4', file_name: 'motion.mp4' } },
      });
      expect(upload.opened(place, file(90 * MB))).toEqual({
        url: 'https://v3b.fal.media/files/abc/motion.mp4',
        parts: [
          {
            method: 'PUT',
            url: 'https://v3b-upload.fal.media/u/abc?sig=1',
            body: { kind: 'bytes', offset: 0, length: 90 * MB },
          },
        ],
      });
    });

    test('a larger file in parts that cover it without a gap, and says when they are there', () => {
      const large = file(95 * MB + 7);
      expect(upload.begin(large).url).toContain('/storage/upload/initiate-multipart?');
      const open = upload.opened(place, large);
      let end = 0;
      for (const [index, part] of open.parts.entries()) {
        expect(part.url).toBe(`https://v3b-upload.fal.media/u/abc/${index + 1}?sig=1`);
        if (part.body.kind !== 'bytes') throw new Error('parts are bytes');
        expect(part.body.offset).toBe(end);
        end += part.body.length;
      }
      expect(open.parts).toHaveLength(10);
      expect(end).toBe(large.bytes);
      expect(open.finishUrl).toBe('https://v3b-upload.fal.media/u/abc/complete?sig=1');

      const answers = [
        toResponse({ status: 200, body: { partNumber: 1, etag: '"a"' } }),
        toResponse({ status: 200, text: '' }, { etag: '"b"' }),
      ];
      expect(upload.finish?.(open.finishUrl ?? '', answers).body).toEqual({
        kind: 'json',
        json: {
          parts: [
            { partNumber: 1, etag: '"a"' },
            { partNumber: 2, etag: '"b"' },
          ],
        },
      });
      const bare = [toResponse({ status: 200, text: '' })];
      expect(() => upload.finish?.('https://x', bare)).toThrow('etag');
    });
  });
});
