import { type ClockReading, readClock } from '../model/clock-reading.ts';
import { createRedactor, MAX_FOREIGN_CHARACTERS, type Redactor } from '../model/secrets/redact.ts';
import type { Ports, WireResponse } from '../ports.ts';
import type { HttpRequest, HttpResponse } from '../providers/adapter.ts';
import { readText } from './body.ts';
import { type Endpoint, moveToBase } from './endpoint.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { redactAnswer } from './redact-answer.ts';
import { credentialsOf } from './secrets.ts';

export const USER_AGENT =
  'motion-transfer/0.1 (+https://github.com/motion-transfer/motion-transfer)';
const DEFAULT_TIMEOUT_MS = 60_000;
/** API answers are small; anything larger is not one. */
const MAX_ANSWER_BYTES = 1_048_576;

export interface ApiContext {
  readonly ports: Ports;
  readonly endpoint: Endpoint;
  readonly rateLimiter: RateLimiter;
  /** Knows every secret of the run, of all providers; this one's own by default. */
  readonly redactor?: Redactor;
  /** Called with what the provider's clock says. */
  readonly onClock?: (reading: ClockReading) => void;
}

/**
 * One request of an adapter, sent once and not paced (callers ask the rateLimiter first): moved to the
 * endpoint's base URL, authorized, with the answer read under a size cap.
 *
 * @throws what `HttpPort.send` throws; NoAnswerError for a body that breaks off or is too large.
 */
export async function callApi(
  context: ApiContext,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { ports, endpoint } = context;
  const { headers, redactor } = authorize(context, request.url);
  const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const beforeMs = ports.clock.nowMs();
  const response = await ports.http.send({
    method: request.method,
    url: moveToBase(request.url, endpoint),
    headers: {
      ...headers,
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': USER_AGENT,
      ...(request.json !== undefined ? { 'content-type': 'application/json' } : {}),
    },
    ...(request.json !== undefined ? { body: JSON.stringify(request.json) } : {}),
    headersTimeoutMs: timeoutMs,
    bodyTimeoutMs: Math.min(timeoutMs, DEFAULT_TIMEOUT_MS),
    totalTimeoutMs: timeoutMs + DEFAULT_TIMEOUT_MS,
    allowLoopback: endpoint.isLoopback,
    signal,
  });
  const asked = { source: endpoint.adapter.title, beforeMs, afterMs: ports.clock.nowMs() };
  const reading = readClock(response.headers, asked);
  if (reading != null) context.onClock?.(reading);
  // Some answers come slowly for as long as a job takes: each call has the time it was given.
  const patienceMs = Math.max(timeoutMs, DEFAULT_TIMEOUT_MS);
  return readAnswer(response, { ports, redactor, patienceMs });
}

/** The headers that authorize a request, and who takes what they carry out of its answer. */
export function authorize(
  { ports, endpoint, redactor }: ApiContext,
  url: string,
): {
  readonly headers: Readonly<Record<string, string>>;
  readonly redactor: Redactor;
} {
  const headers = endpoint.adapter.authorize(endpoint.secrets, ports.clock.nowMs(), url);
  const all = redactor ?? createRedactor(Object.values(endpoint.secrets));
  for (const credential of credentialsOf(headers)) all.add(credential);
  return { headers, redactor: all };
}

/** An answer as adapters read it; a key it repeats, or what was sent instead of one, is taken out. */
export async function readAnswer(
  response: WireResponse,
  {
    ports,
    redactor,
    patienceMs,
  }: { readonly ports: Ports; readonly redactor: Redactor; readonly patienceMs: number },
): Promise<HttpResponse> {
  const limits = { what: 'the answer', maxBytes: MAX_ANSWER_BYTES, patienceMs };
  const body = await readText(ports.clock, response, limits);
  const { json, text, headers, isRedacted } = redactAnswer(body, response.headers, redactor);
  return {
    status: response.status,
    headers,
    json,
    text: text.slice(0, MAX_FOREIGN_CHARACTERS),
    isRedacted,
  };
}

/** Host and path for messages: a query may hold a signature. */
export function hostOf(url: string): string {
  if (!URL.canParse(url)) return 'an unreadable URL';
  const { host, pathname } = new URL(url);
  return host + pathname;
}
