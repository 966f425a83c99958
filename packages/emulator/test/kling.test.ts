import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRepository, dance, girl, type Repository } from './assets.ts';
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

describe('Kling', () => {
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
    expect(bench.emulator.bill[0]?.inputs.characterSha256).toBe(
      '9312f0d497390d35fe3530c6e20affdb829f5d091d07d311ddcda463ff30ebc9',
    );
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
