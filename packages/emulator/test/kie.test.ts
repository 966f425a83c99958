import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRepository, dance, girl, type Repository } from './assets.ts';
import { at, call, download, type Fields, startWorkbench } from './workbench.ts';

let repository: Repository;
beforeAll(() => {
  repository = createRepository({ 'girl.png': girl, 'dance.mp4': dance });
});
afterAll(() => repository.remove());

const headers = { 'content-type': 'application/json', authorization: 'Bearer kie-emulated-key' };

async function startKie(options: Parameters<typeof startWorkbench>[1] = {}) {
  const { emulator, url } = await startWorkbench(repository, options);
  const input = {
    input_urls: [url('girl.png')],
    video_urls: [url('dance.mp4')],
    mode: '720p',
    character_orientation: 'image',
  };
  const base = `${emulator.origin}/kie/api/v1/jobs`;
  return {
    emulator,
    submit: (changes: Fields = {}, model = 'kling-3.0/motion-control') =>
      call(`${base}/createTask`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ model, input: { ...input, ...changes } }),
      }),
    get: (taskId: unknown) => call(`${base}/recordInfo?taskId=${taskId}`, { headers }),
  };
}

/** The status of a GET without a User-Agent, which `fetch` would add. */
function statusWithoutAgent(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port, pathname } = new URL(url);
    request({ hostname, port, path: pathname }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('kie.ai', () => {
  test('tells the result and the credits as text inside JSON', async () => {
    const bench = await startKie();
    const { json } = await bench.submit();
    expect(json).toEqual({ code: 200, msg: 'success', data: { taskId: expect.any(String) } });
    bench.emulator.advance(60_000);
    const { json: later } = await bench.get(at(json, 'data.taskId'));
    expect(later).toMatchObject({ data: { state: 'success', creditsConsumed: 80 } });
    const { resultUrls } = JSON.parse(String(at(later, 'data.resultJson')));
    expect((await download(resultUrls[0])).length).toBeGreaterThan(1000);
    expect(await statusWithoutAgent(resultUrls[0])).toBe(403);
  });

  test.each([
    ['720p', 'kling-3.0/motion-control', 400_000],
    ['1080p', 'kling-3.0/motion-control', 540_000],
    ['720p', 'kling-2.6/motion-control', 220_000],
  ])('bills %s of %s: %i micro-dollars', async (mode, model, microUsd) => {
    const bench = await startKie();
    await bench.submit({ mode }, model);
    expect(bench.emulator.totalMicroUsd('kie')).toBe(microUsd);
  });

  test.each([
    ['a mode of its page', { mode: 'std' }, 500],
    ['two images', { input_urls: ['https://a.example/a.png', 'https://a.example/b.png'] }, 422],
    ['an unknown field', { keep_original_sound: true }, 422],
  ])('refuses %s with HTTP 200 and a code in the body', async (_title, changes, code) => {
    const bench = await startKie();
    const { status, json } = await bench.submit(changes);
    expect(status).toBe(200);
    expect(json).toMatchObject({ code, msg: expect.any(String) });
    expect(bench.emulator.bill).toEqual([]);
  });

  test('can refuse with HTTP statuses too', async () => {
    const bench = await startKie({ kie: { refusals: 'http' } });
    expect(await bench.submit({ mode: 'std' })).toMatchObject({ status: 500 });
  });

  test('takes the video for the orientation where none is given', async () => {
    const bench = await startKie();
    await bench.submit({ character_orientation: undefined });
    expect(bench.emulator.bill[0]?.parameters).not.toHaveProperty('character_orientation');
  });

  test('tells that a failed task consumed nothing', async () => {
    const bench = await startKie();
    bench.emulator.inject({ at: 'submit', kind: 'job-fails', code: '501', message: 'no luck' });
    const { json } = await bench.submit();
    bench.emulator.advance(60_000);
    expect((await bench.get(at(json, 'data.taskId'))).json).toMatchObject({
      data: { state: 'fail', failCode: '501', failMsg: 'no luck', creditsConsumed: 0 },
    });
  });
});
