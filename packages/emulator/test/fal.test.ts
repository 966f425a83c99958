import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmulatorOptions } from '../src/index.ts';
import { createRepository, dance, girl, type Repository } from './assets.ts';
import { at, call, download, type Fields, startWorkbench, type Workbench } from './workbench.ts';

const AUTH = { authorization: 'Key emulated-key-id:emulated-secret' };
const REQUESTS = '/fal/fal-ai/kling-video/requests';

let repository: Repository;
beforeAll(() => {
  repository = createRepository({ 'girl.png': girl, 'dance.mp4': dance });
});
afterAll(() => repository.remove());

function submit(bench: Workbench, changes: Fields = {}, model = 'v3/standard') {
  return call(`${bench.emulator.origin}/fal/fal-ai/kling-video/${model}/motion-control`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...AUTH },
    body: JSON.stringify({
      image_url: bench.url('girl.png'),
      video_url: bench.url('dance.mp4'),
      character_orientation: 'image',
      ...changes,
    }),
  });
}

function get(bench: Workbench, path: string) {
  return call(`${bench.emulator.origin}${path}`, { headers: AUTH });
}

describe('a fal request', () => {
  test('is queued, polled without the sub-path, and its result is another answer', async () => {
    const bench = await startWorkbench(repository, { jobDurationMs: 60_000 });
    const { status, json } = await submit(bench);
    const id = json.request_id;
    const base = `${bench.emulator.origin}${REQUESTS}/${id}`;
    expect([status, json]).toEqual([
      200,
      {
        status: 'IN_QUEUE',
        request_id: id,
        response_url: base,
        status_url: `${base}/status`,
        cancel_url: `${base}/cancel`,
        queue_position: 0,
      },
    ]);
    expect((await get(bench, `${REQUESTS}/${id}/status`)).json.status).toBe('IN_PROGRESS');
    expect((await get(bench, `${REQUESTS}/${id}`)).status).toBe(400);
    bench.emulator.advance(60_000);
    expect((await get(bench, `${REQUESTS}/${id}/status`)).json.status).toBe('COMPLETED');
    const result = await get(bench, `${REQUESTS}/${id}`);
    expect(result.headers.get('x-fal-billable-units')).toBe('4');
    expect((await download(at(result.json, 'video.url'))).length).toBeGreaterThan(0);
  });

  test.each([
    ['v3/standard', 504_000],
    ['v3/pro', 672_000],
    ['v2.6/standard', 280_000],
    ['v2.6/pro', 448_000],
  ])('%s bills the seconds of the output: %i micro-dollars', async (model, microUsd) => {
    const bench = await startWorkbench(repository);
    const { json } = await submit(bench, {}, model);
    bench.emulator.advance(60_000);
    await get(bench, `${REQUESTS}/${json.request_id}/status`);
    expect(bench.emulator.totalMicroUsd('fal')).toBe(microUsd);
  });

  test('that fails is COMPLETED, and refunded', async () => {
    for (const failure of ['result', 'status'] as const) {
      const bench = await startWorkbench(repository, { fal: { failure } });
      bench.emulator.inject({ at: 'submit', kind: 'job-fails', code: 'too_dark', message: 'no' });
      const { json } = await submit(bench);
      bench.emulator.advance(60_000);
      const status = await get(bench, `${REQUESTS}/${json.request_id}/status`);
      expect(status.json).toMatchObject({ status: 'COMPLETED' });
      expect(status.json.error).toBe(failure === 'status' ? 'no' : undefined);
      const result = await get(bench, `${REQUESTS}/${json.request_id}`);
      expect([result.status, at(result.json, 'detail[0].type')]).toEqual([422, 'too_dark']);
      expect(bench.emulator.totalMicroUsd()).toBe(0);
    }
  });

  describe('that is cancelled', () => {
    const cancel = (bench: Workbench, id: unknown) =>
      call(`${bench.emulator.origin}${REQUESTS}/${id}/cancel`, { method: 'PUT', headers: AUTH });
    const startCancelling = async (options: EmulatorOptions) => {
      const bench = await startWorkbench(repository, { jobDurationMs: 60_000, ...options });
      const { json } = await submit(bench);
      const id = json.request_id;
      return { bench, id, ask: (step = '') => get(bench, `${REQUESTS}/${id}${step}`) };
    };

    test.each(['result', 'status'] as const)(
      'in the queue never runs and costs nothing, and its %s says so',
      async (failure) => {
        const { bench, id, ask } = await startCancelling({ queueMs: 60_000, fal: { failure } });
        expect((await ask('/status')).json).toMatchObject({ status: 'IN_QUEUE' });
        const answer = await cancel(bench, id);
        expect([answer.status, answer.json]).toEqual([202, { status: 'CANCELLATION_REQUESTED' }]);
        expect(bench.emulator.totalMicroUsd()).toBe(0);
        const status = await ask('/status');
        expect(status.json).toMatchObject({ status: 'COMPLETED', metrics: { inference_time: 0 } });
        const said = failure === 'status' ? status : await ask();
        expect(said.json.error_type).toBe('client_cancelled');
        const again = await cancel(bench, id);
        expect([again.status, again.json]).toEqual([400, { status: 'ALREADY_COMPLETED' }]);
      },
    );

    test.each([
      ['while it runs', {}, true],
      ['while a runner takes it', { startsBeforeCancel: true }, false],
    ])('%s is accepted, comes to its end and is billed', async (_when, options, isStarted) => {
      const { bench, id, ask } = await startCancelling({ queueMs: 60_000, fal: options });
      if (isStarted) bench.emulator.startJobs();
      expect((await cancel(bench, id)).json).toEqual({ status: 'CANCELLATION_REQUESTED' });
      expect((await ask('/status')).json.status).toBe('IN_PROGRESS');
      bench.emulator.advance(60_000);
      expect((await ask('/status')).json.status).toBe('COMPLETED');
      expect((await ask()).status).toBe(200);
      expect(bench.emulator.totalMicroUsd('fal')).toBe(504_000);
    });

    test('while a runner that heeds it works on it ends, and is billed', async () => {
      const { bench, id, ask } = await startCancelling({ fal: { cancelSignal: 'heeded' } });
      bench.emulator.advance(1_000);
      expect((await cancel(bench, id)).status).toBe(202);
      expect((await ask()).status).toBe(499);
      expect(bench.emulator.totalMicroUsd('fal')).toBe(504_000);
    });
  });

  test('says how many are ahead of it until it is its turn', async () => {
    const bench = await startWorkbench(repository, { fal: { queuedBehind: 2 } });
    const { json } = await submit(bench);
    expect(json.queue_position).toBe(2);
    const positions: unknown[] = [];
    for (let asked = 0; asked < 4; asked++) {
      const { json: status } = await get(bench, `${REQUESTS}/${json.request_id}/status`);
      positions.push(status.status === 'IN_QUEUE' ? status.queue_position : 'its turn');
    }
    expect(positions).toEqual([2, 1, 0, 'its turn']);
  });

  test.each([
    { frontal_image_url: 'https://cdn.example.com/front.png' },
    { reference_image_urls: ['https://cdn.example.com/left.png'] },
    {},
  ])('takes the element %j, whose members are all optional', async (element) => {
    const bench = await startWorkbench(repository);
    const { status } = await submit(bench, { elements: [element], character_orientation: 'video' });
    expect(status).toBe(200);
  });

  test.each<[string, Fields]>([
    [
      'with an element of four other views',
      {
        elements: [{ reference_image_urls: Array(4).fill('https://cdn.example.com/x.png') }],
        character_orientation: 'video',
      },
    ],
    [
      'with an element of a member that is unknown',
      { elements: [{ image: 'https://cdn.example.com/x.png' }], character_orientation: 'video' },
    ],
    ['without an orientation', { character_orientation: undefined }],
    ['with a field that is unknown', { duration: 5 }],
    ['with two elements', { elements: [{}, {}], character_orientation: 'video' }],
    ['with an element and orientation image', { elements: [{}] }],
    ['with an input that is not there', { image_url: 'http://127.0.0.1:9/x.png' }],
  ])('%s is refused with a list of details, unbilled', async (_name, changes) => {
    const bench = await startWorkbench(repository);
    const { status, json } = await submit(bench, changes);
    expect([status, typeof at(json, 'detail[0].type')]).toEqual([422, 'string']);
    expect(bench.emulator.bill).toEqual([]);
  });

  test('needs the key, as Key', async () => {
    const bench = await startWorkbench(repository);
    const headers = { authorization: AUTH.authorization.replace('Key', 'Bearer') };
    const { status } = await call(`${bench.emulator.origin}${REQUESTS}/x/status`, { headers });
    expect(status).toBe(401);
  });
});

