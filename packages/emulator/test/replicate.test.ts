import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRepository, dance, girl, type Repository } from './assets.ts';
import { at, call, download, type Fields, startWorkbench, type Workbench } from './workbench.ts';

const AUTH = { authorization: 'Bearer r8_emulated_token' };
const PREDICTIONS = '/replicate/v1/predictions';
const MODELS = '/replicate/v1/models/kwaivgi';
const SUBMIT = `${MODELS}/kling-v3-motion-control/predictions`;

let repository: Repository;
beforeAll(() => {
  repository = createRepository({ 'girl.png': girl, 'dance.mp4': dance });
});
afterAll(() => repository.remove());

function post(bench: Workbench, path: string, body: unknown) {
  return call(`${bench.emulator.origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...AUTH },
    body: JSON.stringify(body),
  });
}

function submit(bench: Workbench, changes: Fields = {}, path = SUBMIT) {
  const input = {
    image: bench.url('girl.png'),
    video: bench.url('dance.mp4'),
    mode: 'std',
    ...changes,
  };
  return post(bench, path, { input });
}

function get(bench: Workbench, path: string) {
  return call(`${bench.emulator.origin}${path}`, { headers: AUTH });
}

describe('a prediction', () => {
  test('starts, is polled, and ends with one address', async () => {
    const bench = await startWorkbench(repository, { jobDurationMs: 60_000 });
    const { status, json } = await submit(bench);
    expect(status).toBe(201);
    expect(json).toMatchObject({ status: 'starting', output: null, data_removed: false });
    const path = `${PREDICTIONS}/${json.id}`;
    expect((await get(bench, path)).json.status).toBe('processing');
    bench.emulator.advance(60_000);
    const done = (await get(bench, path)).json;
    expect(done).toMatchObject({ status: 'succeeded', error: null, input: json.input });
    expect((await download(done.output)).length).toBeGreaterThan(0);
  });

  test.each([
    ['std', 280_000],
    ['pro', 480_000],
    [undefined, 480_000],
  ])('of mode %s bills %i micro-dollars', async (mode, microUsd) => {
    const bench = await startWorkbench(repository);
    const { json } = await submit(bench, { mode });
    bench.emulator.advance(60_000);
    await get(bench, `${PREDICTIONS}/${json.id}`);
    expect(bench.emulator.totalMicroUsd('replicate')).toBe(microUsd);
  });

  test.each([
    ['std', 360_000],
    ['pro', 600_000],
    [undefined, 360_000],
  ])('of Kling 2.6 and mode %s bills %i micro-dollars', async (mode, microUsd) => {
    const bench = await startWorkbench(repository);
    const path = `${MODELS}/kling-v2.6-motion-control/predictions`;
    const { json } = await submit(bench, { mode }, path);
    expect(json.model).toBe('kwaivgi/kling-v2.6-motion-control');
    bench.emulator.advance(60_000);
    await get(bench, `${PREDICTIONS}/${json.id}`);
    expect(bench.emulator.totalMicroUsd('replicate')).toBe(microUsd);
  });

  test('forgets its input and output after an hour', async () => {
    const bench = await startWorkbench(repository);
    const { json } = await submit(bench);
    bench.emulator.advance(60_000);
    await get(bench, `${PREDICTIONS}/${json.id}`);
    bench.emulator.advance(3_600_000);
    expect((await get(bench, `${PREDICTIONS}/${json.id}`)).json).toMatchObject({
      status: 'succeeded',
      data_removed: true,
      input: {},
      output: null,
    });
  });

  test.each([
    ['before it starts costs nothing', false],
    ['while it runs is billed', true],
  ])('that is canceled %s, and is called the same', async (_title, isStarted) => {
    const bench = await startWorkbench(repository, { jobDurationMs: 60_000, queueMs: 60_000 });
    const { json } = await submit(bench);
    if (isStarted) bench.emulator.startJobs();
    const running = await get(bench, `${PREDICTIONS}/${json.id}`);
    expect(running.json.status).toBe(isStarted ? 'processing' : 'starting');
    const canceled = await post(bench, `${PREDICTIONS}/${json.id}/cancel`, {});
    expect(canceled.json.status).toBe('canceled');
    expect(bench.emulator.totalMicroUsd('replicate') > 0).toBe(isStarted);
  });

  test('that has succeeded is not canceled any more', async () => {
    const bench = await startWorkbench(repository, { jobDurationMs: 60_000 });
    const { json } = await submit(bench);
    bench.emulator.advance(60_000);
    const answer = await post(bench, `${PREDICTIONS}/${json.id}/cancel`, {});
    expect(answer.json.status).toBe('succeeded');
  });

  test('can fail', async () => {
    const bench = await startWorkbench(repository, { jobDurationMs: 60_000 });
    bench.emulator.inject({ at: 'submit', kind: 'job-fails', code: 'E005', message: 'flagged' });
    const other = await submit(bench);
    bench.emulator.advance(60_000);
    expect((await get(bench, `${PREDICTIONS}/${other.json.id}`)).json).toMatchObject({
      status: 'failed',
      error: 'flagged',
      output: null,
    });
  });

  test('is listed, newest first, with its input', async () => {
    const bench = await startWorkbench(repository);
    const first = await submit(bench);
    const second = await submit(bench, { mode: 'pro' });
    const { json } = await get(bench, PREDICTIONS);
    expect([at(json, 'results[0].id'), at(json, 'results[1].id')]).toEqual([
      second.json.id,
      first.json.id,
    ]);
    expect(at(json, 'results[0].input.mode')).toBe('pro');
  });

  test.each<[string, Fields]>([
    ['without a video', { video: undefined }],
    ['with a mode of another provider', { mode: 'standard' }],
    ['with a field that is unknown', { duration: 5 }],
    ['with an input that is not there', { image: 'http://127.0.0.1:9/x.png' }],
  ])('%s is refused, unbilled', async (_name, changes) => {
    const bench = await startWorkbench(repository);
    const { status, json } = await submit(bench, changes);
    expect([status, json.title]).toEqual([422, 'Input validation failed']);
    expect(bench.emulator.bill).toEqual([]);
  });
});

describe('files of Replicate', () => {
  async function store(bench: Workbench, bytes: Buffer, headers: Record<string, string> = AUTH) {
    const form = new FormData();
    form.append('content', new File([new Uint8Array(bytes)], 'x.bin', { type: 'image/png' }));
    return call(`${bench.emulator.origin}/replicate/v1/files`, {
      method: 'POST',
      headers,
      body: form,
    });
  }

  test('are inputs of predictions, and nobody else reads them', async () => {
    const bench = await startWorkbench(repository);
    const image = await store(bench, girl);
    expect(image.status).toBe(201);
    expect(image.json).toMatchObject({ size: girl.length, content_type: 'image/png' });
    const address = String(at(image.json, 'urls.get'));
    expect((await fetch(address)).status).toBe(401);
    const { status } = await submit(bench, { image: address });
    expect(status).toBe(201);
  });

  test('need the token, and a content', async () => {
    const bench = await startWorkbench(repository);
    expect((await store(bench, girl, {})).status).toBe(401);
    expect((await post(bench, '/replicate/v1/files', {})).status).toBe(400);
  });
});
