import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../clock.ts';
import { deliver } from '../faults/deliver.ts';
import { refuseUnprocessed } from '../faults/refuse.ts';
import { type Exchange, jsonReply } from '../http/exchange.ts';
import { readAll } from '../http/forward.ts';
import type { Journal } from '../journal.ts';
import { parseJson } from '../json.ts';
import type { Sent } from '../leaks.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Injector } from './injector.ts';
import type { Mount } from './mount.ts';
import type { RequestRecord } from './request-log.ts';

export interface EmulatorServer {
  readonly origin: string;
  close(): Promise<void>;
}

export interface ServerParts {
  readonly clock: Clock;
  readonly injector: Injector;
  readonly requests: Journal<RequestRecord>;
  readonly checkpoint: Checkpoint;
  /** Told what arrived, but for the credentials of the request itself. */
  readonly received: (sent: Sent) => void;
}

/** Listens on a free loopback port. `mountsFor` gets the origin, which the services put into URLs. */
export async function listen(
  parts: ServerParts,
  mountsFor: (origin: string) => readonly Mount[],
): Promise<EmulatorServer> {
  let mounts: readonly Mount[] = [];
  // A server that closes an idle connection resets what a busy client sends on it at that moment.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    answer(parts, mounts, request, response).catch((cause: unknown) => {
      // A client that goes away ends the request; anything else is a mistake of the emulator itself.
      if (request.destroyed && !request.complete) return;
      const message = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { 'content-type': 'text/plain' }).end(`emulator: ${message}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  mounts = mountsFor(origin);
  return {
    origin,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

async function answer(
  { clock, injector, requests, checkpoint, received }: ServerParts,
  mounts: readonly Mount[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = request.method ?? 'GET';
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const [, first = '', ...rest] = url.pathname.split('/');
  const mount = mounts.find(({ name }) => name === first);
  const bytes = await readAll(request);
  const json = parseBody(request.headers['content-type'], bytes);
  const { authorization: _own, ...headers } = request.headers;
  const where = `${method} ${url.pathname}`;
  received({ where: `the head of ${where}`, content: `${request.url} ${JSON.stringify(headers)}` });
  received({ where: `the body of ${where}`, content: bytes });
  const exchange: Exchange = {
    method,
    url,
    path: `/${rest.join('/')}`,
    headers: request.headers,
    bytes,
    json,
  };
  const record: RequestRecord = {
    mount: mount?.name ?? 'none',
    method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body: json,
    atMs: clock.nowMs(),
    status: 'pending',
  };
  const site = mount?.siteOf(exchange);
  if (site !== undefined) record.site = site;
  requests.add(record);
  response.once('close', () => {
    record.status = response.writableFinished ? response.statusCode : 'dropped';
    requests.touch();
    if (response.writableFinished) void checkpoint(record, 'answered');
  });

  if ((await checkpoint(record, 'arrived')) === 'drop') {
    request.socket.resetAndDestroy();
    return;
  }
  if (mount === undefined) {
    await deliver(response, method, jsonReply(404, { message: 'Not Found' }), undefined, clock);
    return;
  }
  const fault = site === undefined ? undefined : injector.take(site, record);
  if (fault?.kind === 'reset-before') {
    request.socket.resetAndDestroy();
    return;
  }
  const reply =
    refuseUnprocessed(fault, (status) => mount.errorBody(status)) ??
    (await mount.handle(exchange, fault));
  if ((await checkpoint(record, 'handled')) === 'drop') {
    response.destroy();
    return;
  }
  await deliver(response, method, reply, fault, clock, (status) => mount.errorBody(status));
}

function parseBody(contentType: string | undefined, bytes: Buffer): unknown {
  return contentType?.includes('json') === true ? parseJson(bytes.toString()) : undefined;
}
