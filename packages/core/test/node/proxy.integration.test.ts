import { X509Certificate } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import {
  createCertificate,
  type Destination,
  type ForwardProxyOptions,
  startForwardProxy,
  startTlsFront,
} from '@motion-transfer/emulator';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readText } from '../../src/http/body.ts';
import { NeverSentError, StoppedError, UnsafeError } from '../../src/model/errors.ts';
import { nodeClock } from '../../src/node/clock.ts';
import { createNodeHttp } from '../../src/node/http.ts';
import type { WireRequest } from '../../src/ports.ts';
import { findClosedPort, LONGER_THAN_A_TEST_MS, startServer } from '../support/server.ts';

const HOST = 'api.provider.example';
const OWN_CERTIFICATE = createCertificate([HOST, 'github.corp.internal']);

const neverResolved = (hostname: string) => {
  throw new Error(`${hostname} was looked up`);
};

interface Network {
  readonly route?: (authority: string) => Destination;
  readonly options?: ForwardProxyOptions;
  readonly trusted?: boolean;
  readonly certificate?: typeof OWN_CERTIFICATE;
  /** Of the proxy in HTTPS_PROXY, with an @. */
  readonly user?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly connectTimeoutMs?: number;
}

/** A provider that is reached through a proxy alone. */
async function startNetwork(network: Network = {}) {
  const { certificate = OWN_CERTIFICATE, trusted = true, user = '' } = network;
  const server = await startServer((response) => response.end('answered'));
  const front = await startTlsFront(server.origin, certificate);
  onTestFinished(() => front.close());
  const route = network.route ?? (() => ({ port: front.port }));
  const proxy = await startForwardProxy(route, network.options);
  onTestFinished(() => proxy.close());
  if (trusted) {
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, certificate.certificate]);
    onTestFinished(() => setDefaultCACertificates(before));
  }
  const http = createNodeHttp(
    neverResolved,
    { HTTPS_PROXY: proxy.origin.replace('//', `//${user}`), ...network.variables },
    network.connectTimeoutMs,
  );
  const send = (changes: Partial<WireRequest> = {}) =>
    http.send({
      method: 'POST',
      url: `https://${HOST}/v1/generate`,
      headers: { authorization: 'Bearer key' },
      ...(changes.method === 'GET' ? {} : { body: '{"paid":true}' }),
      headersTimeoutMs: 300_000,
      bodyTimeoutMs: 300_000,
      allowLoopback: false,
      ...changes,
    });
  return { proxy, front, server, send };
}

describe('a request through a proxy', () => {
  test('is made in a tunnel, and its name is not resolved here', async () => {
    const { proxy, front, server, send } = await startNetwork();
    const answer = await send();
    expect(await readText(nodeClock, answer, { what: 'it', maxBytes: 100 })).toBe('answered');
    expect(proxy.connects).toEqual([`${HOST}:443`]);
    expect(proxy.others).toEqual([]);
    expect(front.requests).toEqual([`${HOST} POST /v1/generate`]);
    expect(server.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  test('gives the proxy its user and password', async () => {
    const options = { credentials: 'me:p@ss word' };
    const { proxy, send } = await startNetwork({ options, user: 'me:p%40ss%20word@' });
    expect((await send()).status).toBe(200);
    expect(proxy.connects).toEqual([`${HOST}:443`]);
  });

  test('opens a tunnel of its own for each POST, and shares one for reads', async () => {
    const { proxy, send } = await startNetwork();
    const ask = async (changes: Partial<WireRequest>) =>
      readText(nodeClock, await send(changes), { what: 'it', maxBytes: 100 });
    await ask({});
    await ask({});
    expect(proxy.connects).toHaveLength(2);
    const get = { method: 'GET', url: `https://${HOST}/x`, headers: {} };
    for (let count = 0; count < 5; count++) await ask(get);
    // A read that follows at once may still find the first tunnel busy.
    expect(proxy.connects.length).toBeLessThan(7);
  });

  test.each([
    [407, /HTTP 407\); put its user and password into HTTPS_PROXY/],
    [403, /HTTP 403\); ask whoever runs the proxy to allow this host/],
    [502, /HTTP 502\); the proxy does not reach this host/],
    [404, /HTTP 404\); check that HTTPS_PROXY names a proxy/],
  ])('was never sent when the proxy answers %i, and says what to do', async (status, words) => {
    const { send } = await startNetwork({ route: () => ({ status }) });
    const sent = send();
    await expect(sent).rejects.toThrow(NeverSentError);
    await expect(sent).rejects.toThrow(words);
    await expect(sent).rejects.toThrow(`${HOST}: `);
    await expect(sent).rejects.toThrow('through the proxy of HTTPS_PROXY; nothing was sent');
  });

  test.each(['hang-up', 'hang-up-in-tunnel'] as const)(
    'was never sent when the proxy ends in a %s',
    async (end) => {
      const { send } = await startNetwork({ route: () => end });
      await expect(send()).rejects.toThrow(NeverSentError);
    },
  );

  test('ends with the stop while the proxy is silent, and not with the wait for the proxy', async () => {
    const stop = new AbortController();
    const { front, send } = await startNetwork({
      connectTimeoutMs: LONGER_THAN_A_TEST_MS,
      route: () => {
        stop.abort(new StoppedError('the run was stopped'));
        return 'silence';
      },
    });
    await expect(send({ signal: stop.signal })).rejects.toThrow(StoppedError);
    expect(front.requests).toEqual([]);
  });

  test('was never sent when nobody is at the address of the proxy', async () => {
    const port = await findClosedPort();
    const { send } = await startNetwork({
      variables: { HTTPS_PROXY: `http://me:secret@127.0.0.1:${port}` },
    });
    const sent = send();
    await expect(sent).rejects.toThrow(NeverSentError);
    await expect(sent).rejects.toThrow('through the proxy of HTTPS_PROXY');
    await expect(sent).rejects.not.toThrow('secret');
  });

  test.each([
    'https://127.0.0.1/',
    'https://10.0.0.5/',
    'https://[::ffff:10.0.0.1]/',
    'https://0x7f.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://metadata.google.internal/',
    'https://metadata.google.internal./',
    'https://printer.local/',
    'https://intranet/',
    'http://example.com/',
  ])('is not made for %s', async (url) => {
    const { proxy, send } = await startNetwork();
    await expect(send({ url })).rejects.toThrow(UnsafeError);
    expect(proxy.connects).toEqual([]);
  });

  test('is made for a private name that the runner itself gives', async () => {
    const { proxy, send } = await startNetwork();
    const answer = await send({ url: 'https://github.corp.internal/api', allowPrivate: true });
    expect(answer.status).toBe(200);
    expect(proxy.connects).toEqual(['github.corp.internal:443']);
  });
});

