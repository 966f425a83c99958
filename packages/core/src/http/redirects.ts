import { NoAnswerError, UnsafeError } from '../model/errors.ts';
import type { HttpPort, WireRequest, WireResponse } from '../ports.ts';
import { hostOf } from './call-api.ts';
import { isLoopback } from './loopback.ts';

const MAX_REDIRECTS = 3;

export interface RedirectedRequest extends Omit<WireRequest, 'method' | 'body'> {
  /** Headers for the first address alone: whoever it leads to does not get them. */
  readonly credentials?: Readonly<Record<string, string>>;
}

/**
 * GET with redirects followed by hand, so that every hop is checked like the first: https, no user or
 * password, and by the port itself a public address. Resolves with any answer that is no redirect.
 *
 * @throws UnsafeError for an address that may not be fetched; NoAnswerError for too many redirects;
 *   else what `HttpPort.send` throws.
 */
export async function followRedirects(
  http: HttpPort,
  { credentials, ...request }: RedirectedRequest,
): Promise<WireResponse> {
  let { url } = request;
  let headers = { ...request.headers, ...credentials };
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    checkUrl(url, request.allowLoopback);
    const response = await http.send({ ...request, method: 'GET', url, headers });
    const { location } = response.headers;
    if (response.status < 300 || response.status > 399 || location == null) return response;
    response.body.destroy();
    if (!URL.canParse(location, url))
      throw new UnsafeError(`${hostOf(url)} redirects to an unreadable address`);
    url = new URL(location, url).href;
    headers = request.headers;
  }
  throw new NoAnswerError(`${hostOf(request.url)} redirects more than ${MAX_REDIRECTS} times`);
}

/** @throws UnsafeError unless the address may be fetched from, or written to, without credentials. */
export function checkUrl(text: string, allowLoopback: boolean): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url == null) throw new UnsafeError('the address of a file is not a URL');
  const isLocal = allowLoopback && url.protocol === 'http:' && isLoopback(url.hostname);
  if ((url.protocol !== 'https:' && !isLocal) || url.username !== '' || url.password !== '') {
    throw new UnsafeError(
      `${hostOf(text)} is not used: only https addresses without user and password are`,
    );
  }
}
