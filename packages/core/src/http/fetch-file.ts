import { readRetryAfter } from '../model/retry-after.ts';
import type { Ports, WireResponse } from '../ports.ts';
import { Again, afterLostRequest, withRetry } from '../retry.ts';
import { TooLargeError } from './body.ts';
import { USER_AGENT } from './call-api.ts';
import { followRedirects } from './redirects.ts';

const HEADERS_TIMEOUT_MS = 30_000;
const IDLE_TIMEOUT_MS = 30_000;

export interface FileRequest {
  readonly url: string;
  readonly allowLoopback: boolean;
  readonly range?: { readonly offset: number; readonly length: number };
  readonly signal?: AbortSignal;
}

/**
 * GET of a file somebody else serves (a result, an input): no credentials ever. Resolves with any answer
 * that is no redirect.
 *
 * @throws what `followRedirects` throws.
 */
export function fetchFile(
  { http }: Pick<Ports, 'http'>,
  { url, allowLoopback, range, signal }: FileRequest,
): Promise<WireResponse> {
  return followRedirects(http, {
    url,
    headers: {
      accept: '*/*',
      'accept-encoding': 'identity',
      // One provider's result host answers 403 without a user agent.
      'user-agent': USER_AGENT,
      ...(range != null
        ? { range: `bytes=${range.offset}-${range.offset + range.length - 1}` }
        : {}),
    },
    headersTimeoutMs: HEADERS_TIMEOUT_MS,
    bodyTimeoutMs: IDLE_TIMEOUT_MS,
    allowLoopback,
    ...(signal != null ? { signal } : {}),
  });
}

const RETRY = { limit: { tries: 3 }, baseMs: 500, maxMs: 5_000 } as const;

/** Whether an answer in place of a file may be another a moment later; `null` when it stands. */
export function passingAnswer({ status, headers }: WireResponse): Again | null {
  if (status !== 408 && status !== 429 && status < 500) return null;
  const retryAfterMs = readRetryAfter(headers['retry-after'], headers.date);
  return new Again(`HTTP ${status}`, retryAfterMs ?? undefined);
}

/**
 * The same, repeated while no answer comes, or one that may be another a moment later; the last one stands.
 *
 * @throws what the last try threw.
 */
export function fetchFileRepeatedly(
  ports: Pick<Ports, 'http' | 'clock' | 'random'>,
  request: FileRequest,
): Promise<WireResponse> {
  return readFileRepeatedly(ports, request, async (response) => response);
}

/**
 * The same with what is read of the answer: a connection that breaks off inside of it is a reason to try again too.
 *
 * @throws what the last try threw.
 */
export function readFileRepeatedly<Value>(
  ports: Pick<Ports, 'http' | 'clock' | 'random'>,
  request: FileRequest,
  read: (response: WireResponse) => Promise<Value>,
): Promise<Value> {
  const { signal } = request;
  const afterError = (error: unknown) =>
    error instanceof TooLargeError ? null : afterLostRequest(error);
  const policy = { ...RETRY, ...(signal != null ? { signal } : {}), afterError };
  return withRetry(ports, policy, async (attempt) => {
    const response = await fetchFile(ports, request);
    const again = attempt === RETRY.limit.tries ? null : passingAnswer(response);
    if (again == null) return read(response);
    response.body.destroy();
    return again;
  });
}

/**
 * What to do about an answer in place of a file: one that is committed, which GitHub serves to everybody while the
 * repository is public, or one behind a link of somebody's.
 */
export function adviseOnStatus(status: number, place: 'committed' | 'link'): string {
  if (status === 429) return 'its host asks for fewer requests; run again later';
  if (status === 408 || status >= 500) return 'its host has trouble of its own; run again later';
  if (place === 'committed') {
    return status === 401 || status === 403
      ? 'check that the repository is public'
      : 'push the commit (with its LFS objects), and check that the repository is public';
  }
  if (status === 401 || status === 403)
    return 'give a link that works without a login, and has not expired';
  return status === 404 || status === 410
    ? 'nothing is there, or not without a login; fix the link'
    : 'check that the link works without a login';
}

/** Size of the whole file from `content-range: bytes 0-0/123`, or from the length of a full answer; `null` where it does not say. */
export function totalBytes({
  status,
  headers,
}: Pick<WireResponse, 'status' | 'headers'>): number | null {
  const announced = {
    200: headers['content-length'],
    206: headers['content-range']?.split('/')[1],
  }[status];
  return announced != null && /^\d+$/.test(announced) ? Number(announced) : null;
}