test('without a proxy a server in a private network is reached only where the runner names it', async () => {
  const { front } = await startNetwork();
  const http = createNodeHttp((_hostname, callback) => {
    callback(null, [{ address: '127.0.0.1', family: 4 }]);
  }, {});
  const limits = { headersTimeoutMs: 300_000, bodyTimeoutMs: 300_000, allowLoopback: false };
  const url = `https://github.corp.internal:${front.port}/api`;
  const get = { method: 'GET', url, headers: {}, ...limits };
  await expect(http.send(get)).rejects.toThrow(UnsafeError);
  expect((await http.send({ ...get, allowPrivate: true })).status).toBe(200);
});

describe('a host of NO_PROXY', () => {
  test('is reached directly, with its address checked', async () => {
    const { proxy } = await startNetwork();
    const http = createNodeHttp(
      (_hostname, callback) => callback(null, [{ address: '10.0.0.5', family: 4 }]),
      { HTTPS_PROXY: proxy.origin, NO_PROXY: HOST },
    );
    const limits = { headersTimeoutMs: 1_000, bodyTimeoutMs: 1_000, allowLoopback: false };
    const url = `https://${HOST}/`;
    await expect(http.send({ method: 'GET', url, headers: {}, ...limits })).rejects.toThrow(
      UnsafeError,
    );
    expect(proxy.connects).toEqual([]);
  });

  test.each([
    [{ HTTPS_PROXY: 'http://p.example', NO_PROXY: HOST }, 'without the proxy, as NO_PROXY says'],
    [{ HTTP_PROXY: 'http://p.example' }, 'HTTP_PROXY is for http alone; set HTTPS_PROXY too'],
  ])('and what is not reached is told with the variables: %j', async (variables, words) => {
    const http = createNodeHttp((hostname, callback) => {
      const error = new Error(`getaddrinfo ENOTFOUND ${hostname}`);
      callback(Object.assign(error, { code: 'ENOTFOUND', syscall: 'getaddrinfo' }), []);
    }, variables);
    const limits = { headersTimeoutMs: 1_000, bodyTimeoutMs: 1_000, allowLoopback: false };
    const url = `https://${HOST}/`;
    await expect(http.send({ method: 'GET', url, headers: {}, ...limits })).rejects.toThrow(words);
  });
});

describe('a certificate that is not trusted', () => {
  test('is named with the host, the reason and the variable to set', async () => {
    const { send } = await startNetwork({ trusted: false });
    const sent = send();
    await expect(sent).rejects.toThrow(NeverSentError);
    await expect(sent).rejects.toThrow(`${HOST}: `);
    await expect(sent).rejects.toThrow('DEPTH_ZERO_SELF_SIGNED_CERT');
    await expect(sent).rejects.toThrow(/not trusted here: .* set NODE_EXTRA_CA_CERTS/);
  });

  test('because it has expired is told so', async () => {
    const certificate = createCertificate([HOST], Date.now() - 24 * 3_600_000);
    expect(new X509Certificate(certificate.certificate).validToDate.getTime()).toBeLessThan(
      Date.now(),
    );
    const { send } = await startNetwork({ certificate });
    await expect(send()).rejects.toThrow(/CERT_HAS_EXPIRED.*renew it, or set the clock/);
  });

  test('because it is for another name is told so', async () => {
    const { send } = await startNetwork({ certificate: createCertificate(['other.example']) });
    await expect(send()).rejects.toThrow(/is for another name: check the address/);
  });
});
