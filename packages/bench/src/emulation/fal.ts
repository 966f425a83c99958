import type { Exchange } from './exchange.ts';
import { sendJson } from './exchange.ts';
import type { Job } from './job-desk.ts';
import type { JobService, Read } from './job-service.ts';

/** Clients keep their own addresses; only the host behind them is another. */
const REQUESTS = 'https://queue.fal.run/fal-ai/kling-video/requests';
const REQUEST = /\/requests\/([^/]+)(\/status)?(\/stream)?$/;

/** The queue of fal as its client speaks to it, its status stream included. */
export const fal: JobService = {
  read(exchange): Read {
    const [, id, status, stream] = REQUEST.exec(exchange.path) ?? [];
    if (id == null) return exchange.method === 'POST' ? { kind: 'submit' } : { kind: 'unknown' };
    return { kind: stream != null ? 'stream' : status != null ? 'status' : 'result', id };
  },
  accepted(exchange, { id }) {
    const url = `${REQUESTS}/${id}`;
    sendJson(exchange, 200, {
      status: 'IN_QUEUE',
      request_id: id,
      response_url: url,
      status_url: `${url}/status`,
      cancel_url: `${url}/cancel`,
      queue_position: 0,
    });
  },
  status(exchange, { id }, isDone) {
    const status = isDone ? 'COMPLETED' : 'IN_PROGRESS';
    const answer = { status, request_id: id, response_url: `${REQUESTS}/${id}` };
    sendJson(exchange, isDone ? 200 : 202, answer);
  },
  result(exchange, job, isDone, videoUrl) {
    if (!isDone) sendJson(exchange, 400, { detail: 'Request is still in progress' });
    else sendJson(exchange, 200, { video: describe(videoUrl) }, { 'x-fal-request-id': job.id });
  },
  stream(exchange, job, whenDone) {
    exchange.response.writeHead(200, { 'content-type': 'text/event-stream' });
    sendEvent(exchange, job, 'IN_PROGRESS');
    whenDone(() => {
      sendEvent(exchange, job, 'COMPLETED');
      exchange.response.end();
    });
  },
  missing: (exchange) => sendJson(exchange, 404, { detail: 'Request not found' }),
};

function describe(url: string) {
  return { url, content_type: 'video/mp4', file_name: 'output.mp4' };
}

function sendEvent({ response }: Exchange, { id }: Job, status: string): void {
  response.write(`data: ${JSON.stringify({ status, request_id: id })}\n\n`);
}
