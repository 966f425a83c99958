import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type ApiContext, callApi, hostOf } from '../../src/http/call-api.ts';
import { createEndpoint } from '../../src/http/endpoint.ts';
import { createRateLimiter } from '../../src/http/rate-limiter.ts';
import { NoAnswerError, UnsafeError } from '../../src/model/errors.ts';
import type { HttpPort } from '../../src/ports.ts';
import type { Adapter, HttpRequest } from '../../src/providers/adapter.ts';
import { empiriolabs } from '../../src/providers/empiriolabs/empiriolabs.ts';
import { kling } from '../../src/providers/kling/kling.ts';
import { makePorts } from '../support/ports.ts';
import { startServer } from '../support/server.ts';

const ORIGIN = 'https://api.empiriolabs.ai';
const KEY = 'sk-empiriolabs-canary';
const ports = makePorts();

function contextAt(baseUrl: string, adapter = empiriolabs as Adapter): ApiContext {
  const environment = { EMPIRIOLABS_BASE_URL: baseUrl, EMPIRIOLABS_API_KEY: KEY };
  const endpoint = createEndpoint(adapter, environment);
  return { ports, endpoint, rateLimiter: createRateLimiter(ports, null) };
}

function call(context: ApiContext, request: Partial<HttpRequest> = {}) {
  const whole: HttpRequest = { method: 'GET', url: `${ORIGIN}/v1/jobs/1`, ...request };
  return callApi(context, whole, new AbortController().signal);
}

describe('a call to a provider', () => {
  test('goes to the moved base URL, with its path prefix kept and its query untouched', async () => {
    const server = await startServer((response) => response.end('{"ok":true}'));
    const answer = await call(contextAt(`${server.origin}/proxy/empirio/`), {
      method: 'POST',
      url: `${ORIGIN}/v1/videos/generations?x=%2F`,
      json: { prompt: 'ä', list: [1] },
    });
    expect(answer).toMatchObject({ status: 200, json: { ok: true }, text: '{"ok":true}' });
    expect(server.requests).toHaveLength(1);
    const [request] = server.requests;
    expect(request).toMatchObject({
      method: 'POST',
      url: '/proxy/empirio/v1/videos/generations?x=%2F',
      body: '{"prompt":"ä","list":[1]}',
    });
    expect(request?.headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      'user-agent': expect.stringContaining('motion-transfer/'),
    });
  });

  test.each([
    ['an API key', { KLINGAI_API_KEY: 'key-0123456789' }],
    ['a pair of keys', { KLINGAI_ACCESS_KEY: 'access-012345', KLINGAI_SECRET_KEY: 'secret-01234' }],
  ])('is read without the credentials that its answer repeats: %s', async (_title, keys) => {
    const server = await startServer((response, { headers }) => {
      const { authorization = '' } = headers;
      const hex = Buffer.from(authorization).toString('hex');
      response.setHeader('x-sent', authorization);
      response.end(JSON.stringify({ message: `no: ${authorization}`, id: 'job-1', hex, ...keys }));
    });
    const environment = { ...keys, KLING_BASE_URL: server.origin };
    const endpoint = createEndpoint(kling as unknown as Adapter, environment);
    const context = { ports, endpoint, rateLimiter: createRateLimiter(ports, null) };
    const url = 'https://api-singapore.klingai.com/tasks?task_ids=1';
    const answer = await call(context, { url });
    const sent = server.requests[0]?.headers.authorization?.replace(/^Bearer /, '') ?? '';
    // Of a signed token the signature is the secret; its claims name the access key.
    const [claims = '', signature = sent] = sent.split('.').slice(1);
    expect(signature.length).toBeGreaterThan(12);
    expect(answer).toMatchObject({ isRedacted: true, json: { id: 'job-1' } });
    const read = JSON.stringify(answer);
    const parts = [signature, signature.slice(0, 12), Buffer.from(signature).toString('hex')];
    for (const secret of [...parts, ...(claims === '' ? [] : [claims]), ...Object.values(keys)])
      expect(read).not.toContain(secret);
  });

  test('has no body and no content type where there is nothing to send', async () => {
    const server = await startServer((response) => response.end());
    const answer = await call(contextAt(server.origin));
    expect(answer).toMatchObject({ json: undefined, text: '' });
    expect(server.requests[0]).toMatchObject({ method: 'GET', url: '/v1/jobs/1', body: '' });
    expect(server.requests[0]?.headers['content-type']).toBeUndefined();
  });

  test.each([
    'https://evil.example/v1/jobs/1',
    'https://api.empiriolabs.ai.evil.example/v1/jobs/1',
    'https://api.empiriolabs.ai@evil.example/',
    'https://api.empiriolabs.ai:8443/v1',
    'http://api.empiriolabs.ai/v1/jobs/1',
    'https://API.empiriolabs.ai/v1',
    '/v1/jobs/1',
    '',
  ])('never carries the key to %j, whether the base URL was moved or not', async (url) => {
    const server = await startServer((response) => response.end('{}'));
    await expect(call(contextAt(server.origin), { url })).rejects.toThrow(UnsafeError);
    expect(server.requests).toEqual([]);

    const asked: string[] = [];
    // Strangers are on no loopback: this network only notes what it is asked.
    const http: HttpPort = {
      async send(request) {
        asked.push(request.url);
        throw new NoAnswerError('nobody is there');
      },
    };
    const unmoved = { ...contextAt(''), ports: { ...ports, http } };
    await expect(call(unmoved, { url })).rejects.toThrow(UnsafeError);
    expect(asked).toEqual([]);
  });

  test('does not follow a redirect: the key would go along', async () => {
    const stranger = await startServer((response) => response.end('{}'));
    for (const status of [301, 302, 303, 307, 308]) {
      const server = await startServer((response) => {
        response.writeHead(status, { location: stranger.origin });
        response.end();
      });
      const answer = await call(contextAt(server.origin), { method: 'POST', json: {} });
      expect(answer.status).toBe(status);
      expect(server.requests).toHaveLength(1);
    }
    expect(stranger.requests).toEqual([]);
  });

  test.each([
    ['none', undefined, 120_000],
    ['ten minutes', 600_000, 660_000],
  ])(
    'with a timeout of its own (%s) has a limit for the whole of it',
    async (_title, timeoutMs, totalTimeoutMs) => {
      const limits: unknown[] = [];
      const http: HttpPort = {
        async send(request) {
          limits.push(request.totalTimeoutMs);
          throw new NoAnswerError('nobody is there');
        },
      };
      const context = { ...contextAt(''), ports: { ...ports, http } };
      await expect(call(context, timeoutMs == null ? {} : { timeoutMs })).rejects.toThrow(
        NoAnswerError,
      );
      expect(limits).toEqual([totalTimeoutMs]);
    },
  );

  test.each([400, 401, 429, 500, 502])('answered %i is sent once', async (status) => {
    const server = await startServer((response) => {
      response.writeHead(status, { 'retry-after': '1' });
      response.end('{"error":{"message":"no"}}');
    });
    const answer = await call(contextAt(server.origin), { method: 'POST', json: {} });
    expect(answer).toMatchObject({ status, headers: { 'retry-after': '1' } });
    expect(server.requests).toHaveLength(1);
  });
});

