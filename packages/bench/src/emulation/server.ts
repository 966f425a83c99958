import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createArtifactSink } from './artifact-sink.ts';
import { answerDownload } from './downloads.ts';
import { type Exchange, readJson, sendJson, sendPage } from './exchange.ts';
import { fal } from './fal.ts';
import { createGate } from './gate.ts';
import { createJobDesk, type Job } from './job-desk.ts';
import type { JobService } from './job-service.ts';
import { replicate } from './replicate.ts';
import { type EmulationReport, noCounts, reportOf } from './report.ts';
import type { EmulationSettings } from './settings.ts';
import { createVideo } from './video.ts';

/**
 * Providers that cost so little that the client is what is measured: no checks of inputs, no rendering, no record
 * of requests. What they answer is held against the same clients that the emulator's providers serve.
 */
export interface JobServer {
  readonly origin: string;
  report(): EmulationReport;
  close(): Promise<void>;
}

const SERVICES: Readonly<Record<string, JobService>> = { fal, replicate };
const NEWEST = 100;
const HTTPS_VIDEOS = 'https://videos.example';

export async function startJobServer(
  settings: EmulationSettings,
  clipPath: string,
): Promise<JobServer> {
  const usedBefore = process.cpuUsage();
  const desk = createJobDesk(settings);
  const passes = createGate(settings);
  const counts = noCounts();
  const video = createVideo(clipPath, settings.resultBytes);
  let origin = '';
  const artifacts = createArtifactSink(() => origin);
  const videoUrl = ({ id }: Job) =>
    `${settings.hasHttpsVideos === true ? HTTPS_VIDEOS : origin}/files/${id}.mp4`;

  /** Whether a request about jobs is let through; if not, it is answered. */
  const pass = (exchange: Exchange): boolean => {
    const passage = passes(exchange.method === 'GET');
    if (passage.kind === 'served') return true;
    exchange.request.resume();
    if (passage.kind === 'refused') {
      counts.refused += 1;
      const headers = { 'retry-after': String(passage.retryAfterSeconds) };
      sendJson(exchange, 429, { detail: 'Too many requests', status: 429 }, headers);
    } else {
      counts.troubled += 1;
      drop(exchange, passage.answer);
    }
    return false;
  };

  const submit = async (exchange: Exchange, service: JobService) => {
    counts.submits += 1;
    if (!pass(exchange)) return;
    const body = await readJson(exchange.request);
    const job = desk.accept(numberIn(JSON.stringify(body)) ?? desk.jobs.size, inputOf(body));
    if (desk.losesAnswer(job)) {
      counts.lostAnswers += 1;
      drop(exchange, settings.lostAnswers?.as ?? 'reset');
      return;
    }
    const whenDone = (then: () => void, mostMs: number) => wait(exchange, job, then, mostMs);
    service.accepted(exchange, job, videoUrl(job), whenDone);
  };

  /** Calls back once the job is done, unless the client is gone by then; never early. */
  const wait = (exchange: Exchange, job: Job, then: () => void, mostMs = Infinity) => {
    const untilMs = Math.min(job.doneAtMs, performance.now() + mostMs);
    let timer: NodeJS.Timeout;
    const look = () => {
      const leftMs = untilMs - performance.now();
      if (leftMs > 0) timer = setTimeout(look, Math.ceil(leftMs));
      else {
        desk.tellDone(job);
        then();
      }
    };
    look();
    exchange.response.once('close', () => clearTimeout(timer));
  };

  const answerJobs = async (exchange: Exchange, service: JobService) => {
    const read = service.read(exchange);
    if (read.kind === 'submit') return await submit(exchange, service);
    counts.reads += 1;
    if (!pass(exchange)) return;
    if (read.kind === 'list') {
      return service.list?.(exchange, [...desk.jobs.values()].slice(-NEWEST).toReversed());
    }
    const job = 'id' in read ? desk.jobs.get(read.id) : undefined;
    if (job == null || !('id' in read)) return service.missing(exchange);
    if (read.kind === 'stream')
      return service.stream(exchange, job, (then) => wait(exchange, job, then));
    service[read.kind](exchange, job, desk.tellDone(job), videoUrl(job));
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const [path = '', query = ''] = (request.url ?? '/').split('?');
    const exchange = { request, response, method: request.method ?? 'GET', path, query };
    const service = SERVICES[path.split('/')[1] ?? ''];
    if (service != null) return await answerJobs(exchange, service);
    if (path.startsWith('/files/')) {
      counts.downloads += 1;
      return answerDownload(exchange, video, desk.jobs.get(path.slice(7, -4)));
    }
    if (!(await artifacts.answer(exchange))) sendJson(exchange, 404, { message: 'Not Found' });
  };

  const server = createServer(
    { keepAliveTimeout: 30_000, requestTimeout: 0, headersTimeout: 0 },
    (request, response) => {
      answer(request, response).catch((cause: unknown) => {
        // A client that goes away ends the request; anything else is a mistake of the emulation itself.
        if (request.destroyed && !request.complete) return;
        console.error(cause);
        response.destroy();
      });
    },
  );
  server.on('connection', () => {
    counts.sockets += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 8_192, resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    report: () => reportOf([...desk.jobs.values()], counts, artifacts.uploadedBytes, usedBefore),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function drop(exchange: Exchange, how: number | 'reset'): void {
  if (how === 'reset') exchange.request.socket.resetAndDestroy();
  else if (how === 500) sendJson(exchange, 500, { detail: 'internal error' });
  else sendPage(exchange, how);
}

/** Clients number what they want: `#7` in the prompt, or `7.png` as the character. */
function numberIn(text: string): number | undefined {
  const [, inPrompt, inUrl] = /#(\d+)|\/(\d+)\.png/.exec(text) ?? [];
  const number = inPrompt ?? inUrl;
  return number == null ? undefined : Number(number);
}

function inputOf(body: unknown): unknown {
  return typeof body === 'object' && body != null && 'input' in body ? body.input : body;
}
