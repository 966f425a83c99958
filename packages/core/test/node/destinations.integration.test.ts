import type { LookupAddress } from 'node:dns';
import { describe, expect, test } from 'vitest';
import { UnsafeError } from '../../src/model/errors.ts';
import { createNodeHttp } from '../../src/node/http.ts';
import type { HttpPort } from '../../src/ports.ts';
import { startServer } from '../support/server.ts';

const request = {
  method: 'GET',
  headers: {},
  headersTimeoutMs: 300_000,
  bodyTimeoutMs: 300_000,
  allowLoopback: false,
};

/** A name server of the test's own; counts what it is asked. */
function resolverOf(answers: (hostname: string) => readonly string[]) {
  const asked: string[] = [];
  const http = createNodeHttp((hostname, callback) => {
    asked.push(hostname);
    const addresses: LookupAddress[] = answers(hostname).map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    callback(null, addresses);
  });
  return { http, asked };
}

function send(http: HttpPort, url: string, allowLoopback = false) {
  return http.send({ ...request, url, allowLoopback });
}

const hostileUrls = [
  // loopback in every spelling that a URL understands
  'https://127.0.0.1/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0x7f.1/',
  'https://0177.0.0.1/',
  'https://017700000001/',
  'https://127.0.0.1./',
  'https://%31%32%37.0.0.1/',
  'https://１２７.０.０.１/',
  'https://①②⑦.⓪.⓪.①/',
  'https://127。0。0。1/',
  'https://[::1]/',
  'https://[0:0:0:0:0:0:0:1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::7f00:1]/',
  // nowhere and everywhere
  'https://0.0.0.0/',
  'https://0/',
  'https://[::]/',
  'https://255.255.255.255/',
  'https://[ff02::1]/',
  // private networks
  'https://10.0.0.1/',
  'https://172.16.0.1/',
  'https://192.168.1.1/',
  'https://100.64.0.1/',
  'https://[fc00::1]/',
  'https://[fe80::1]/',
  // metadata services
  'https://169.254.169.254/latest/meta-data/',
  'https://2852039166/',
  'https://0xa9fea9fe/',
  'https://[::ffff:169.254.169.254]/',
  'https://[fd00:ec2::254]/',
  'https://168.63.129.16/',
  'https://100.100.100.200/',
  'https://192.0.0.192/',
  // IPv4 inside IPv6
  'https://[64:ff9b::7f00:1]/',
  'https://[64:ff9b:1::a00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[2001:0:7f00:1::]/',
  'https://[2001:db8::1]/',
  // other schemes, credentials, confusion
  'http://example.com/',
  'http://169.254.169.254/',
  'ftp://example.com/',
  'file:///etc/passwd',
  'data:text/plain,x',
  'javascript:alert(1)',
  'gopher://example.com/',
  'ws://example.com/',
  'https://user@example.com/',
  'https://user:password@example.com/',
  'https://:password@example.com/',
  'https://example.com@127.0.0.1/',
  'https://example.com:443@[::1]/',
  'https:\\\\127.0.0.1\\',
  'https://[fe80::1%25eth0]/',
  'https://',
  '//example.com/',
  '/etc/passwd',
  '',
];

describe('a destination', () => {
  test.each(hostileUrls)('%j is refused before anybody is asked', async (url) => {
    const { http, asked } = resolverOf(() => ['93.184.216.34']);
    await expect(send(http, url)).rejects.toThrow(UnsafeError);
    expect(asked).toEqual([]);
  });

  test.each([
    ['localhost', ['127.0.0.1']],
    ['localhost', ['::1']],
    ['metadata.google.internal', ['169.254.169.254']],
    ['mixed.example', ['93.184.216.34', '10.0.0.1']],
    ['mixed.example', ['10.0.0.1', '93.184.216.34']],
    ['mapped.example', ['::ffff:10.0.0.1']],
    ['scoped.example', ['fe80::1%eth0']],
    ['nat64.example', ['64:ff9b::a00:1']],
    ['xn--80ak6aa92e.example', ['192.168.0.1']],
    ['odd.example', ['not an address']],
  ] as const)('%s that leads to %j is refused', async (hostname, addresses) => {
    const { http, asked } = resolverOf(() => addresses);
    await expect(send(http, `https://${hostname}/`)).rejects.toThrow(UnsafeError);
    expect(asked).toEqual([hostname]);
  });

  test('without an address says so', async () => {
    const { http } = resolverOf(() => []);
    await expect(send(http, 'https://nobody.example/')).rejects.toThrow(
      'nobody.example has no address',
    );
  });

  test('on loopback is let through only where it is allowed, and then only loopback', async () => {
    const server = await startServer((response) => response.end('here'));
    const { http } = resolverOf(() => ['10.0.0.1']);
    await expect(send(http, server.origin)).rejects.toThrow(UnsafeError);
    const response = await send(http, server.origin, true);
    expect(response.status).toBe(200);
    response.body.destroy();
    for (const url of ['https://10.0.0.1/', 'https://inside.example/', 'https://[fe80::1]/']) {
      await expect(send(http, url, true)).rejects.toThrow(UnsafeError);
    }
  });

  test('in plain http is loopback by address or by its one name, never by lookup', async () => {
    const { http, asked } = resolverOf(() => ['127.0.0.1']);
    for (const host of ['sneaky.example', 'localhost.example', '127.0.0.1.example', '10.0.0.1']) {
      await expect(send(http, `http://${host}/`, true)).rejects.toThrow(UnsafeError);
    }
    expect(asked).toEqual([]);
  });

  test('is looked up once per connection, and the address checked is the address connected to', async () => {
    const server = await startServer((response) => response.end('here'));
    const answers = ['127.0.0.1', '10.0.0.1', '127.0.0.1'];
    const { http, asked } = resolverOf(() => [answers.shift() ?? '']);
    // A POST takes a fresh connection each time, so each one is a chance to rebind.
    const post = () =>
      http.send({
        ...request,
        method: 'POST',
        body: '{}',
        url: `http://localhost:${server.port}/`,
        allowLoopback: true,
      });
    const first = await post();
    expect(first.status).toBe(200);
    first.body.resume();
    expect(asked).toHaveLength(1);
    await expect(post()).rejects.toThrow(UnsafeError);
    expect(asked).toHaveLength(2);
    const third = await post();
    third.body.resume();
    expect(server.requests).toHaveLength(2);
  });
});
