import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { readText } from '../../src/http/body.ts';
import { adviseOnStatus, fetchFile, readFileRepeatedly } from '../../src/http/fetch-file.ts';
import { NoAnswerError, UnsafeError } from '../../src/model/errors.ts';
import type { HttpPort, WireResponse } from '../../src/ports.ts';
import { ImpatientClock, makePorts } from '../support/ports.ts';
import { startServer } from '../support/server.ts';

const ports = makePorts();

async function get(url: string, allowLoopback = true): Promise<WireResponse> {
  const response = await fetchFile(ports, { url, allowLoopback });
  response.body.destroy();
  return response;
}

/** Redirects to `target`, whatever is asked. */
function startRedirect(target: string, status = 302) {
  return startServer((response) => {
    response.writeHead(status, { location: target, 'set-cookie': 'session=1' });
    response.end();
  });
}

describe('a file of somebody else', () => {
  test('is asked for without any credential, and undecoded', async () => {
    const server = await startServer((response) => response.end('bytes'));
    await get(`${server.origin}/a.mp4?sig=1`);
    expect(server.requests).toMatchObject([{ method: 'GET', url: '/a.mp4?sig=1' }]);
    const { headers } = server.requests[0] ?? {};
    expect(headers).toMatchObject({
      'accept-encoding': 'identity',
      'user-agent': expect.stringContaining('motion-transfer/'),
    });
    expect(Object.keys(headers ?? {}).join()).not.toMatch(/auth|cookie|key|token/);
  });

  test('is asked for by range where one is wanted', async () => {
    const server = await startServer((response) => response.end());
    const range = { offset: 100, length: 50 };
    const response = await fetchFile(ports, { url: server.origin, allowLoopback: true, range });
    response.body.destroy();
    expect(server.requests[0]?.headers.range).toBe('bytes=100-149');
  });

  test.each([301, 302, 303, 307, 308])(
    'that moved (%i) is followed, without credentials and cookies',
    async (status) => {
      const target = await startServer((response) => response.end('here'));
      // Another name, so another host, as browsers and cookie jars see it.
      const first = await startRedirect(`http://localhost:${target.port}/b.mp4`, status);
      expect((await get(`${first.origin}/a.mp4`)).status).toBe(200);
      expect(target.requests).toMatchObject([{ method: 'GET', url: '/b.mp4', body: '' }]);
      const names = Object.keys(target.requests[0]?.headers ?? {});
      expect(names.filter((name) => /auth|cookie|referer|key/.test(name))).toEqual([]);
    },
  );

  test('that moved is found by a relative address too', async () => {
    const server = await startServer((response, request) => {
      if (request.url === '/dir/a.mp4') response.writeHead(302, { location: '../b.mp4' });
      response.end();
    });
    await get(`${server.origin}/dir/a.mp4`);
    expect(server.requests.map(({ url }) => url)).toEqual(['/dir/a.mp4', '/b.mp4']);
  });

  test('that moves three times is followed, a fourth time it is not', async () => {
    const server = await startServer((response, { url }) => {
      const left = Number(url.slice(1));
      if (left > 0) response.writeHead(302, { location: `/${left - 1}` });
      response.end();
    });
    expect((await get(`${server.origin}/3`)).status).toBe(200);
    await expect(get(`${server.origin}/4`)).rejects.toThrow(NoAnswerError);
    expect(server.requests).toHaveLength(8);
  });

  test('that moves in a circle is given up', async () => {
    const server = await startServer((response, { url }) => {
      response.writeHead(302, { location: url === '/a' ? '/b' : '/a' });
      response.end();
    });
    await expect(get(`${server.origin}/a`)).rejects.toThrow('redirects more than 3 times');
    expect(server.requests).toHaveLength(4);
  });

  test.each([
    'http://10.0.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://example.com/',
    'https://10.0.0.1/',
    'https://[::ffff:169.254.169.254]/',
    'https://user:password@127.0.0.1/',
    'file:///etc/passwd',
    'ftp://example.com/a',
    'data:text/plain,x',
    'http://[/',
  ])('that moved to %s is not followed', async (target) => {
    const server = await startRedirect(target);
    await expect(get(server.origin)).rejects.toThrow(UnsafeError);
    expect(server.requests).toHaveLength(1);
  });

  test('without a new address is given back as it is', async () => {
    const server = await startServer((response) => {
      response.writeHead(304);
      response.end();
    });
    expect((await get(server.origin)).status).toBe(304);
  });

  test.each([
    'http://127.0.0.1:1/',
    'http://cdn.example.com/',
    'ftp://cdn.example.com/',
    'nonsense',
  ])('at %s is not asked for: only https is', async (url) => {
    await expect(get(url, false)).rejects.toThrow(UnsafeError);
  });

  test('behind https is never fetched by http, not even after a redirect', async () => {
    const asked: string[] = [];
    // No public https host is at hand, so this one network is made up.
    const http: HttpPort = {
      async send({ url }) {
        asked.push(url);
        const headers = { location: 'http://cdn.example.com/b.mp4' };
        return { status: 302, headers, body: Readable.from([]) };
      },
    };
    const url = 'https://cdn.example.com/a.mp4';
    await expect(fetchFile({ ...ports, http }, { url, allowLoopback: false })).rejects.toThrow(
      UnsafeError,
    );
    expect(asked).toEqual([url]);
  });

  test('is never named with its query in an error', async () => {
    const url = 'http://cdn.example.com/a.mp4?X-Amz-Signature=abc';
    const error = await get(url, false).catch((refusal: unknown) => refusal);
    expect(String(error)).toContain('cdn.example.com/a.mp4');
    expect(String(error)).not.toContain('Signature');
  });
});

