import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readText } from '../../src/http/body.ts';
import { NeverSentError, NoAnswerError, StoppedError } from '../../src/model/errors.ts';
import { nodeClock } from '../../src/node/clock.ts';
import { createNodeHttp } from '../../src/node/http.ts';
import type { WireRequest, WireResponse } from '../../src/ports.ts';
import {
  findClosedPort,
  LONGER_THAN_A_TEST_MS,
  startServer,
  startTcpServer,
} from '../support/server.ts';

const http = createNodeHttp();

function post(url: string, changes: Partial<WireRequest> = {}): Promise<WireResponse> {
  return http.send({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    body: '{"paid":true}',
    headersTimeoutMs: 300_000,
    bodyTimeoutMs: 300_000,
    allowLoopback: true,
    ...changes,
  });
}

const at = (port: number, scheme = 'http') => `${scheme}://127.0.0.1:${port}/v1/generate`;

async function readAll({ body }: WireResponse): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** The client's own end of each connection to a port, as undici tells of it. */
function watchSockets(port: () => number): Socket[] {
  const sockets: Socket[] = [];
  const listener = (message: unknown) => {
    const { socket } = message as { readonly socket: Socket };
    if (socket.remotePort === port()) sockets.push(socket);
  };
  subscribe('undici:client:connected', listener);
  onTestFinished(() => {
    unsubscribe('undici:client:connected', listener);
  });
  return sockets;
}

/** What a kernel reports for a connection that could not be made, or for one whose route was lost. */
const routeCodes = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'];

describe('a request that provably never left', () => {
  test('nobody listens', async () => {
    const port = await findClosedPort();
    await expect(post(at(port))).rejects.toThrow(NeverSentError);
    await expect(post(at(port))).rejects.toThrow(`127.0.0.1:${port}`);
  });

  test('the name does not exist', async () => {
    const nowhere = createNodeHttp((hostname, callback) => {
      const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), {
        code: 'ENOTFOUND',
        syscall: 'getaddrinfo',
      });
      callback(error, []);
    });
    const request = { method: 'POST', url: 'https://nowhere.example/', headers: {}, body: '{}' };
    const limits = { headersTimeoutMs: 300_000, bodyTimeoutMs: 300_000, allowLoopback: false };
    await expect(nowhere.send({ ...request, ...limits })).rejects.toThrow(NeverSentError);
  });

  test.each(routeCodes)('connecting fails with %s', async (code) => {
    const unreachable = createNodeHttp((hostname, callback) => {
      callback(
        Object.assign(new Error(`connect ${code} ${hostname}`), { code, syscall: 'connect' }),
        [],
      );
    });
    const request = { method: 'POST', url: 'https://far.example/', headers: {}, body: '{}' };
    const limits = { headersTimeoutMs: 300_000, bodyTimeoutMs: 300_000, allowLoopback: false };
    await expect(unreachable.send({ ...request, ...limits })).rejects.toThrow(NeverSentError);
  });

  test('a header is refused before anything is sent', async () => {
    const server = await startServer((response) => response.end());
    const headers = { authorization: 'Bearer two\nlines' };
    await expect(post(server.origin, { headers })).rejects.toThrow(NeverSentError);
    await expect(post(server.origin, { headers })).rejects.toThrow('UND_ERR_INVALID_ARG');
    expect(server.requests).toEqual([]);
  });

  test('the other side does not speak TLS', async () => {
    const server = await startServer((response) => response.end());
    await expect(post(at(server.port, 'https'))).rejects.toThrow(NeverSentError);
    expect(server.requests).toEqual([]);
  });

  test('the other side refuses the TLS handshake', async () => {
    const handshakeFailure = Buffer.from([0x15, 3, 3, 0, 2, 2, 40]);
    const port = await startTcpServer((socket) => {
      socket.once('data', () => socket.end(handshakeFailure));
    });
    await expect(post(at(port, 'https'))).rejects.toThrow(NeverSentError);
  });
});

