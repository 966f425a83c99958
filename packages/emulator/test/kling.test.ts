import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRepository, dance, girl, type Repository, sha256 } from './assets.ts';
import { at, call, download, type Fields, startWorkbench } from './workbench.ts';

let repository: Repository;
beforeAll(() => {
  repository = createRepository({ 'girl.png': girl, 'dance.mp4': dance });
});
afterAll(() => repository.remove());

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as the reference's own sample makes it, unless asked otherwise. */
function token(changes: Fields = {}, secret = 'kling-emulated-secret-key', alg = 'HS256'): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: 'kling-emulated-access-key', exp: now + 1800, nbf: now - 5, ...changes };
  const signed = `${encode({ alg, typ: 'JWT' })}.${encode(claims)}`;
  return `Bearer ${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

async function startKling(options: Parameters<typeof startWorkbench>[1] = {}) {
  const { emulator, url } = await startWorkbench(repository, options);
  const valid = {
    model_name: 'kling-v3',
    image_url: url('girl.png'),
    video_url: url('dance.mp4'),
    keep_original_sound: 'yes',
    character_orientation: 'image',
    mode: 'std',
  };
  const base = `${emulator.origin}/kling/v1/videos/motion-control`;
  return {
    emulator,
    submit: (changes: Fields = {}, authorization = token()) =>
      call(base, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({ ...valid, ...changes }),
      }),
    get: (id: unknown) => call(`${base}/${id}`, { headers: { authorization: token() } }),
  };
}

const API_KEY = 'Bearer kling-emulated-api-key';

describe('the legacy API of Kling', () => {
  test('finds a task by its own id and by ours, and tells the units it took', async () => {
    const bench = await startKling();
    const { json } = await bench.submit({ external_task_id: 'ours-1' });
    expect(json).toMatchObject({
      code: 0,
      data: { task_status: 'submitted', task_info: { external_task_id: 'ours-1' } },
    });
    bench.emulator.advance(60_000);
    const byOurs = await bench.get('ours-1');
    expect(byOurs.json).toEqual((await bench.get(at(json, 'data.task_id'))).json);
    expect(byOurs.json).toMatchObject({
      data: { task_status: 'succeed', final_unit_deduction: '3.6' },
    });
    const video = await download(at(byOurs.json, 'data.task_result.videos[0].url'));
    expect(video.length).toBeGreaterThan(1000);
  });

  test.each([
    ['kling-v3', 'std', 504_000],
    ['kling-v3', 'pro', 672_000],
    ['kling-v2-6', 'std', 280_000],
    // "Default to kling-v2-6".
    [undefined, 'std', 280_000],
  ])('bills %s, %s: %i micro-dollars', async (model, mode, microUsd) => {
    const bench = await startKling();
    await bench.submit({ model_name: model, mode });
    expect(bench.emulator.totalMicroUsd('kling')).toBe(microUsd);
  });

  test('takes an image as bare base64, and as nothing else', async () => {
    const bench = await startKling();
    const base64 = girl.toString('base64');
    expect((await bench.submit({ image_url: base64 })).status).toBe(200);
    expect(bench.emulator.bill[0]?.inputs.characterSha256).toBe(sha256(girl));
    const prefixed = await bench.submit({ image_url: `data:image/png;base64,${base64}` });
    expect(prefixed).toMatchObject({ status: 400, json: { code: 1201 } });
  });

  test.each([
    ['no token', '', 1001],
    ['another secret', token({}, 'another'), 1002],
    ['another access key', token({ iss: 'another' }), 1002],
    ['an unsigned token', token({}, undefined, 'none'), 1002],
    ['a token from the future', token({ nbf: Math.floor(Date.now() / 1000) + 60 }), 1003],
    ['an old token', token({ exp: Math.floor(Date.now() / 1000) - 1 }), 1004],
  ])('refuses %s with its own code', async (_title, authorization, code) => {
    const { emulator } = await startKling();
    const answer = await call(`${emulator.origin}/kling/v1/videos/motion-control/x`, {
      headers: authorization === '' ? {} : { authorization },
    });
    expect(answer).toMatchObject({ status: 401, json: { code } });
  });

  test.each([
    ['boolean sound', { keep_original_sound: true }],
    ['another word for the tier', { mode: 'standard' }],
    ['an unknown field', { duration: 5 }],
    ['two elements', { element_list: [{ element_id: '1' }, { element_id: '2' }] }],
  ])('refuses %s', async (_title, changes) => {
    const bench = await startKling();
    expect(await bench.submit(changes)).toMatchObject({ status: 400, json: { code: 1201 } });
    expect(bench.emulator.bill).toEqual([]);
  });

  test('refuses a second task with the same id of ours', async () => {
    const bench = await startKling();
    await bench.submit({ external_task_id: 'twice' });
    expect(await bench.submit({ external_task_id: 'twice' })).toMatchObject({ status: 400 });
    expect(bench.emulator.bill).toHaveLength(1);
  });

  test('answers 429 for an empty account, and for too many tasks at once', async () => {
    const poor = await startKling({ kling: { accountTrouble: 1102 } });
    expect(await poor.submit()).toMatchObject({ status: 429, json: { code: 1102 } });
    const small = await startKling({ kling: { parallelTasks: 1 }, jobDurationMs: 3_600_000 });
    expect((await small.submit()).status).toBe(200);
    expect(await small.submit()).toMatchObject({ status: 429, json: { code: 1303 } });
  });
});

describe('the legacy API of Kling, with an API key', () => {
  test('answers reads, and makes tasks unless it is told not to', async () => {
    const willing = await startKling();
    const made = await willing.submit({}, API_KEY);
    expect(made.status).toBe(200);
    const strict = await startKling({ kling: { legacyCreatesWithApiKey: 'refused' } });
    expect(await strict.submit({}, API_KEY)).toMatchObject({ status: 401, json: { code: 1002 } });
    const read = await call(`${strict.emulator.origin}/kling/v1/videos/motion-control/x`, {
      headers: { authorization: API_KEY },
    });
    expect(read).toMatchObject({ status: 404, json: { code: 1203 } });
  });
});

describe('the current API of Kling', () => {
  async function startCurrent(options: Parameters<typeof startWorkbench>[1] = {}) {
    const { emulator, url } = await startWorkbench(repository, options);
    const image = { type: 'image', url: url('girl.png') };
    const video = { type: 'video', url: url('dance.mp4') };
    const settings = { character_orientation: 'image', audio: 'original', resolution: '720p' };
    const base = `${emulator.origin}/kling`;
    return {
      emulator,
      image,
      video,
      settings,
      submit: (changes: Fields = {}, segment = 'kling-3.0', authorization = API_KEY) =>
        call(`${base}/motion-control/${segment}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization },
          body: JSON.stringify({ contents: [image, video], settings, ...changes }),
        }),
      ask: (query: string, authorization = API_KEY) =>
        call(`${base}/tasks${query}`, { headers: { authorization } }),
    };
  }

  test('finds tasks by their ids and by ours, and tells what each took', async () => {
    const bench = await startCurrent();
    const { json } = await bench.submit({ options: { external_task_id: 'ours-1' } });
    expect(json).toMatchObject({ code: 0, data: { status: 'submitted', external_id: 'ours-1' } });
    await bench.submit({ options: { external_task_id: 'ours-2' } });
    bench.emulator.advance(60_000);
    const byOurs = await bench.ask('?external_task_ids=ours-1');
    expect(byOurs.json).toEqual((await bench.ask(`?task_ids=${at(json, 'data.id')}`)).json);
    expect(byOurs.json).toMatchObject({
      data: [
        {
          status: 'succeeded',
          billing: [{ charge_type: 'unit', amount: '3.6', package_type: 'video' }],
        },
      ],
    });
    const video = await download(at(byOurs.json, 'data[0].outputs[0].url'));
    expect(video.length).toBeGreaterThan(1000);
    expect((await bench.ask('?external_task_ids=ours-1,ours-2')).json.data).toHaveLength(2);
    expect((await bench.ask('?task_ids=unknown')).json).toMatchObject({ code: 0, data: [] });
  });

  test('tells dollars where the account pays from a balance', async () => {
    const bench = await startCurrent({ kling: { paysFrom: 'balance' } });
    await bench.submit({ options: { external_task_id: 'ours' } });
    bench.emulator.advance(60_000);
    expect((await bench.ask('?external_task_ids=ours')).json).toMatchObject({
      data: [{ billing: [{ charge_type: 'cash', amount: '0.504', currency: 'USD' }] }],
    });
  });

  test.each([
    ['kling-3.0', '720p', 504_000],
    ['kling-3.0', '1080p', 672_000],
    ['kling-2.6', '720p', 280_000],
  ])('bills %s, %s: %i micro-dollars', async (segment, resolution, microUsd) => {
    const bench = await startCurrent();
    await bench.submit({ settings: { ...bench.settings, resolution } }, segment);
    expect(bench.emulator.totalMicroUsd('kling')).toBe(microUsd);
  });

  test.each([
    ['no key', '', 1001, 'Authentication failed'],
    ['another key', 'Bearer another', 1002, 'Authentication failed'],
    ['a token of the pair', token(), 1002, 'does not support AK/SK'],
  ])('refuses %s', async (_title, authorization, code, reason) => {
    const { emulator } = await startCurrent();
    const answer = await call(`${emulator.origin}/kling/tasks?task_ids=1`, {
      headers: authorization === '' ? {} : { authorization },
    });
    expect(answer).toMatchObject({ status: 401, json: { code } });
    expect(answer.json.message).toContain(reason);
  });

  const element = { type: 'element', element_id: '8298', id: 'element_1' };

  test.each([
    ['a model in the body', { model_name: 'kling-v3' }, 'kling-3.0'],
    ['no settings', { settings: undefined }, 'kling-3.0'],
    ['no orientation', { settings: { audio: 'off' } }, 'kling-3.0'],
    [
      'the sound in the words of the legacy API',
      { settings: { character_orientation: 'image', audio: 'yes' } },
      'kling-3.0',
    ],
    [
      'an unknown setting',
      { settings: { character_orientation: 'image', duration: 5 } },
      'kling-3.0',
    ],
    ['an unknown option', { options: { external_id: 'x' } }, 'kling-3.0'],
    ['no contents', { contents: [] }, 'kling-3.0'],
    [
      'an unknown content',
      { contents: [{ type: 'first_frame', url: 'https://x.example/a.png' }] },
      'kling-3.0',
    ],
  ])('refuses %s', async (_title, changes, segment) => {
    const bench = await startCurrent();
    expect(await bench.submit(changes, segment)).toMatchObject({
      status: 400,
      json: { code: 1201 },
    });
    expect(bench.emulator.bill).toEqual([]);
  });

  test('takes each content once, and an element with Kling 3.0 and the orientation of the video', async () => {
    const bench = await startCurrent();
    const { image, video } = bench;
    const settings = { ...bench.settings, character_orientation: 'video' };
    const statusOf = async (changes: Fields, segment?: string) =>
      (await bench.submit(changes, segment)).status;
    expect(await statusOf({ contents: [image, image, video] })).toBe(400);
    expect(await statusOf({ contents: [image, { ...video, id: 'video_1' }] })).toBe(400);
    expect(await statusOf({ contents: [image, video, element] })).toBe(400);
    expect(await statusOf({ contents: [image, video, element], settings }, 'kling-2.6')).toBe(400);
    expect(await statusOf({ contents: [image, video, element], settings })).toBe(200);
    expect(bench.emulator.bill).toHaveLength(1);
  });

  test('takes an image as bare base64, or as a data URI where it is told so', async () => {
    const base64 = girl.toString('base64');
    const dataUri = `data:image/png;base64,${base64}`;
    for (const [inlineImage, right, wrong] of [
      ['base64', base64, dataUri],
      ['data-uri', dataUri, base64],
    ] as const) {
      const bench = await startCurrent({ kling: { inlineImage } });
      const contents = (url: string) => ({ contents: [{ type: 'image', url }, bench.video] });
      expect((await bench.submit(contents(wrong))).status).toBe(400);
      expect((await bench.submit(contents(right))).status).toBe(200);
    }
  });

  test('takes an image above the 10 MB of the legacy API', async () => {
    const large = Buffer.concat([girl, Buffer.alloc(11 * 1_048_576)]).toString('base64');
    const bench = await startCurrent();
    const contents = [{ type: 'image', url: large }, bench.video];
    expect((await bench.submit({ contents })).status).toBe(200);
    const legacy = await startKling();
    expect(await legacy.submit({ image_url: large })).toMatchObject({ status: 400 });
  });

  test.each(['', '?task_ids=1&external_task_ids=2', '?ids=1'])(
    'refuses the question %j',
    async (query) => {
      const bench = await startCurrent();
      expect(await bench.ask(query)).toMatchObject({ status: 400, json: { code: 1201 } });
    },
  );

  test('knows nothing of the tasks of the legacy API, nor that one of its own', async () => {
    const legacy = await startKling();
    const { json } = await legacy.submit({ external_task_id: 'ours' });
    const atCurrent = await call(
      `${legacy.emulator.origin}/kling/tasks?task_ids=${at(json, 'data.task_id')}`,
      { headers: { authorization: API_KEY } },
    );
    expect(atCurrent.json).toMatchObject({ data: [] });
    const current = await startCurrent();
    const made = await current.submit();
    const atLegacy = await call(
      `${current.emulator.origin}/kling/v1/videos/motion-control/${at(made.json, 'data.id')}`,
      { headers: { authorization: token() } },
    );
    expect(atLegacy).toMatchObject({ status: 404, json: { code: 1203 } });
  });
});
