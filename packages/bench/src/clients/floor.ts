import { Agent, type IncomingMessage, request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { inputsOf, openFile, readTask, runAll } from './common.ts';

/**
 * The floor: what a client costs that does nothing but submit, ask, and stream to disk. A few connections that stay
 * open, one poller for the whole process, no ledger, no lockfile, no checks. It is here to show what is possible.
 */
const { origin, jobs, out } = readTask();
const { hostname: host, port } = new URL(origin);
const asking = new Agent({ keepAlive: true, maxSockets: 16 });
const downloading = new Agent({ keepAlive: true, maxSockets: 8 });
const POLLS_PER_SECOND = Math.max(20, jobs / 10);
const LEAST_BETWEEN_POLLS_MS = 100;
/** After a 429 nobody asks before this. */
let notBeforeMs = 0;

interface Answer {
  readonly status: number;
  readonly retryAfterS: number;
  readonly text: string;
}

function call(method: string, path: string, body?: string): Promise<Answer> {
  const headers = {
    authorization: 'Key k',
    ...(body != null && {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    }),
  };
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, agent: asking, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece) => {
        text += piece;
      });
      const retryAfterS = Number(response.headers['retry-after'] ?? 1);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, retryAfterS, text }));
      response.once('error', reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** What was certainly not done is tried again; a submit whose answer is lost never is. */
async function ask(method: string, path: string, body?: string): Promise<string> {
  const isRead = body == null;
  for (let pauseMs = 100; ; pauseMs = Math.min(2_000, pauseMs * 2)) {
    const waitMs = notBeforeMs - Date.now();
    if (waitMs > 0) await sleep(waitMs + Math.random() * 1_000);
    try {
      const { status, retryAfterS, text } = await call(method, path, body);
      if (status < 300) return text;
      if (status === 429) notBeforeMs = Math.max(notBeforeMs, Date.now() + retryAfterS * 1_000);
      else if (status < 500 || !isRead) throw new Error(`${method} answered ${status}`);
    } catch (cause) {
      if (!isRead || !(cause instanceof Error && 'code' in cause)) throw cause;
    }
    await sleep(pauseMs);
  }
}

const open = new Map<string, { askedAtMs: number; isAsked: boolean; done: () => void }>();
let credit = 1;
let creditedAtMs = Date.now();

/** Spends the budget of the process on the jobs that were asked about longest ago. */
function spend(): void {
  const nowMs = Date.now();
  credit += ((nowMs - creditedAtMs) * POLLS_PER_SECOND) / 1_000;
  credit = Math.min(Math.max(1, POLLS_PER_SECOND / 10), credit);
  creditedAtMs = nowMs;
  for (const [id, job] of open) {
    if (credit < 1 || nowMs < notBeforeMs) return;
    if (job.isAsked || nowMs - job.askedAtMs < LEAST_BETWEEN_POLLS_MS) continue;
    credit -= 1;
    // The last in the map is the one asked last.
    open.delete(id);
    open.set(id, job);
    job.isAsked = true;
    job.askedAtMs = nowMs;
    void ask('GET', `/fal/fal-ai/kling-video/requests/${id}/status`).then((text) => {
      job.isAsked = false;
      if (JSON.parse(text).status !== 'COMPLETED') return;
      open.delete(id);
      job.done();
    });
  }
}

async function download(url: string, index: number): Promise<void> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const path = new URL(url).pathname;
    request({ host, port, agent: downloading, path }, resolve).once('error', reject).end();
  });
  if (response.statusCode !== 200) throw new Error(`the download answered ${response.statusCode}`);
  await pipeline(response, openFile(out, index));
}

const timer = setInterval(spend, Math.max(4, Math.min(50, 1_000 / POLLS_PER_SECOND)));
await runAll(jobs, async (index) => {
  const { character, motion, prompt } = inputsOf(index);
  const body = JSON.stringify({ prompt, image_url: character, video_url: motion });
  const path = '/fal/fal-ai/kling-video/v3/standard/motion-control';
  const { request_id: id } = JSON.parse(await ask('POST', path, body));
  await new Promise<void>((done) => {
    open.set(id, { askedAtMs: Date.now(), isAsked: false, done });
  });
  const result = await ask('GET', `/fal/fal-ai/kling-video/requests/${id}`);
  await download(JSON.parse(result).video.url, index);
});
clearInterval(timer);
