import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultKind } from '../src/index.ts';
import { createRepository, dance, girl, type Repository } from './assets.ts';
import { at, call, download, finishedJob, startWorkbench, type Workbench } from './workbench.ts';

let repository: Repository;
beforeAll(() => {
  repository = createRepository({ 'girl.png': girl, 'dance.mp4': dance });
});
afterAll(() => repository.remove());

/** A finished result to download under a fault. */
async function resultUrl(bench: Workbench): Promise<string> {
  return String((await bench.prospolabs()).json.output_url);
}

const billed = (bench: Workbench) => bench.emulator.bill.length;

test('refuses a fault for a provider that is not emulated', async () => {
  const { emulator } = await startWorkbench(repository);
  expect(() => emulator.inject({ provider: 'fall', at: 'submit', kind: 'oversized' })).toThrow(
    "no provider 'fall' is emulated; name one of prospolabs, empiriolabs, fal,",
  );
});

describe('a fault that comes after acceptance', () => {
  test.each(['prospolabs', 'empiriolabs'] as const)(
    'lost-answer: %s has the job and the charge, the client has nothing',
    async (provider) => {
      const bench = await startWorkbench(repository);
      bench.emulator.inject({ provider, at: 'submit', kind: 'lost-answer' });
      await expect(bench[provider]()).rejects.toThrow('fetch failed');
      expect(bench.emulator.bill).toMatchObject([{ provider, state: 'charged' }]);
      expect((await bench[provider]()).status).toBeLessThan(300);
    },
  );

  test.each([500, 502, 503, 504] as const)(
    'error-after-acceptance: %i, and billed',
    async (status) => {
      const bench = await startWorkbench(repository);
      bench.emulator.inject({ at: 'submit', kind: 'error-after-acceptance', status });
      expect((await bench.empiriolabs()).status).toBe(status);
      expect(billed(bench)).toBe(1);
    },
  );

  test('no-id: a success that names no job', async () => {
    const bench = await startWorkbench(repository);
    bench.emulator.inject({ at: 'submit', kind: 'no-id', times: 2 });
    expect((await bench.empiriolabs()).json).toEqual({ status: 'queued' });
    expect((await bench.prospolabs()).json).not.toHaveProperty('generation_id');
    expect(billed(bench)).toBe(2);
  });

  test('html-body: a web page where JSON belongs', async () => {
    const bench = await startWorkbench(repository);
    bench.emulator.inject({ at: 'submit', kind: 'html-body' });
    await expect(bench.empiriolabs()).rejects.toThrow('JSON');
    expect(billed(bench)).toBe(1);
  });

  test('status-word: unknown states, and states that go backward', async () => {
    const bench = await startWorkbench(repository);
    const { json } = await bench.empiriolabs();
    await finishedJob(bench, json.job_id);
    bench.emulator.inject({ at: 'status', kind: 'status-word', word: 'queued' });
    bench.emulator.inject({ at: 'status', kind: 'status-word', word: 'rendering' });
    const words = [];
    for (let poll = 0; poll < 3; poll += 1) {
      words.push((await finishedJob(bench, json.job_id)).status);
    }
    expect(words).toEqual(['queued', 'rendering', 'completed']);
  });

  test('stall: silence, then the answer', async () => {
    const bench = await startWorkbench(repository);
    bench.emulator.inject({ at: 'submit', kind: 'stall', ms: 20 });
    const answer = bench.empiriolabs();
    const request = await bench.emulator.waitFor(({ path }) => path.endsWith('/generations'));
    await bench.emulator.waitForCharge(() => true);
    expect(request.status).toBe('pending');
    expect((await answer).status).toBe(202);
  });

  test('stall: silence for ever', async () => {
    const bench = await startWorkbench(repository);
    bench.emulator.inject({ at: 'status', kind: 'stall', ms: Number.POSITIVE_INFINITY });
    const { json } = await bench.empiriolabs();
    const controller = new AbortController();
    const answer = fetch(`${bench.emulator.origin}/empiriolabs/v1/jobs/${json.job_id}`, {
      headers: { 'x-api-key': 'sk-empiriolabs-emulated-key' },
      signal: controller.signal,
    });
    answer.catch(() => undefined);
    const isPoll = ({ path }: { path: string }) => path.includes('/jobs/');
    await bench.emulator.waitFor((request) => isPoll(request) && request.status === 'pending');
    controller.abort();
    await expect(answer).rejects.toThrow('abort');
    await bench.emulator.waitFor((request) => isPoll(request) && request.status === 'dropped');
  });
});

