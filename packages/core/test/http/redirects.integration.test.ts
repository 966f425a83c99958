import { describe, expect, test } from 'vitest';
import { checkUrl, followRedirects } from '../../src/http/redirects.ts';
import { UnsafeError } from '../../src/model/errors.ts';
import { makePorts } from '../support/ports.ts';
import { startServer } from '../support/server.ts';

describe('credentials', () => {
  test('go to the first address alone, also where it leads back to itself', async () => {
    const storage = await startServer((response) => response.end('bytes'));
    const api = await startServer((response, { url }) => {
      const location = url === '/zip' ? '/moved' : `${storage.origin}/blob?sig=1`;
      response.writeHead(302, { location });
      response.end();
    });
    const response = await followRedirects(makePorts().http, {
      url: `${api.origin}/zip`,
      headers: { 'user-agent': 'test' },
      credentials: { authorization: 'Bearer secret' },
      headersTimeoutMs: 10_000,
      bodyTimeoutMs: 10_000,
      allowLoopback: true,
    });
    response.body.destroy();
    expect(response.status).toBe(200);
    const requests = [...api.requests, ...storage.requests];
    expect(requests.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/zip', 'Bearer secret'],
      ['/moved', undefined],
      ['/blob?sig=1', undefined],
    ]);
    expect(requests.map(({ headers }) => headers['user-agent'])).toEqual(['test', 'test', 'test']);
  });
});

describe('an address without credentials', () => {
  test.each([
    ['https://cdn.example.com/a.mp4', false],
    ['https://cdn.example.com/a.mp4', true],
    ['http://127.0.0.1:4000/a.mp4', true],
    ['http://localhost:4000/a.mp4', true],
    ['http://[::1]:4000/a.mp4', true],
  ])('%s may be used where this machine is let through: %s', (url, allowLoopback) => {
    expect(() => checkUrl(url, allowLoopback)).not.toThrow();
  });

  test.each([
    ['http://127.0.0.1:4000/a.mp4', false],
    ['http://127.evil.com/a.mp4', true],
    ['http://cdn.example.com/a.mp4', true],
    ['https://user@cdn.example.com/a.mp4', true],
    ['https://:password@cdn.example.com/a.mp4', true],
    ['file:///etc/passwd', true],
    ['nonsense', true],
  ])('%s may not be used where this machine is let through: %s', (url, allowLoopback) => {
    expect(() => checkUrl(url, allowLoopback)).toThrow(UnsafeError);
  });
});
