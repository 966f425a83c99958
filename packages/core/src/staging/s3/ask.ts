import { readText } from '../../http/body.ts';
import { hostOf, USER_AGENT } from '../../http/call-api.ts';
import { MediaError, messageOf, NeverSentError, NoAnswerError } from '../../model/errors.ts';
import type { Ports, WireBody, WireResponse } from '../../ports.ts';
import { backoffMs } from '../../retry.ts';
import type { Bucket } from './address.ts';
import { codeOf } from './refusals.ts';
import type { SignRequest } from './sign.ts';

const MAX_TRIES = 4;
const ANSWER_TIMEOUT_MS = 5 * 60_000;
const SHORT_TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 65_536;

interface Question {
  readonly method: SignRequest['method'];
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: WireBody;
}

interface Answer {
  readonly status: number;
  readonly headers: WireResponse['headers'];
  /** The store's own word for what is wrong. */
  readonly code: string | null;
}

/** Every request here may be repeated. Redirects are not followed: they are answers like any other. */
export async function readWithRetry(
  ports: Ports,
  bucket: Bucket,
  signal: AbortSignal,
  question: () => Promise<Question>,
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const asked = await question();
    let problem: string;
    try {
      const answer = await askOnce(ports, bucket, signal, asked);
      if (answer.status !== 429 && answer.status < 500) return answer;
      problem = `HTTP ${answer.status}${answer.code == null ? '' : `, ${answer.code}`}`;
    } catch (error) {
      if (!(error instanceof NoAnswerError || error instanceof NeverSentError)) throw error;
      problem = messageOf(error);
    }
    const where = hostOf(asked.url);
    if (attempt === MAX_TRIES)
      throw new MediaError(`${asked.method} ${where}: ${problem}; nothing was bought`);
    ports.log.warning(`${asked.method} ${where}: ${problem}; trying again`);
    await ports.clock.sleep(backoffMs(attempt, 1_000, 10_000, ports.random()), signal);
  }
}

async function askOnce(
  ports: Ports,
  bucket: Bucket,
  signal: AbortSignal,
  { method, url, headers = {}, body }: Question,
): Promise<Answer> {
  const timeoutMs = body == null ? SHORT_TIMEOUT_MS : ANSWER_TIMEOUT_MS;
  const response = await ports.http.send({
    method,
    url,
    headers: { ...headers, 'accept-encoding': 'identity', 'user-agent': USER_AGENT },
    ...(body == null ? {} : { body }),
    headersTimeoutMs: timeoutMs,
    bodyTimeoutMs: timeoutMs,
    allowLoopback: bucket.isLoopback,
    signal,
  });
  if (method === 'HEAD' || response.status < 300) {
    response.body.destroy();
    return { status: response.status, headers: response.headers, code: null };
  }
  const limits = { what: 'the answer', maxBytes: MAX_ANSWER_BYTES };
  const text = await readText(ports.clock, response, limits);
  return { status: response.status, headers: response.headers, code: codeOf(text) };
}
