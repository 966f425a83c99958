import { NoAnswerError, type Ports } from '@motion-transfer/core';
import {
  Again,
  afterLostRequest,
  type ClockReading,
  cutForeign,
  parseBoundedJson,
  readClock,
  readText,
  withRetry,
} from '@motion-transfer/core/shell';
import { redactor } from '../secrets.ts';
import { GitHubRefusalError } from './errors.ts';

export interface GitHubConnection {
  /** Without a trailing slash: `https://api.github.com`, or `https://<host>/api/v3`. */
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly token: string;
  /** Plain http and loopback are let through only when the API itself is there. */
  readonly allowLoopback: boolean;
  /** A GitHub Enterprise Server is mostly in a private network; the runner itself names its address. */
  readonly allowPrivate: boolean;
}

export interface GitHubAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/**
 * GitHub's REST API over the core's own HTTP port, which is loaded anyway: addresses are checked and
 * pinned, no redirect is followed with credentials, and no write is repeated. Why no client library:
 * docs/decisions/0008-github-client.md.
 */
export interface GitHubClient {
  readonly connection: GitHubConnection;
  /** A read: tried again after faults of the network, 5xx and rate limits that end soon. @throws GitHubRefusalError, NoAnswerError */
  get(
    path: string,
    options?: { readonly accept?: string; readonly allowed?: readonly number[] },
  ): Promise<GitHubAnswer>;
  /** Every page of a list, at most `MAX_PAGES` of them. */
  list(path: string): Promise<readonly unknown[]>;
  /** Sent once: a comment must not appear twice because an answer was lost. */
  write(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<GitHubAnswer>;
  /** Sent once and as it is, to an address of the API; every answer counts, refusals too. */
  post(url: string, body: unknown, signal: AbortSignal): Promise<GitHubAnswer>;
  /** What time it is at GitHub; `null` when it does not say. */
  readClock(): Promise<ClockReading | null>;
  /** The one question that only GraphQL answers to every kind of token. */
  viewerLogin(): Promise<string>;
}

const HEADERS_TIMEOUT_MS = 20_000;
const BODY_TIMEOUT_MS = 20_000;
const MAX_ANSWER_BYTES = 16 * 1_048_576;
const RETRY = { limit: { tries: 4 }, baseMs: 2_000, maxMs: 20_000 } as const;
/** A rate limit that lasts longer is an answer: the job should not sit there and wait. */
const LONGEST_PAUSE_MS = 60_000;
/** 100 comments a page: nobody reads beyond ten thousand. */
export const MAX_PAGES = 100;

export function createGitHubClient(
  ports: Pick<Ports, 'http' | 'clock' | 'random'>,
  connection: GitHubConnection,
): GitHubClient {
  const { http, clock } = ports;
  const { apiUrl, graphqlUrl, token, allowLoopback, allowPrivate } = connection;

  const send = async (request: {
    method: string;
    url: string;
    accept?: string;
    body?: unknown;
    signal?: AbortSignal;
  }) => {
    const response = await http.send({
      method: request.method,
      url: request.url,
      headers: {
        accept: request.accept ?? 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'user-agent': 'motion-transfer',
        'x-github-api-version': '2022-11-28',
        ...(request.body == null ? {} : { 'content-type': 'application/json' }),
      },
      ...(request.body == null ? {} : { body: JSON.stringify(request.body) }),
      headersTimeoutMs: HEADERS_TIMEOUT_MS,
      bodyTimeoutMs: BODY_TIMEOUT_MS,
      allowLoopback,
      allowPrivate,
      ...(request.signal == null ? {} : { signal: request.signal }),
    });
    const limits = { what: "GitHub's answer", maxBytes: MAX_ANSWER_BYTES };
    const text = await readText(clock, response, limits);
    return { status: response.status, headers: response.headers, text };
  };

  const read = (request: Parameters<typeof send>[0]): Promise<GitHubAnswer> =>
    withRetry(ports, { ...RETRY, afterError: afterLostRequest }, async (attempt) => {
      const answer = await send(request);
      // The last answer stands, whatever it is.
      if (attempt === RETRY.limit.tries) return answer;
      return afterAnswer(answer, clock.nowMs()) ?? answer;
    });

  const client: GitHubClient = {
    connection,
    async get(path, { accept, allowed = [] } = {}) {
      const url = path.startsWith('http') ? path : `${apiUrl}${path}`;
      return check(
        await read({ method: 'GET', url, ...(accept == null ? {} : { accept }) }),
        path,
        allowed,
      );
    },
    async list(path) {
      const items: unknown[] = [];
      let next: string | null = `${apiUrl}${path}${path.includes('?') ? '&' : '?'}per_page=100`;
      for (let page = 1; next != null && page <= MAX_PAGES; page++) {
        const answer: GitHubAnswer = await client.get(next);
        const part = parseJson(answer.text);
        if (!Array.isArray(part))
          throw new NoAnswerError(`GitHub's answer to ${path} is not a list`);
        items.push(...part);
        next = nextPage(answer.headers.link, apiUrl);
      }
      return items;
    },
    async write(method, path, body) {
      return check(await send({ method, url: `${apiUrl}${path}`, body: publish(body) }), path);
    },
    post: (url, body, signal) => send({ method: 'POST', url, body, signal }),
    async readClock() {
      // docs: Get rate limit status for the authenticated user: it counts against no limit. 404: there is none.
      const beforeMs = clock.nowMs();
      const answer = await client.get('/rate_limit', { allowed: [404] }).catch(() => null);
      const asked = { source: new URL(apiUrl).host, beforeMs, afterMs: clock.nowMs() };
      return answer == null ? null : readClock(answer.headers, asked);
    },
    async viewerLogin() {
      const body = { query: '{ viewer { login } }' };
      const answer = check(await read({ method: 'POST', url: graphqlUrl, body }), 'viewer');
      const login = memberOf(parseJson(answer.text), 'data', 'viewer', 'login');
      if (typeof login === 'string' && login !== '') return login;
      throw new NoAnswerError('GitHub did not say whose the token is');
    },
  };
  return client;
}

/** What is shown to everybody who may read the repository, without a secret in any text of it. */
function publish(body: unknown): unknown {
  const redact = (_key: string, member: unknown) =>
    typeof member === 'string' ? redactor.redact(member) : member;
  return body == null ? body : JSON.parse(JSON.stringify(body, redact));
}

/** Whether the same read may be answered otherwise a moment later; `null` when the answer stands. */
function afterAnswer({ status, headers }: GitHubAnswer, nowMs: number): Again | null {
  const because = `HTTP ${status}`;
  if (status >= 500) return new Again(because);
  const isLimited =
    status === 429 ||
    (status === 403 &&
      (headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] != null));
  if (!isLimited) return null;
  // docs: Rate limits for the REST API: wait for retry-after, or until x-ratelimit-reset.
  const afterMs = Number(headers['retry-after'] ?? Number.NaN) * 1_000;
  const resetMs = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1_000 - nowMs;
  const pauseMs = Number.isFinite(afterMs) ? afterMs : Number.isFinite(resetMs) ? resetMs : 0;
  return pauseMs >= 0 && pauseMs <= LONGEST_PAUSE_MS ? new Again(because, pauseMs) : null;
}