describe('a request that may have arrived', () => {
  test('the connection is reset after it', async () => {
    let received = '';
    const port = await startTcpServer((socket) => {
      socket.once('data', (chunk) => {
        received += chunk.toString('utf8');
        socket.resetAndDestroy();
      });
    });
    await expect(post(at(port))).rejects.toThrow(NoAnswerError);
    expect(received).toContain('POST /v1/generate');
  });

  test.each(routeCodes)('the connection that carried it ends with %s', async (code) => {
    let received = '';
    let port = 0;
    const sockets = watchSockets(() => port);
    port = await startTcpServer((socket) => {
      socket.on('data', (chunk) => {
        received += chunk.toString('utf8');
        if (!received.endsWith('{"paid":true}')) return;
        const lost = Object.assign(new Error(`read ${code}`), { code, syscall: 'read' });
        for (const own of sockets) own.destroy(lost);
      });
    });
    await expect(post(at(port))).rejects.toThrow(
      expect.objectContaining({ name: 'NoAnswerError', message: expect.stringContaining(code) }),
    );
    expect(sockets).toHaveLength(1);
    expect(received).toContain('POST /v1/generate');
  });

  test('the connection is closed after it', async () => {
    const port = await startTcpServer((socket) => {
      socket.once('data', () => socket.end());
    });
    await expect(post(at(port))).rejects.toThrow(NoAnswerError);
  });

  test('the connection is closed inside the head of the answer', async () => {
    const port = await startTcpServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-le'));
    });
    await expect(post(at(port))).rejects.toThrow(NoAnswerError);
  });

  test('the answer is not HTTP', async () => {
    const port = await startTcpServer((socket) => {
      socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.6\r\n\r\n'));
    });
    await expect(post(at(port))).rejects.toThrow(NoAnswerError);
  });

  test('the other side stays silent', async () => {
    const port = await startTcpServer(() => {});
    await expect(post(at(port), { headersTimeoutMs: 200 })).rejects.toThrow(NoAnswerError);
  });

  test('the body falls silent', async () => {
    const server = await startServer((response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
    });
    const response = await post(server.origin, { bodyTimeoutMs: 200 });
    await expect(readAll(response)).rejects.toThrow();
  });
});

describe('a stop', () => {
  test('ends a request under way with its own reason', async () => {
    const stop = new AbortController();
    const port = await startTcpServer((socket) => {
      socket.once('data', () => stop.abort(new StoppedError('SIGINT')));
    });
    await expect(post(at(port), { signal: stop.signal })).rejects.toThrow(
      new StoppedError('SIGINT'),
    );
  });

  test('that came before sends nothing', async () => {
    const server = await startServer((response) => response.end());
    const signal = AbortSignal.abort();
    await expect(post(server.origin, { signal })).rejects.toThrow(StoppedError);
    expect(server.requests).toEqual([]);
  });

  test('ends a request whose connection does not stand yet, and nothing is sent once it does', async () => {
    const server = await startServer((response) => response.end());
    const stop = new AbortController();
    let answerLookup = () => {};
    const slow = createNodeHttp(
      (_hostname, callback) => {
        answerLookup = () => callback(null, [{ address: '127.0.0.1', family: 4 }]);
        stop.abort(new StoppedError('SIGINT'));
      },
      {},
      LONGER_THAN_A_TEST_MS,
    );
    const url = `http://localhost:${server.port}/v1/generate`;
    const limits = { headersTimeoutMs: 300_000, bodyTimeoutMs: 300_000, allowLoopback: true };
    const request = { method: 'POST', url, headers: {}, body: '{}', ...limits };
    await expect(slow.send({ ...request, signal: stop.signal })).rejects.toThrow(
      new StoppedError('SIGINT'),
    );
    const sockets = watchSockets(() => server.port);
    answerLookup();
    await expect.poll(() => sockets.length).toBe(1);
    await post(server.origin, { body: 'later' });
    expect(server.requests.map(({ body }) => body)).toEqual(['later']);
  });

  test('that came before opens no connection', async () => {
    const unused = createNodeHttp((hostname) => {
      throw new Error(`${hostname} was looked up`);
    }, {});
    const limits = { headersTimeoutMs: 300_000, bodyTimeoutMs: 300_000, allowLoopback: false };
    const request = { method: 'POST', url: 'https://far.example/', headers: {}, ...limits };
    await expect(unused.send({ ...request, signal: AbortSignal.abort() })).rejects.toThrow(
      StoppedError,
    );
  });

  test('ends a body that is being read', async () => {
    const server = await startServer((response) => {
      response.writeHead(200);
      response.write('first');
    });
    const stop = new AbortController();
    const response = await post(server.origin, { signal: stop.signal });
    response.body.once('data', () => stop.abort(new StoppedError('SIGTERM')));
    await expect(readAll(response)).rejects.toThrow('SIGTERM');
  });
});

