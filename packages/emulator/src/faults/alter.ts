import { bytesReply, jsonReply, type Reply, replyBytes } from '../http/exchange.ts';
import type { Fault } from './fault.ts';

const PAGE = '<!doctype html><html><title>Sign in</title><p>Please sign in to continue.</html>';
/** `id`, `job_id`, `taskId`; and addresses by which a job could be asked for all the same. */
const IDENTIFIER = /(^|_)id$|Id$|^urls$|^(poll|status|response|cancel|signed_upload)_url$/;
const ID = /(^|_)id$|Id$/;
const STATUS = /^(task_)?stat(us|e)$/;

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
      return mapFields(reply, (name, value) =>
        STATUS.test(name) && typeof value === 'string' ? fault.word : value,
      );
    case 'id':
      return withIds(reply, fault.json);
    case 'no-id':
      return mapFields(reply, (name, value) => (IDENTIFIER.test(name) ? undefined : value));
    default:
      return reply;
  }
}

/** Put in as text, so that a number keeps digits that it would lose on the way. */
function withIds(reply: Reply, json: string): Reply {
  const placeholder = 'the-id-that-the-fault-wants';
  const marked = mapFields(reply, (name, value) =>
    ID.test(name) && typeof value === 'string' ? placeholder : value,
  );
  const text = Buffer.from(replyBytes(marked)).toString();
  return bytesReply(
    reply.status,
    Buffer.from(text.replaceAll(`"${placeholder}"`, () => json)),
    reply.headers,
  );
}

function page(status: number, contentType: string): Reply {
  return bytesReply(status, Buffer.from(PAGE), { 'content-type': contentType });
}

/** The answer with its fields changed, in objects inside it too; `undefined` leaves one out. */
function mapFields(reply: Reply, change: (name: string, value: unknown) => unknown): Reply {
  if (!('json' in reply.body)) return reply;
  const text = JSON.stringify(reply.body.json, (name, value) =>
    name === '' ? value : change(name, value),
  );
  return { ...reply, body: { json: JSON.parse(text) } };
}
