import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Where a connection is led: a port on this machine, the status with which it is refused, or nowhere. */
export type Destination =
  | { readonly port: number }
  | { readonly status: number }
  | 'silence'
  | 'hang-up'
  | 'hang-up-in-tunnel';

/** A proxy for clients: it opens tunnels (CONNECT, RFC 9110 section 9.3.6) and does nothing else. */
export interface ForwardProxy {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** `<host>:<port>` of every CONNECT, refused ones too. */
  readonly connects: readonly string[];
  /** Requests that were no CONNECT. */
  readonly others: readonly string[];
  close(): Promise<void>;
}

export interface ForwardProxyOptions {
  /** `user:password`; without them a client is answered 407. */
  readonly credentials?: string;
}

/** `route` stands for the DNS and the network behind the proxy. */
export async function startForwardProxy(
  route: (authority: string) => Destination,
  { credentials }: ForwardProxyOptions = {},
): Promise<ForwardProxy> {
  const connects: string[] = [];
  const others: string[] = [];
  const sockets = new Set<Duplex>();
  const keep = (socket: Duplex) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).once('close', () => sockets.delete(socket));
  };
  const expected =
    credentials === undefined ? null : `Basic ${Buffer.from(credentials).toString('base64')}`;

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    others.push(`${request.method} ${request.url}`);
    response.writeHead(405).end();
  });
  server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    const authority = request.url ?? '';
    connects.push(authority);
    keep(client);
    const isKnown = expected === null || request.headers['proxy-authorization'] === expected;
    const destination = isKnown ? route(authority) : { status: 407 };
    if (destination === 'silence') return;
    if (destination === 'hang-up') return void client.destroy();
    if (destination === 'hang-up-in-tunnel') {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.once('data', () => client.destroy());
      return;
    }
    if ('status' in destination) {
      const challenge =
        destination.status === 407 ? 'Proxy-Authenticate: Basic realm="proxy"\r\n' : '';
      client.end(
        `HTTP/1.1 ${destination.status} Refused\r\n${challenge}Content-Length: 0\r\nConnection: close\r\n\r\n`,
      );
      return;
    }
    const server = connect(destination.port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (head.length > 0) server.write(head);
      client.pipe(server).pipe(client);
    });
    keep(server);
    endTogether(client, server);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    connects,
    others,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        for (const socket of sockets) socket.destroy();
        server.closeAllConnections();
      }),
  };
}

function endTogether(client: Duplex, server: Socket): void {
  client.once('close', () => server.destroy());
  server.once('close', () => client.destroy());
}
