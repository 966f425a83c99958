import { NoAnswerError, UnsafeError } from '../model/errors.ts';
import type { Ports, WireResponse } from '../ports.ts';
import { hostOf, USER_AGENT } from './call-api.ts';

const MAX_REDIRECTS = 3;
const HEADERS_TIMEOUT_MS = 30_000;
const IDLE_TIMEOUT_MS = 30_000;

export interface FileRequest {
  readonly url: string;
  readonly allowLoopback: boolean;
  readonly range?: { readonly offset: number; readonly length: number };
  readonly signal?: AbortSignal;
}

/**
 * GET of a file somebody else serves (a result, an input): no credentials ever, redirects followed by
 * hand so that every hop is checked like the first. Resolves with any answer that is no redirect.
 *
 * @throws UnsafeError for an address that may not be fetched; else what `HttpPort.send` throws.
 */
export async function fetchFile(ports: Ports, request: FileRequest): Promise<WireResponse> {
  let url = request.url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    checkUrl(url, request.allowLoopback);
    const { range } = request;
    const response = await ports.http.send({
      method: 'GET',
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
      allowLoopback: request.allowLoopback,
      ...(request.signal != null ? { signal: request.signal } : {}),
    });
    const { location } = response.headers;
    if (response.status < 300 || response.status > 399 || location == null) return response;
    response.body.destroy();
    if (!URL.canParse(location, url))
      throw new UnsafeError(`${hostOf(url)} redirects to an unreadable address`);
    url = new URL(location, url).href;
  }
  throw new NoAnswerError(`${hostOf(request.url)} redirects more than ${MAX_REDIRECTS} times`);
}

/** @throws UnsafeError unless the address may be fetched from, or written to, without credentials. */
export function checkUrl(text: string, allowLoopback: boolean): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url == null) throw new UnsafeError('the address of a file is not a URL');
  const secure = url.protocol === 'https:' || (allowLoopback && url.protocol === 'http:');
  if (!secure || url.username !== '' || url.password !== '') {
    throw new UnsafeError(
      `${hostOf(text)} is not used: only https addresses without user and password are`,
    );
  }
}
