import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Clock } from '../clock.ts';
import { type Reply, replyBytes } from '../http/exchange.ts';
import { alter } from './alter.ts';
import type { Fault } from './fault.ts';

const MEBIBYTE = 1024 * 1024;

/** Sends an answer over the socket, rightly or in the way the fault wants it. */
export async function deliver(
  response: ServerResponse,
  method: string,
  right: Reply,
  fault: Fault | undefined,
  clock: Clock,
  errorBody: (status: number) => unknown = () => ({}),
): Promise<void> {
  const reply = alter(right, fault, errorBody);
  const bytes = replyBytes(reply);
  switch (fault?.kind) {
    case 'lost-answer':
      response.destroy();
      return;
    case 'stall':
      await clock.wait(fault.ms);
      return send(response, method, reply, bytes);
    case 'slow-body':
      return sendSlowly(response, reply, bytes, fault.totalMs ?? 1_000, clock);
    case 'truncated-body':
      return sendHalf(response, reply, bytes, fault.contentLength ?? 'declared');
    case 'wrong-content-length':
      return sendMisdeclared(response, reply, bytes, fault.delta ?? -1_024);
    case 'gzip-bomb':
      return sendBomb(response, reply, fault.mebibytes ?? 64);
    case 'oversized':
      return sendForever(response, reply);
    default:
      return send(response, method, reply, bytes);
  }
}

function send(response: ServerResponse, method: string, reply: Reply, bytes: Uint8Array): void {
  response.writeHead(reply.status, { ...reply.headers, 'content-length': bytes.length });
  if (method === 'HEAD') response.end();
  else response.end(bytes);
}

async function sendSlowly(
  response: ServerResponse,
  reply: Reply,
  bytes: Uint8Array,
  totalMs: number,
  clock: Clock,
): Promise<void> {
  response.writeHead(reply.status, { ...reply.headers, 'content-length': bytes.length });
  response.flushHeaders();
  const pieces = 10;
  for (let piece = 0; piece < pieces && !response.destroyed; piece += 1) {
    await clock.wait(totalMs / pieces);
    const from = Math.floor((bytes.length * piece) / pieces);
    response.write(bytes.subarray(from, Math.floor((bytes.length * (piece + 1)) / pieces)));
  }
  response.end();
}

function sendHalf(
  response: ServerResponse,
  reply: Reply,
  bytes: Uint8Array,
  contentLength: 'declared' | 'absent',
): void {
  const half = bytes.subarray(0, Math.floor(bytes.length / 2));
  if (contentLength === 'absent') {
    // Neither a length nor chunks: the end of the connection is the end of the body (RFC 9112 section 6.3).
    response.useChunkedEncodingByDefault = false;
    response.writeHead(reply.status, reply.headers);
    response.end(half);
    return;
  }
  response.writeHead(reply.status, { ...reply.headers, 'content-length': bytes.length });
  response.write(half, () => response.destroy());
}

function sendMisdeclared(
  response: ServerResponse,
  reply: Reply,
  bytes: Uint8Array,
  delta: number,
): void {
  response.writeHead(reply.status, {
    ...reply.headers,
    'content-length': Math.max(0, bytes.length + delta),
    connection: 'close',
  });
  response.write(bytes, () => response.destroy());
}

async function sendBomb(response: ServerResponse, reply: Reply, mebibytes: number): Promise<void> {
  // Gzip members may simply follow each other (RFC 1952 section 2.2).
  const member = gzipSync(Buffer.alloc(MEBIBYTE));
  response.writeHead(reply.status, {
    ...reply.headers,
    'content-encoding': 'gzip',
    'content-length': member.length * mebibytes,
  });
  await pour(response, member, mebibytes);
  response.end();
}

async function sendForever(response: ServerResponse, reply: Reply): Promise<void> {
  response.writeHead(reply.status, reply.headers);
  await pour(response, Buffer.alloc(64 * 1024, ' '), Number.POSITIVE_INFINITY);
}

async function pour(response: ServerResponse, chunk: Uint8Array, times: number): Promise<void> {
  const gone = once(response, 'close');
  for (let count = 0; count < times && !response.destroyed; count += 1) {
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), gone]);
  }
}