describe('a fault that keeps a request from being processed', () => {
  test('reset-before: the connection is reset, nothing is bought', async () => {
    const bench = await startWorkbench(repository);
    bench.emulator.inject({ at: 'submit', kind: 'reset-before' });
    const failure = await bench.empiriolabs().catch((cause: unknown) => cause);
    expect(failure).toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(billed(bench)).toBe(0);
  });

  test('error: any status, with the provider’s own envelope or a given body', async () => {
    const bench = await startWorkbench(repository);
    const error = { at: 'submit', kind: 'error' } as const;
    bench.emulator.inject({ ...error, status: 503, provider: 'empiriolabs' });
    bench.emulator.inject({ ...error, status: 502, provider: 'empiriolabs' });
    bench.emulator.inject({ ...error, status: 500, provider: 'prospolabs' });
    const body = { detail: 'teapot' };
    bench.emulator.inject({ ...error, status: 418, body, headers: { 'x-odd': 'yes' } });
    expect(at((await bench.empiriolabs()).json, 'error.code')).toBe('model_unavailable');
    expect(at((await bench.empiriolabs()).json, 'error.code')).toBe('upstream_error');
    expect((await bench.prospolabs()).json.code).toBe('internal_error');
    const odd = await bench.prospolabs();
    expect([odd.status, odd.json, odd.headers.get('x-odd')]).toEqual([418, body, 'yes']);
    expect(billed(bench)).toBe(0);
  });

  test.each(['2', 'Wed, 21 Oct 2026 07:28:00 GMT'])(
    'rate-limited: Retry-After %s',
    async (after) => {
      const bench = await startWorkbench(repository);
      bench.emulator.inject({ at: 'submit', kind: 'rate-limited', retryAfter: after });
      const answer = await bench.empiriolabs();
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, after]);
      expect(billed(bench)).toBe(0);
    },
  );

  test('redirect: to wherever a test wants', async () => {
    const bench = await startWorkbench(repository);
    const to = 'http://169.254.169.254/latest/meta-data';
    bench.emulator.inject({ at: 'submit', kind: 'redirect', to, status: 307 });
    const answer = await bench.prospolabs();
    expect([answer.status, answer.headers.get('location')]).toEqual([307, to]);
    expect(billed(bench)).toBe(0);
  });
});

describe('a fault of a download', () => {
  async function under(kind: FaultKind) {
    const bench = await startWorkbench(repository);
    const url = await resultUrl(bench);
    const whole = await download(url);
    bench.emulator.inject({ at: 'download', ...kind });
    return { bench, url, whole };
  }

  test('truncated-body: breaks off under the whole content-length', async () => {
    const { url, whole } = await under({ kind: 'truncated-body' });
    const response = await fetch(url);
    expect(response.headers.get('content-length')).toBe(String(whole.length));
    await expect(response.arrayBuffer()).rejects.toThrow('terminated');
  });

  test('truncated-body without a length: ends cleanly, half as long', async () => {
    const { url, whole } = await under({ kind: 'truncated-body', contentLength: 'absent' });
    const response = await fetch(url);
    expect(response.headers.get('content-length')).toBe(null);
    expect(response.headers.get('transfer-encoding')).toBe(null);
    const half = Buffer.from(await response.arrayBuffer());
    expect(half.equals(whole.subarray(0, Math.floor(whole.length / 2)))).toBe(true);
  });

  test('wrong-content-length: too small by default, which cuts the file silently', async () => {
    const { url, whole } = await under({ kind: 'wrong-content-length' });
    const received = await download(url);
    expect(received.equals(whole.subarray(0, whole.length - 1_024))).toBe(true);
  });

  test('wrong-content-length: too large ends in an error', async () => {
    const { url } = await under({ kind: 'wrong-content-length', delta: 10 });
    await expect(download(url)).rejects.toThrow('terminated');
  });

  test('slow-body: all of it, in pieces', async () => {
    const { url, whole } = await under({ kind: 'slow-body', totalMs: 20 });
    expect((await download(url)).equals(whole)).toBe(true);
  });

  test('gzip-bomb: a small body that unpacks to many MiB', async () => {
    const { url } = await under({ kind: 'gzip-bomb', mebibytes: 8 });
    const response = await fetch(url);
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(Number(response.headers.get('content-length'))).toBeLessThan(20_000);
    expect((await response.arrayBuffer()).byteLength).toBe(8 * 1024 * 1024);
  });

  test('not-a-video: 200 with a web page', async () => {
    const { url } = await under({ kind: 'not-a-video', contentType: 'video/mp4' });
    expect((await download(url)).toString()).toContain('<html>');
  });

  test('expired: 410 before its time, then the file again', async () => {
    const { url } = await under({ kind: 'expired' });
    const answer = await call(url);
    expect([answer.status, answer.json]).toEqual([410, { code: 'output_expired' }]);
    expect((await fetch(url)).status).toBe(200);
  });

  test('oversized: a body without end', async () => {
    const { bench, url, whole } = await under({ kind: 'oversized' });
    const response = await fetch(url);
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > whole.length * 10) break;
    }
    expect(size).toBeGreaterThan(whole.length * 10);
    await bench.emulator.waitFor(({ status }) => status === 'dropped');
  });
});

