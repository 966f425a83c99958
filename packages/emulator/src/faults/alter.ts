import { bytesReply, jsonReply, type Reply } from '../http/exchange.ts';
import type { Fault } from './fault.ts';

const PAGE = '<!doctype html><html><title>Sign in</title><p>Please sign in to continue.</html>';
const IDENTIFIERS = new Set([
  'job_id',
  'generation_id',
  'id',
  'poll_url',
  'request_id',
  'urls',
  'artifact_id',
  'signed_upload_url',
]);

/** What a fault makes of the right answer before it is sent. */
export function alter(
  reply: Reply,
  fault: Fault | undefined,
  errorBody: (status: number) => unknown,
): Reply {
  switch (fault?.kind) {
    case 'error-after-acceptance':
      return jsonReply(fault.status, errorBody(fault.status));
    case 'html-body':
      return page(fault.status ?? 200, 'text/html; charset=utf-8');
    case 'not-a-video':
      return page(200, fault.contentType ?? 'text/html; charset=utf-8');
    case 'status-word':
      return mapObject(reply, (body) => ({ ...body, status: fault.word }));
    case 'no-id':
      return mapObject(reply, (body) =>
        Object.fromEntries(Object.entries(body).filter(([name]) => !IDENTIFIERS.has(name))),
      );
    default:
      return reply;
  }
}

function page(status: number, contentType: string): Reply {
  return bytesReply(status, Buffer.from(PAGE), { 'content-type': contentType });
}

function mapObject(reply: Reply, change: (body: object) => object): Reply {
  if (!('json' in reply.body)) return reply;
  const { json } = reply.body;
  if (typeof json !== 'object' || json === null) return reply;
  return { ...reply, body: { json: change(json) } };
}
