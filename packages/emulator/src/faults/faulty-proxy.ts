import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type ForwardedAnswer, forward, readAll } from '../http/forward.ts';
import { type ChooseFault, createRandom, PROXY_FAULTS, type ProxyFault } from './proxy-fault.ts';

export interface FaultyProxyOptions {
  readonly faults?: ChooseFault;
  /** Each request waits this long, uniformly between the two; none by default. */
  readonly latencyMs?: readonly [number, number];
  /** Of the latencies: 1. */
  readonly seed?: number;
}

/** Stands before a server on this machine and does to its clients what networks do. */
export interface FaultyProxy {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** How often each fault has struck. */
  readonly counts: Readonly<Record<ProxyFault, number>>;
  readonly requestCount: number;
  close(): Promise<void>;
}

/** `target` is the origin behind it. */
export async function startFaultyProxy(
  target: string,
  options: FaultyProxyOptions = {},
): Promise<FaultyProxy> {
  const { faults = () => undefined, latencyMs: [least, most] = [0, 0], seed = 1 } = options;
  const random = createRandom(seed);
  const counts = Object.fromEntries(PROXY_FAULTS.map((fault) => [fault, 0])) as Record<
    ProxyFault,
    number
  >;
  let requestCount = 0;

  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requestCount += 1;
    const path = request.url ?? '/';
    const fault = faults({ number: requestCount, method: request.method ?? 'GET', path });
    if (fault !== undefined) counts[fault] += 1;
    const latencyMs = least + random() * (most - least);
    const body = await readAll(request);
    if (latencyMs > 0) await wait(latencyMs);
    if (fault === 'dropped') {
      request.socket.destroy();
      return;
    }
    if (fault === 'unavailable') {
      response.writeHead(503, { 'content-type': 'text/plain' }).end('Service Unavailable');
      return;
    }
    await answer(response, await forward(target, request, body), fault);
  };

  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    counts,
    get requestCount() {
      return requestCount;
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

async function answer(
  response: ServerResponse,
  { status, headers, body }: ForwardedAnswer,
  fault: ProxyFault | undefined,
): Promise<void> {
  const { connection: _, 'transfer-encoding': __, 'content-length': ___, ...kept } = headers;
  const half = body.subarray(0, Math.floor(body.length / 2));
  switch (fault) {
    case 'answer-lost':
      response.destroy();
      return;
    case 'truncated':
      response.writeHead(status, { ...kept, 'content-length': body.length });
      response.write(half, () => response.destroy());
      return;
    case 'shortened':
      response.writeHead(status, { ...kept, 'content-length': half.length }).end(half);
      return;
    default:
      response.writeHead(status, { ...kept, 'content-length': body.length }).end(body);
  }
}