function check(answer: GitHubAnswer, path: string, allowed: readonly number[] = []): GitHubAnswer {
  const { status, text } = answer;
  if ((status >= 200 && status < 300) || allowed.includes(status)) return answer;
  const said = memberOf(parseJson(text), 'message');
  const reason = typeof said === 'string' ? ` (${cutForeign(said)})` : '';
  const message = `GitHub answered ${status}${reason} to ${path}`;
  if (status >= 500 || status === 429) throw new NoAnswerError(message);
  throw new GitHubRefusalError(status, message);
}

/** The next page, only when it is on the same API: the token goes nowhere else. */
function nextPage(link: string | undefined, apiUrl: string): string | null {
  const next = /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
  return next?.startsWith(`${apiUrl}/`) === true ? next : null;
}

export function parseJson(text: string): unknown {
  try {
    return parseBoundedJson(text);
  } catch {
    return null;
  }
}

/** A member of an answer, or `undefined` wherever the answer is not what it should be. */
export function memberOf(value: unknown, ...names: readonly string[]): unknown {
  let inner = value;
  for (const name of names) {
    if (typeof inner !== 'object' || inner == null || !Object.hasOwn(inner, name)) return undefined;
    inner = Object.getOwnPropertyDescriptor(inner, name)?.value;
  }
  return inner;
}
