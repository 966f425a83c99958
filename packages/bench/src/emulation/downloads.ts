import { type Exchange, sendJson } from './exchange.ts';
import type { Job } from './job-desk.ts';
import type { Video } from './video.ts';

/** Sends a video, or the range of it that was asked for, as fast as the client takes it. */
export function answerDownload(exchange: Exchange, video: Video, job: Job | undefined): void {
  const { request, response, method } = exchange;
  if (job == null) {
    sendJson(exchange, 404, { detail: 'no such file' });
    return;
  }
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const from = Number(first ?? 0);
  const end = last == null || last === '' ? video.bytes : Math.min(video.bytes, Number(last) + 1);
  response.writeHead(first == null ? 200 : 206, {
    'content-type': 'video/mp4',
    'accept-ranges': 'bytes',
    'content-length': end - from,
    ...(first != null && { 'content-range': `bytes ${from}-${end - 1}/${video.bytes}` }),
  });
  if (method === 'HEAD') {
    response.end();
    return;
  }
  const pieces = video.pieces(from, end);
  const send = () => {
    for (let next = pieces.next(); next.done !== true; next = pieces.next()) {
      if (response.write(next.value)) continue;
      response.once('drain', send);
      return;
    }
    response.end(() => {
      job.deliveredAtMs = performance.now();
    });
  };
  send();
}
