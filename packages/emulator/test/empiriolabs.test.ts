import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { DONE_WORDS, FAILED_WORDS, RESULT_SHAPES, remuxPerformer } from '../src/index.ts';
import { probeVideoSeconds } from '../src/media/probe-video.ts';
import { createRepository, dance, girl, type Repository, repeatClip } from './assets.ts';
import {
  at,
  call,
  download,
  EMPIRIOLABS_AUTH,
  finishedJob,
  startWorkbench,
  validEmpiriolabs,
} from './workbench.ts';

let repository: Repository;
beforeAll(async () => {
  repository = createRepository({
    'girl.png': girl,
    'dance.mp4': dance,
    'twelve-seconds.mp4': await repeatClip(dance, 3),
    'lfs/dance.mp4': dance,
  });
});
afterAll(() => repository.remove());

const JOBS = '/empiriolabs/v1/jobs';

test('takes WEBM clips, as its page says, and bills their seconds', async () => {
  const fixture = new URL('../../core/test/fixtures/webm/wave.webm', import.meta.url);
  const files = createRepository({ 'girl.png': girl, 'wave.webm': readFileSync(fixture) });
  onTestFinished(() => files.remove());
  const bench = await startWorkbench(files, { performer: remuxPerformer });
  const reference_video = bench.url('wave.webm');
  const { status, json } = await bench.empiriolabs({ reference_video });
  expect(status, JSON.stringify(json)).toBe(202);
  const job = await finishedJob(bench, json.job_id);
  const video = await download(at(job, 'result.data[0].url'));
  expect(await probeVideoSeconds(video)).toBeCloseTo(3.2, 1);
  expect((await bench.prospolabs({ video_urls: [reference_video] })).status).toBe(422);
});

describe('an EmpirioLabs job', () => {
  test('is accepted with 202, polled, and ends with a video', async () => {
    const bench = await startWorkbench(repository, { jobDurationMs: 60_000 });
    const submitted = await bench.empiriolabs();
    const id = submitted.json.job_id;
    expect(submitted.status).toBe(202);
    expect(submitted.json).toEqual({
      job_id: expect.stringMatching(/^job_/),
      status: 'queued',
      poll_url: `/v1/jobs/${id}`,
    });
    bench.emulator.advance(30_000);
    const running = await bench.get(`${JOBS}/${id}`);
    expect(running.json).toMatchObject({ status: 'processing', completed_at: null, result: null });
    expect(running.json.progress).toBeCloseTo(0.5, 1);
    const json = await finishedJob(bench, id);
    expect(json).toEqual({
      job_id: id,
      status: 'completed',
      progress: 1,
      created_at: expect.any(String),
      completed_at: expect.any(String),
      result: {
        data: [{ url: expect.any(String), content_type: 'video/mp4', duration_seconds: 4 }],
        usage: { billable_units: 4, billing_unit: 'second' },
      },
      error: null,
    });
    const video = await download(at(json, 'result.data[0].url'));
    expect(await probeVideoSeconds(video)).toBeCloseTo(4, 3);
  });

  test('is cut to the duration, without the sound where that is asked for', async () => {
    const bench = await startWorkbench(repository);
    const { json } = await bench.empiriolabs({ duration: 2.5, keep_original_sound: false });
    const url = at(await finishedJob(bench, json.job_id), 'result.data[0].url');
    const video = await download(url);
    expect(await probeVideoSeconds(video)).toBeCloseTo(2.5, 3);
    expect(video.includes('mp4a')).toBe(false);
  });

  test.each(RESULT_SHAPES)('can answer its URL at %s', async (resultShape) => {
    const bench = await startWorkbench(repository, { empiriolabs: { resultShape } });
    const { json } = await bench.empiriolabs();
    const job = await finishedJob(bench, json.job_id);
    const found = RESULT_SHAPES.filter((shape) => typeof at(job, shape) === 'string');
    expect(found).toEqual([resultShape]);
    expect(at(job, resultShape)).toContain('/files/job_');
  });

  test.each(DONE_WORDS)('can call itself done with %s', async (doneWord) => {
    const bench = await startWorkbench(repository, { empiriolabs: { doneWord } });
    const { json } = await bench.empiriolabs();
    expect((await finishedJob(bench, json.job_id)).status).toBe(doneWord);
  });

  test.each(FAILED_WORDS)('can fail with the word %s, and stays billed', async (failedWord) => {
    const bench = await startWorkbench(repository, { empiriolabs: { failedWord } });
    bench.emulator.inject({ at: 'submit', kind: 'job-fails', code: 'moderated', message: 'no' });
    const { json } = await bench.empiriolabs();
    expect(await finishedJob(bench, json.job_id)).toMatchObject({
      status: failedWord,
      result: null,
      error: { code: 'moderated', message: 'no' },
    });
    expect(bench.emulator.totalMicroUsd('empiriolabs')).toBe(560_000);
  });

  test('can fail unbilled, at a poll', async () => {
    const bench = await startWorkbench(repository, { jobDurationMs: 60_000 });
    const { json } = await bench.empiriolabs();
    const fails = { kind: 'job-fails', code: 'crashed', message: 'no', billed: false } as const;
    bench.emulator.inject({ at: 'status', ...fails });
    expect((await bench.get(`${JOBS}/${json.job_id}`)).json.status).toBe('failed');
    expect(bench.emulator.bill[0]?.state).toBe('refunded');
  });

  test('fails loudly where the performer makes no video', async () => {
    const performer = async () => new Uint8Array(10);
    const bench = await startWorkbench(repository, { performer });
    const { json } = await bench.empiriolabs();
    const job = await finishedJob(bench, json.job_id);
    expect(at(job, 'error.message')).toContain('no MP4 video');
  });
});

