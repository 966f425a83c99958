import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRepository, dance, girl, type Repository, repeatClip } from './assets.ts';
import { at, call, download, type Fields, startWorkbench } from './workbench.ts';

let repository: Repository;
beforeAll(async () => {
  repository = createRepository({
    'girl.png': girl,
    'dance.mp4': dance,
    'twelve-seconds.mp4': await repeatClip(dance, 3),
  });
});
afterAll(() => repository.remove());

const headers = { 'content-type': 'application/json', authorization: 'Bearer ws-emulated-key' };

async function startWavespeed(options: Parameters<typeof startWorkbench>[1] = {}) {
  const { emulator, url } = await startWorkbench(repository, options);
  const valid = { image: url('girl.png'), video: url('dance.mp4'), character_orientation: 'image' };
  const base = `${emulator.origin}/wavespeed/api/v3`;
  return {
    emulator,
    url,
    submit: (changes: Fields = {}, model = 'v3.0-std') =>
      call(`${base}/kwaivgi/kling-${model}/motion-control`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ ...valid, ...changes }),
      }),
    get: (path: string) => call(`${base}/predictions/${path}`, { headers }),
  };
}

describe('WaveSpeed', () => {
  test('answers with an id, and with the video at both documented paths', async () => {
    const bench = await startWavespeed();
    const { status, json } = await bench.submit();
    expect(status).toBe(200);
    expect(json).toMatchObject({ code: 200, message: 'success', data: { status: 'created' } });
    bench.emulator.advance(60_000);
    const id = at(json, 'data.id');
    const [one, other] = [await bench.get(`${id}/result`), await bench.get(`${id}`)];
    expect(one.json).toEqual(other.json);
    expect(at(one.json, 'data.status')).toBe('completed');
    expect((await download(at(one.json, 'data.outputs[0]'))).length).toBeGreaterThan(1000);
  });

  test.each([
    ['v3.0-std', 'dance.mp4', 504_000],
    ['v3.0-pro', 'dance.mp4', 672_000],
    ['v3.0-std', 'twelve-seconds.mp4', 1_512_000],
    ['v2.6-std', 'dance.mp4', 280_000],
    ['v2.6-pro', 'dance.mp4', 448_000],
  ])('bills %s of %s by the reference: %i micro-dollars', async (model, video, microUsd) => {
    const bench = await startWavespeed();
    await bench.submit({ video: bench.url(video), character_orientation: 'video' }, model);
    expect(bench.emulator.bill.map((entry) => entry.microUsd)).toEqual([microUsd]);
  });

  test('refunds what fails', async () => {
    const bench = await startWavespeed();
    bench.emulator.inject({ at: 'submit', kind: 'job-fails', code: 'x', message: 'no luck' });
    const { json } = await bench.submit();
    bench.emulator.advance(60_000);
    const { json: later } = await bench.get(`${at(json, 'data.id')}/result`);
    expect(later).toMatchObject({ data: { status: 'failed', error: 'no luck' } });
    expect(bench.emulator.totalMicroUsd('wavespeed')).toBe(0);
  });

  test.each([
    ['an unknown field', { enable_sync_mode: true }],
    ['no orientation', { character_orientation: undefined }],
    ['an image that is none', { image: 'https://127.0.0.1:9/x.png' }],
  ])('refuses %s, and bills nothing', async (_title, changes) => {
    const bench = await startWavespeed();
    const { status, json } = await bench.submit(changes);
    expect(status).toBe(400);
    expect(json).toMatchObject({ code: 400, message: expect.any(String) });
    expect(bench.emulator.bill).toEqual([]);
  });

  test('knows only the status path it is set to know', async () => {
    const bench = await startWavespeed({ wavespeed: { statusPath: 'prediction' } });
    const { json } = await bench.submit();
    expect((await bench.get(`${at(json, 'data.id')}/result`)).status).toBe(404);
    expect((await bench.get(`${at(json, 'data.id')}`)).status).toBe(200);
  });

  test('refuses other keys', async () => {
    const { emulator } = await startWavespeed();
    const answer = await call(`${emulator.origin}/wavespeed/api/v3/predictions/x`);
    expect(answer).toMatchObject({ status: 401, json: { code: 401 } });
  });
});

describe('uploads to WaveSpeed', () => {
  async function upload(bench: Awaited<ReturnType<typeof startWavespeed>>, form: FormData) {
    const answer = await call(`${bench.emulator.origin}/wavespeed/api/v3/media/upload/binary`, {
      method: 'POST',
      headers: { authorization: headers.authorization },
      body: form,
    });
    return answer;
  }
  function formOf(field: string, bytes: Uint8Array, name: string, type: string) {
    const form = new FormData();
    form.set(field, new File([new Uint8Array(bytes)], name, { type }));
    return form;
  }

  test('are one form, and are read at the address of the answer without a key', async () => {
    const bench = await startWavespeed();
    const { status, json } = await upload(bench, formOf('file', girl, 'girl.png', 'image/png'));
    expect(status).toBe(200);
    expect(json).toMatchObject({
      code: 200,
      data: { type: 'image', filename: 'girl.png', size: girl.length },
    });
    const image = at(json, 'data.download_url');
    expect((await download(image)).equals(girl)).toBe(true);
    expect((await bench.submit({ image })).status).toBe(200);
  });

  test.each([
    ['in another field', formOf('content', girl, 'girl.png', 'image/png')],
    ['of another kind', formOf('file', girl, 'girl.txt', 'text/plain')],
  ])('%s are refused', async (_name, form) => {
    const bench = await startWavespeed();
    expect((await upload(bench, form)).status).toBe(400);
  });
});