describe('an injected fault', () => {
  test('lets `after` requests pass, strikes `times` times, and is recorded each time', async () => {
    const bench = await startWorkbench(repository);
    const fault = { at: 'submit', kind: 'error', status: 500, after: 1, times: 2 } as const;
    bench.emulator.inject(fault);
    const statuses = [];
    for (let request = 0; request < 4; request += 1) {
      statuses.push((await bench.empiriolabs()).status);
    }
    expect(statuses).toEqual([202, 500, 500, 202]);
    expect(bench.emulator.firedFaults).toHaveLength(2);
    expect(bench.emulator.firedFaults[0]?.fault).toEqual(fault);
    expect(bench.emulator.firedFaults[0]?.request.path).toBe('/empiriolabs/v1/videos/generations');
  });

  test('keeps to its provider, and goes on until it is cleared', async () => {
    const bench = await startWorkbench(repository);
    const forever = {
      at: 'submit',
      kind: 'error',
      status: 500,
      times: Number.POSITIVE_INFINITY,
    } as const;
    bench.emulator.inject({ ...forever, provider: 'prospolabs' });
    expect((await bench.empiriolabs()).status).toBe(202);
    expect((await bench.prospolabs()).status).toBe(500);
    expect((await bench.prospolabs()).status).toBe(500);
    bench.emulator.clearFaults();
    expect((await bench.prospolabs()).status).toBe(200);
  });

  test('at `input` with a provider strikes only what that provider reads', async () => {
    const bench = await startWorkbench(repository);
    bench.emulator.inject({ at: 'input', provider: 'prospolabs', kind: 'error', status: 404 });
    expect((await fetch(bench.url('girl.png'))).status).toBe(200);
    expect((await bench.empiriolabs()).status).toBe(202);
    expect((await bench.prospolabs()).json.code).toBe('input_unreachable');
  });
});

describe('the request log', () => {
  test('holds every request with its body, and can be waited on before the request comes', async () => {
    const bench = await startWorkbench(repository);
    const seen = bench.emulator.waitFor(
      ({ method, status }) => method === 'POST' && status === 202,
    );
    await bench.empiriolabs({ prompt: 'a bow' });
    expect(await seen).toMatchObject({
      mount: 'empiriolabs',
      path: '/empiriolabs/v1/videos/generations',
      body: { prompt: 'a bow' },
    });
    const inputs = bench.emulator.requests.filter(({ mount }) => mount === 'raw');
    expect(inputs.map(({ path }) => path.split('/').at(-1)).sort()).toEqual([
      'dance.mp4',
      'girl.png',
    ]);
    await call(`${bench.emulator.origin}/nowhere`);
    expect(bench.emulator.requests.at(-1)).toMatchObject({ mount: 'none', status: 404 });
  });

  test('says what it has seen when nothing that was waited for comes', async () => {
    const bench = await startWorkbench(repository);
    await bench.empiriolabs();
    const waiting = bench.emulator.waitFor(({ method }) => method === 'DELETE', 1);
    await expect(waiting).rejects.toThrow('POST /empiriolabs/v1/videos/generations -> 202');
  });
});