describe('the EmpirioLabs bill', () => {
  test.each([
    ['std, 4 s', { mode: 'std', duration: 4 }, 560_000],
    ['pro, 4 s', { mode: 'pro', duration: 4 }, 720_000],
    ['std, 2.5 s', { duration: 2.5 }, 350_000],
    ['no duration: the default of 5', { duration: undefined }, 700_000],
    ['no mode: std', { mode: undefined }, 560_000],
    ['more than the clip has', { duration: 9 }, 1_260_000],
    ['more than the orientation allows: its cap', { duration: 30 }, 1_400_000],
    ['30 s with video orientation', { duration: 30, character_orientation: 'video' }, 4_200_000],
  ])('is by the requested duration: %s', async (_, changes, microUsd) => {
    const bench = await startWorkbench(repository);
    expect((await bench.empiriolabs(changes)).status).toBe(202);
    expect(bench.emulator.totalMicroUsd('empiriolabs')).toBe(microUsd);
  });

  test('is readable as usage, newest first, page by page', async () => {
    const bench = await startWorkbench(repository, {
      empiriolabs: { creditsMicroUsd: 10_000_000 },
    });
    const first = await bench.empiriolabs();
    const second = await bench.empiriolabs({ mode: 'pro' });
    await finishedJob(bench, first.json.job_id);
    await finishedJob(bench, second.json.job_id);
    const page = (await bench.get('/empiriolabs/v1/account/usage?limit=1')).json;
    expect(page.balance).toEqual({ amount: 8.72, currency: 'USD' });
    expect(at(page, 'data[0].cost')).toEqual({ amount: 0.72, currency: 'USD' });
    expect(at(page, 'data[0].output_urls[0]')).toContain(String(second.json.job_id));
    const next = `/empiriolabs/v1/account/usage?limit=1&before=${page.next_cursor}`;
    const rest = (await bench.get(next)).json;
    expect(at(rest, 'data[0].cost.amount')).toBe(0.56);
    expect(rest.next_cursor).toBe(null);
  });

  test('stops at the credit', async () => {
    const bench = await startWorkbench(repository, { empiriolabs: { creditsMicroUsd: 600_000 } });
    expect((await bench.empiriolabs()).status).toBe(202);
    const refused = await bench.empiriolabs();
    expect(refused.status).toBe(402);
    expect(at(refused.json, 'error.code')).toBe('insufficient_credits');
    expect(bench.emulator.bill).toHaveLength(1);
  });
});

describe('the list of EmpirioLabs jobs', () => {
  test('is newest first, by state, with the inputs of each', async () => {
    const bench = await startWorkbench(repository, { jobDurationMs: 60_000 });
    const first = await bench.empiriolabs();
    await finishedJob(bench, first.json.job_id);
    const second = await bench.empiriolabs({ mode: 'pro' });
    const idsOf = async (query: string) => {
      const { data } = (await bench.get(`${JOBS}${query}`)).json;
      return Array.isArray(data) ? data.map((job) => at(job, 'job_id')) : [];
    };
    expect(await idsOf('')).toEqual([second.json.job_id, first.json.job_id]);
    expect(await idsOf('?status=processing')).toEqual([second.json.job_id]);
    expect(await idsOf('?status=completed')).toEqual([first.json.job_id]);
    expect(await idsOf('?limit=1')).toEqual([second.json.job_id]);
    const { json } = await bench.get(JOBS);
    expect(at(json, 'data[0].input')).toEqual({ ...validEmpiriolabs(bench.url), mode: 'pro' });
    expect((await bench.get(`${JOBS}?limit=101`)).status).toBe(400);
    expect((await bench.get(`${JOBS}?status=done`)).status).toBe(400);
  });
});