test('fal lists its prices by endpoint', async () => {
  const bench = await startWorkbench(repository);
  const id = 'fal-ai/kling-video/v3/pro/motion-control';
  const path = `/fal/platform/v1/models/pricing?endpoint_id=${id}&endpoint_id=other`;
  expect((await get(bench, path)).json.prices).toEqual([
    { endpoint_id: id, unit_price: 0.168, unit: 'seconds', currency: 'USD' },
  ]);
});

describe('storage of fal', () => {
  async function begin(bench: Workbench, kind: string, headers: Record<string, string> = AUTH) {
    return call(
      `${bench.emulator.origin}/fal/rest/storage/upload/${kind}?storage_type=fal-cdn-v3`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ content_type: 'image/png', file_name: 'character.png' }),
      },
    );
  }
  const put = (url: string, body: string, headers = {}) =>
    fetch(url, { method: 'PUT', body, headers });

  test('serves a file to everybody once it is there, under its own address', async () => {
    const bench = await startWorkbench(repository);
    const { json } = await begin(bench, 'initiate');
    const [to, from] = [String(json.upload_url), String(json.file_url)];
    expect((await fetch(from)).status).toBe(404);
    expect((await put(to, 'bytes', AUTH)).status).toBe(400);
    expect((await put(to.replace(/signature=.*/, ''), 'bytes')).status).toBe(403);
    expect((await put(to, 'bytes')).status).toBe(200);
    const served = await fetch(from);
    expect([served.headers.get('content-type'), await served.text()]).toEqual([
      'image/png',
      'bytes',
    ]);
  });

  test('joins parts by their numbers, when all of them are named', async () => {
    const bench = await startWorkbench(repository);
    const { json } = await begin(bench, 'initiate-multipart');
    const part = (step: string) => String(json.upload_url).replace('?', `/${step}?`);
    const second = await (await put(part('2'), 'two')).json();
    const first = await (await put(part('1'), 'one')).json();
    const complete = (parts: unknown) =>
      fetch(part('complete'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ parts }),
      });
    expect((await complete([first])).status).toBe(400);
    expect((await complete([second, first])).status).toBe(400);
    expect((await fetch(String(json.file_url))).status).toBe(404);
    expect((await complete([first, second])).status).toBe(200);
    expect(await (await fetch(String(json.file_url))).text()).toBe('onetwo');
  });

  test('needs the key to begin', async () => {
    const bench = await startWorkbench(repository);
    expect((await begin(bench, 'initiate', {})).status).toBe(401);
  });
});
