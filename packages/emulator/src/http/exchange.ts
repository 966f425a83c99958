import type { IncomingHttpHeaders } from 'node:http';

/** One request, completely read. */
export interface Exchange {
  readonly method: string;
  readonly url: URL;
  /** The path below the mount, with a leading slash, still percent-encoded. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** The parsed body; `undefined` where it is not JSON. */
  readonly json: unknown;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly json: unknown } | { readonly bytes: Uint8Array };
}

export function jsonReply(
  status: number,
  json: unknown,
  headers: Record<string, string> = {},
): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: { json },
  };
}

export function bytesReply(
  status: number,
  bytes: Uint8Array,
  headers: Record<string, string> = {},
): Reply {
  return { status, headers, body: { bytes } };
}

export function textReply(status: number, text: string): Reply {
  return bytesReply(status, Buffer.from(text), { 'content-type': 'text/plain; charset=utf-8' });
}

export function replyBytes(reply: Reply): Uint8Array {
  return 'bytes' in reply.body ? reply.body.bytes : Buffer.from(JSON.stringify(reply.body.json));
}
