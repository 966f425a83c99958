import { sendJson } from './exchange.ts';
import type { Job } from './job-desk.ts';
import type { JobService } from './job-service.ts';

const PREDICTIONS = 'https://api.replicate.com/v1/predictions';
const PREDICTION = /\/v1\/predictions\/([^/]+)$/;
const SUBMIT = /\/v1\/(?:models\/[^/]+\/[^/]+\/)?predictions$/;
/** https://replicate.com/docs/topics/predictions/create-a-prediction: a request is held for a minute at most. */
const LONGEST_HOLD_MS = 60_000;

/** Predictions of Replicate, with `Prefer: wait` and the list of the newest. */
export const replicate: JobService = {
  read({ method, path }) {
    const [, id] = PREDICTION.exec(path) ?? [];
    if (id != null) return { kind: 'status', id };
    if (!SUBMIT.test(path)) return { kind: 'unknown' };
    return { kind: method === 'POST' ? 'submit' : 'list' };
  },
  accepted(exchange, job, videoUrl, whenDone) {
    const prefer = exchange.request.headers.prefer;
    const isHeld = typeof prefer === 'string' && prefer.startsWith('wait');
    if (!isHeld) {
      sendJson(exchange, 201, describe(job, false, videoUrl));
      return;
    }
    const [, seconds] = /=(\d+)/.exec(prefer) ?? [];
    const mostMs = seconds == null ? LONGEST_HOLD_MS : Number(seconds) * 1_000;
    whenDone(
      () => sendJson(exchange, 201, describe(job, isOver(job), videoUrl)),
      Math.min(mostMs, LONGEST_HOLD_MS),
    );
  },
  status: (exchange, job, isDone, videoUrl) =>
    sendJson(exchange, 200, describe(job, isDone, videoUrl)),
  result: (exchange) => replicate.missing(exchange),
  stream: (exchange) => replicate.missing(exchange),
  list: (exchange, jobs) =>
    sendJson(exchange, 200, {
      previous: null,
      next: null,
      results: jobs.map((job) => describe(job, isOver(job), '')),
    }),
  missing: (exchange) =>
    sendJson(exchange, 404, { title: 'Not found', detail: 'There is no such prediction' }),
};

function isOver({ doneAtMs }: Job): boolean {
  return performance.now() >= doneAtMs;
}

function describe(job: Job, isDone: boolean, videoUrl: string) {
  return {
    id: job.id,
    model: 'kwaivgi/kling-v3-motion-control',
    version: 'hidden',
    input: job.input,
    logs: '',
    error: null,
    output: isDone ? videoUrl : null,
    status: isDone ? 'succeeded' : 'processing',
    created_at: new Date(performance.timeOrigin + job.acceptedAtMs).toISOString(),
    urls: { get: `${PREDICTIONS}/${job.id}`, cancel: `${PREDICTIONS}/${job.id}/cancel` },
  };
}
