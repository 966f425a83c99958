import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { forward, readAll } from '../http/forward.ts';
import type { Certificate } from './certificate.ts';

/** An https server before one on this machine, which is known to clients under other names. */
export interface TlsFront {
  readonly port: number;
  /** `<host> <method> <path>` of every request. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** What is JSON or text names the server as its clients do, in both directions. */
export async function startTlsFront(target: string, certificate: Certificate): Promise<TlsFront> {
  const requests: string[] = [];
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { host = '' } = request.headers;
    requests.push(`${host} ${request.method} ${request.url}`);
    const origin = `https://${host}`;
    const rename = (type: string | undefined, body: Buffer, from: string, to: string) =>
      /json|text/.test(type ?? '') ? Buffer.from(body.toString().replaceAll(from, to)) : body;
    const sent = await readAll(request);
    const answer = await forward(
      target,
      request,
      rename(request.headers['content-type'], sent, origin, target),
    );
    const { connection: _, 'transfer-encoding': __, ...headers } = answer.headers;
    const body = rename(headers['content-type'], answer.body, target, origin);
    const renamed = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        typeof value === 'string' ? value.replaceAll(target, origin) : value,
      ]),
    );
    // The answer to a HEAD tells the length of a body that does not come.
    const length = request.method === 'HEAD' ? {} : { 'content-length': body.length };
    response.writeHead(answer.status, { ...renamed, ...length }).end(body);
  };
  const server = createServer(
    { key: certificate.key, cert: certificate.certificate },
    (request, response) => {
      pass(request, response).catch(() => response.destroy());
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    requests,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}