describe('the EmpirioLabs request body', () => {
  test.each([
    ['an unknown field', { seed: 1 }, 400, 'invalid_request'],
    ['the other provider’s field', { image_url: 'https://x.test/a.png' }, 400, 'invalid_request'],
    ['no image', { reference_image: undefined }, 400, 'invalid_request'],
    ['no video', { reference_video: undefined }, 400, 'invalid_request'],
    ['videos in an array', { reference_video: ['https://x.test/a.mp4'] }, 400, 'invalid_request'],
    ['a mode of the other provider', { mode: 'standard' }, 400, 'invalid_request'],
    ['a duration as text', { duration: '5' }, 400, 'invalid_request'],
    ['a duration under 1', { duration: 0.5 }, 400, 'invalid_request'],
    ['a duration over 30', { duration: 31 }, 400, 'invalid_request'],
    ['an unknown model', { model: 'kling-3-motion-control' }, 404, 'model_not_found'],
  ])('is refused for %s, unbilled', async (_, changes, status, code) => {
    const bench = await startWorkbench(repository);
    const answer = await bench.empiriolabs(changes);
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual({
      error: { code, message: expect.any(String), type: 'invalid_request_error' },
    });
    expect(bench.emulator.bill).toEqual([]);
  });

  test('needs a prompt where the options follow the docs page', async () => {
    const bench = await startWorkbench(repository, { empiriolabs: { promptRequired: true } });
    expect((await bench.empiriolabs()).status).toBe(400);
    expect((await bench.empiriolabs({ prompt: 'a bow' })).status).toBe(202);
  });

  test.each([
    ['a pointer', 'lfs/dance.mp4', 'a Git LFS pointer'],
    ['too long', 'twelve-seconds.mp4', 'at most 10 s'],
    ['missing', 'nothing.mp4', 'answered 404'],
  ])('is refused for a clip that is %s', async (_, path, reason) => {
    const bench = await startWorkbench(repository);
    const answer = await bench.empiriolabs({ reference_video: bench.url(path) });
    expect(answer.status).toBe(400);
    expect(at(answer.json, 'error.message')).toContain(reason);
    expect(bench.emulator.bill).toEqual([]);
  });
});

describe('the EmpirioLabs account', () => {
  test('takes its key in either header, and no other key', async () => {
    const bench = await startWorkbench(repository);
    const url = `${bench.emulator.origin}/empiriolabs/v1/models/kling-v3-motion-control`;
    const statusWith = async (headers: Record<string, string>) =>
      (await call(url, { headers })).status;
    expect(await statusWith(EMPIRIOLABS_AUTH)).toBe(200);
    expect(await statusWith({ 'x-api-key': 'sk-empiriolabs-emulated-key' })).toBe(200);
    const missing = await call(url);
    expect([missing.status, at(missing.json, 'error.code')]).toEqual([401, 'missing_api_key']);
    const invalid = await call(url, { headers: { 'x-api-key': 'sk-empiriolabs-other' } });
    expect([invalid.status, at(invalid.json, 'error.code')]).toEqual([401, 'invalid_api_key']);
  });

  test('lists the rates it charges', async () => {
    const bench = await startWorkbench(repository);
    const { json } = await bench.get('/empiriolabs/v1/models/kling-v3-motion-control');
    expect(at(json, 'pricing_rows[0].price_usd')).toBe(0.14);
    expect(at(json, 'pricing_rows[1].price_usd')).toBe(0.18);
  });

  test('has a real limit of requests a minute, over all endpoints', async () => {
    const bench = await startWorkbench(repository, {
      empiriolabs: { requestsPerMinute: 3, retryAfter: '7' },
    });
    const { json } = await bench.empiriolabs();
    await bench.get(`${JOBS}/${json.job_id}`);
    await bench.get(JOBS);
    const refused = await bench.empiriolabs();
    expect(refused.status).toBe(429);
    expect(at(refused.json, 'error.code')).toBe('rate_limit_exceeded');
    expect(refused.headers.get('retry-after')).toBe('7');
    bench.emulator.advance(61_000);
    expect((await bench.empiriolabs()).status).toBe(202);
    expect(bench.emulator.bill).toHaveLength(2);
  });

  test('signs its result URLs, and lets them run out', async () => {
    const bench = await startWorkbench(repository);
    const { json } = await bench.empiriolabs();
    const url = String(at(await finishedJob(bench, json.job_id), 'result.data[0].url'));
    expect((await fetch(url.replace(/\?.*/, ''))).status).toBe(403);
    expect((await fetch(url)).status).toBe(200);
    bench.emulator.advance(7 * 24 * 3_600_000);
    expect((await fetch(url)).status).toBe(403);
  });
});
