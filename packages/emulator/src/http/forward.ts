import { type IncomingHttpHeaders, type IncomingMessage, request as send } from 'node:http';

export interface ForwardedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Repeats a request at a server on this machine, and reads its answer to the end, whether the client is still there or not. */
export async function forward(
  target: string,
  request: IncomingMessage,
  body: Buffer,
): Promise<ForwardedAnswer> {
  const { 'transfer-encoding': _, ...headers } = request.headers;
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = send(new URL(request.url ?? '/', target), {
      ...(request.method === undefined ? {} : { method: request.method }),
      headers: { ...headers, 'content-length': body.length },
      agent: false,
    });
    outgoing.on('response', resolve).on('error', reject);
    outgoing.end(body);
  });
  return {
    status: incoming.statusCode ?? 502,
    headers: incoming.headers,
    body: await readAll(incoming),
  };
}

export async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}