describe('an answer of a provider', () => {
  test('is read up to its limit and not a byte further', async () => {
    const limit = 1_048_576;
    const server = await startServer((response, _request, count) => {
      const body = JSON.stringify('x'.repeat(limit - 2 + (count - 1)));
      response.end(body);
    });
    const context = contextAt(server.origin);
    expect((await call(context)).json).toHaveLength(limit - 2);
    await expect(call(context)).rejects.toThrow(NoAnswerError);
    await expect(call(context)).rejects.toThrow(`larger than ${limit} bytes`);
  });

  test('without an end is left, and the server learns it', async () => {
    let hungUp = () => {};
    const closed = new Promise<void>((resolve) => {
      hungUp = resolve;
    });
    const server = await startServer((response) => {
      response.on('close', hungUp);
      const more = () => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', more);
      };
      more();
    });
    await expect(call(contextAt(server.origin))).rejects.toThrow(NoAnswerError);
    await closed;
  });

  test.each(['gzip', 'br', 'deflate', 'x-bomb'])('in %s is not unpacked', async (encoding) => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    const server = await startServer((response) => {
      response.writeHead(200, { 'content-encoding': encoding });
      response.end(bomb);
    });
    await expect(call(contextAt(server.origin))).rejects.toThrow(`${encoding}-encoded`);
  });

  test('that breaks off is none', async () => {
    const server = await startServer((response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"job_id":"job_1"');
      setImmediate(() => response.destroy());
    });
    await expect(call(contextAt(server.origin))).rejects.toThrow(NoAnswerError);
  });

  test('that is not JSON is kept as an excerpt', async () => {
    const server = await startServer((response) => response.end(`<html>${'x'.repeat(2_000)}`));
    const answer = await call(contextAt(server.origin));
    expect(answer.json).toBeUndefined();
    expect(answer.text).toMatch(/^<html>x{994}$/);
  });
});

test.each([
  ['https://cdn.example.com/a/b.mp4?X-Amz-Signature=abc#f', 'cdn.example.com/a/b.mp4'],
  ['https://user:secret@cdn.example.com/a', 'cdn.example.com/a'],
  ['not a url?token=1', 'an unreadable URL'],
])('%s is called %s in messages', (url, name) => {
  expect(hostOf(url)).toBe(name);
});
