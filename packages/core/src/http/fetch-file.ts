import type { Ports, WireResponse } from '../ports.ts';
import { Again, afterLostRequest, withRetry } from '../retry.ts';
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

/**
 * The same, repeated while no answer comes, or one that may be another a moment later; the last one stands.
 *
 * @throws what the last try threw.
 */
export function fetchFileRepeatedly(
  ports: Pick<Ports, 'http' | 'clock' | 'random'>,
  request: FileRequest,
): Promise<WireResponse> {
  const { signal } = request;
  const policy = { ...RETRY, ...(signal != null ? { signal } : {}), afterError: afterLostRequest };
  return withRetry(ports, policy, async (attempt) => {
    const response = await fetchFile(ports, request);
    const mayPass = response.status === 429 || response.status >= 500;
    if (!mayPass || attempt === RETRY.limit.tries) return response;
    response.body.destroy();
    return new Again(`HTTP ${response.status}`);
  });
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