describe('an answer', () => {
  test('comes with its status, lower-case headers and undecoded body', async () => {
    const server = await startServer((response) => {
      response.writeHead(202, { 'X-Mixed-Case': 'Yes', 'Set-Cookie': ['a=1', 'b=2'] });
      response.end('ä');
    });
    const response = await post(server.origin);
    expect(response.status).toBe(202);
    expect(response.headers).toMatchObject({ 'x-mixed-case': 'Yes', 'set-cookie': 'a=1, b=2' });
    expect(await readAll(response)).toBe('ä');
    expect(server.requests).toMatchObject([{ method: 'POST', url: '/', body: '{"paid":true}' }]);
  });

  test.each([500, 502, 503, 429])('of %i is not asked for again', async (status) => {
    const server = await startServer((response) => {
      response.writeHead(status, { 'retry-after': '0' });
      response.end();
    });
    const response = await post(server.origin);
    response.body.resume();
    expect(response.status).toBe(status);
    expect(server.requests).toHaveLength(1);
  });

  test('that redirects is given back, not followed', async () => {
    const server = await startServer((response) => {
      response.writeHead(307, { location: '/elsewhere' });
      response.end();
    });
    const response = await post(server.origin);
    response.body.resume();
    expect([response.status, response.headers.location]).toEqual([307, '/elsewhere']);
    expect(server.requests).toHaveLength(1);
  });

  test('a POST never goes out on a used connection, which the server may just be closing', async () => {
    const ports = new Set<number>();
    const port = await startTcpServer((socket) => {
      ports.add(socket.remotePort ?? 0);
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
    });
    for (let count = 1; count <= 3; count++) {
      expect(await readAll(await post(at(port)))).toBe('ok');
      expect(ports.size).toBe(count);
    }
  });
});

describe('a streamed body', () => {
  const pieces = (...texts: string[]) =>
    async function* () {
      for (const text of texts) yield Buffer.from(text);
    };

  test('arrives whole, with its length announced', async () => {
    const server = await startServer((response) => response.end('ok'));
    const response = await post(server.origin, {
      method: 'PUT',
      body: { bytes: 6, read: pieces('abc', 'def') },
    });
    expect(await readAll(response)).toBe('ok');
    expect(server.requests[0]).toMatchObject({ method: 'PUT', body: 'abcdef' });
    expect(server.requests[0]?.headers['content-length']).toBe('6');
  });

  test.each([
    ['shorter', 7],
    ['longer', 5],
  ])('that is %s than announced is no whole request', async (_name, bytes) => {
    const server = await startServer((response) => response.end('ok'));
    const sent = post(server.origin, {
      method: 'PUT',
      body: { bytes, read: pieces('abc', 'def') },
    });
    await expect(sent).rejects.toThrow(NoAnswerError);
    expect(server.requests).toEqual([]);
  });

  test('that cannot be read to its end is no whole request', async () => {
    const server = await startServer((response) => response.end('ok'));
    const read = async function* () {
      yield Buffer.from('abc');
      throw new Error('the disk is gone');
    };
    const sent = post(server.origin, { method: 'PUT', body: { bytes: 6, read } });
    await expect(sent).rejects.toThrow(NoAnswerError);
    expect(server.requests).toEqual([]);
  });
});

describe('a provider that never comes to its end', () => {
  const begin = 'HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n';
  /** Keeps the connection lively: every 20 ms something comes. */
  const repeat = (text: string, first = '') =>
    startTcpServer((socket) => {
      if (first !== '') socket.once('data', () => socket.write(first));
      const timer = setInterval(() => socket.write(text), 20);
      socket.on('close', () => clearInterval(timer));
    });
  const read = async (port: number, changes: Partial<WireRequest>) =>
    readText(nodeClock, await post(at(port), changes), { what: 'the answer', maxBytes: 1_000_000 });

  test.each([
    ['one byte after another', 'x', begin],
    ['102 after 102', 'HTTP/1.1 102 Processing\r\n\r\n', ''],
  ])(
    '%s: is left when its time is over, which is no proof that nothing was sent',
    async (_title, text, first) => {
      const port = await repeat(text, first);
      await expect(read(port, { totalTimeoutMs: 300 })).rejects.toThrow(NoAnswerError);
    },
  );

  test.each([
    ['one byte after another', 'x', begin],
    ['102 after 102', 'HTTP/1.1 102 Processing\r\n\r\n', ''],
  ])('%s: is left at the hard stop', async (_title, text, first) => {
    const port = await repeat(text, first);
    const hard = new AbortController();
    const reading = read(port, { signal: hard.signal, totalTimeoutMs: 300_000 });
    setTimeout(() => hard.abort(new StoppedError('the deadline has passed')), 200);
    await expect(reading).rejects.toThrow(StoppedError);
  });
});
