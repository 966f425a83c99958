import { readText } from '../../http/body.ts';
import { hostOf, USER_AGENT } from '../../http/call-api.ts';
import { MediaError } from '../../model/errors.ts';
import type { Ports, WireBody, WireResponse } from '../../ports.ts';
import { Again, afterLostRequest, type RetryPolicy, withRetry } from '../../retry.ts';
import type { Bucket } from './address.ts';
import { codeOf } from './refusals.ts';
import type { SignRequest } from './sign.ts';

const RETRY = { limit: { tries: 4 }, baseMs: 1_000, maxMs: 10_000 } as const;
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
  let what = '';
  const policy: RetryPolicy = {
    ...RETRY,
    signal,
    afterError: afterLostRequest,
    onRetry: ({ because }) => ports.log.warning(`${what}: ${because}; trying again`),
    onExhausted: ({ because }) => new MediaError(`${what}: ${because}; nothing was bought`),
  };
  return withRetry(ports, policy, async () => {
    const asked = await question();
    what = `${asked.method} ${hostOf(asked.url)}`;
    const answer = await askOnce(ports, bucket, signal, asked);
    if (answer.status !== 429 && answer.status < 500) return answer;
    return new Again(`HTTP ${answer.status}${answer.code == null ? '' : `, ${answer.code}`}`);
  });
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