/** Answers so for the first times, then with the file. */
function startHiccup(times: number, answer: (response: ServerResponse) => void) {
  return startServer((response, _request, count) => {
    if (count <= times) answer(response);
    else response.end('the file');
  });
}

describe('a file whose host has a hiccup', () => {
  const read = (url: string, clock = new ImpatientClock()) =>
    readFileRepeatedly({ ...ports, clock }, { url, allowLoopback: true }, async (response) => ({
      status: response.status,
      text: await readText(clock, response, { what: 'the file', maxBytes: 100 }),
    }));

  test.each([408, 429, 500, 502, 503, 504])('is asked for again after HTTP %i', async (status) => {
    const server = await startHiccup(2, (response) => response.writeHead(status).end());
    expect(await read(server.origin)).toEqual({ status: 200, text: 'the file' });
    expect(server.requests).toHaveLength(3);
  });

  test.each([401, 403, 404, 410, 416])('is not asked for again after HTTP %i', async (status) => {
    const server = await startHiccup(1, (response) => response.writeHead(status).end());
    expect((await read(server.origin)).status).toBe(status);
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['seconds', { 'retry-after': '7' }, 7_000],
    [
      'a date',
      {
        date: 'Mon, 12 Oct 2026 09:00:00 GMT',
        'retry-after': 'Mon, 12 Oct 2026 09:00:09 GMT',
      },
      9_000,
    ],
    ['more than anybody waits for', { 'retry-after': '86400' }, 60_000],
  ])('is left alone for as long as it asks: %s', async (_name, headers, waitMs) => {
    const clock = new ImpatientClock();
    const server = await startHiccup(1, (response) => response.writeHead(429, headers).end());
    expect((await read(server.origin, clock)).status).toBe(200);
    expect(clock.waitsMs).toEqual([waitMs]);
  });

  test('is read again where the connection breaks off inside of it', async () => {
    const server = await startHiccup(1, (response) => {
      response.writeHead(200, { 'content-length': '8' });
      response.write('the', () => response.destroy());
    });
    expect(await read(server.origin)).toEqual({ status: 200, text: 'the file' });
  });

  test('is not read again for being too large', async () => {
    const server = await startHiccup(9, (response) => response.end('x'.repeat(101)));
    await expect(read(server.origin)).rejects.toThrow('is larger than 100 bytes');
    expect(server.requests).toHaveLength(1);
  });
});

test.each([
  [
    404,
    'committed',
    'push the commit (with its LFS objects), and check that the repository is public',
  ],
  [403, 'committed', 'check that the repository is public'],
  [404, 'link', 'nothing is there, or not without a login; fix the link'],
  [410, 'link', 'nothing is there, or not without a login; fix the link'],
  [401, 'link', 'give a link that works without a login, and has not expired'],
  [403, 'link', 'give a link that works without a login, and has not expired'],
  [418, 'link', 'check that the link works without a login'],
  [429, 'link', 'its host asks for fewer requests; run again later'],
  [503, 'committed', 'its host has trouble of its own; run again later'],
  [500, 'link', 'its host has trouble of its own; run again later'],
] as const)('the advice fits the answer: HTTP %i to what is %s', (status, place, advice) => {
  expect(adviseOnStatus(status, place)).toBe(advice);
});
