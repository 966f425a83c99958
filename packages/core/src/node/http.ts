import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import type { Agent, Dispatcher } from 'undici';
import { isLoopback } from '../http/loopback.ts';
import {
  messageOf,
  NeverSentError,
  NoAnswerError,
  StoppedError,
  UnsafeError,
} from '../model/errors.ts';
import type { HttpPort, WireBody, WireRequest, WireResponse } from '../ports.ts';
import { isPublicAddress } from './addresses.ts';

const CONNECT_TIMEOUT_MS = 15_000;

type Resolver = (
  hostname: string,
  callback: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

const systemResolver: Resolver = (hostname, callback) => {
  lookup(hostname, { all: true }, (error, addresses) => callback(error, addresses ?? []));
};

interface Agents {
  /** Connections are kept: for everything that may be repeated. */
  readonly repeatable: Agent;
  /** A fresh connection each: a paid POST must not meet a socket the server is just closing. */
  readonly once: Agent;
}

/**
 * Real HTTP by undici: no hidden retry, no redirect, no decoding. Every resolved address is checked
 * inside the connection's own lookup, so the address checked is the address connected to.
 */
export function createNodeHttp(resolve: Resolver = systemResolver): HttpPort {
  const agents = new Map<boolean, Promise<Agents>>();
  const agentsFor = (allowLoopback: boolean): Promise<Agents> => {
    const existing =
      agents.get(allowLoopback) ?? createAgents(checkedLookup(resolve, allowLoopback));
    agents.set(allowLoopback, existing);
    return existing;
  };
  return {
    async send(request) {
      const url = checkDestination(request);
      const { repeatable, once } = await agentsFor(request.allowLoopback);
      return sendOnce(request.method === 'POST' ? once : repeatable, url, request);
    },
  };
}

/** undici is loaded with the first request: a plan without URLs never needs it. */
async function createAgents(checked: LookupFunction): Promise<Agents> {
  const { Agent } = await import('undici');
  const connect = { lookup: checked, timeout: CONNECT_TIMEOUT_MS };
  return {
    repeatable: new Agent({ connect, connections: 16 }),
    once: new Agent({ connect, pipelining: 0 }),
  };
}

function checkDestination({ url: text, allowLoopback }: WireRequest): URL {
  if (!URL.canParse(text)) throw new UnsafeError('the address is not a URL');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    throw new UnsafeError(`${url.host}: a URL with a user or password is not used`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) checkAddress(host, allowLoopback);
  if (url.protocol === 'https:') return url;
  if (url.protocol === 'http:' && allowLoopback && isLoopback(host)) return url;
  throw new UnsafeError(`${url.host} is not used: only https is`);
}

function checkAddress(address: string, allowLoopback: boolean): void {
  if (isPublicAddress(address) || (allowLoopback && isLoopback(address))) return;
  throw new UnsafeError(`${address} is not a public address, so it is not connected to`);
}

function checkedLookup(resolve: Resolver, allowLoopback: boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, (error, addresses) => {
      const [first] = addresses;
      if (error != null || first == null) {
        callback(error ?? new Error(`${hostname} has no address`), '');
        return;
      }
      try {
        for (const { address } of addresses) checkAddress(address, allowLoopback);
      } catch (refusal) {
        callback(refusal instanceof Error ? refusal : new Error(String(refusal)), '');
        return;
      }
      if (options.all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };
}

async function sendOnce(agent: Dispatcher, url: URL, request: WireRequest): Promise<WireResponse> {
  try {
    const { body } = request;
    const answer = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method as Dispatcher.HttpMethod,
      headers: isStreamed(body)
        ? { ...request.headers, 'content-length': String(body.bytes) }
        : request.headers,
      // undici refuses a body that is not as long as announced.
      body: isStreamed(body) ? Readable.from(body.read()) : (body ?? null),
      headersTimeout: request.headersTimeoutMs,
      bodyTimeout: request.bodyTimeoutMs,
      signal: withClock(request),
    });
    answer.body.on('error', () => {});
    return {
      status: answer.statusCode,
      headers: flattenHeaders(answer.headers),
      body: answer.body,
    };
  } catch (error) {
    throw classify(error, url.host, request.signal);
  }
}

/** undici's own timeouts begin anew with every byte, and with every 1xx answer. */
function withClock({ signal, totalTimeoutMs }: WireRequest): AbortSignal | null {
  if (totalTimeoutMs == null) return signal ?? null;
  const limit = AbortSignal.timeout(totalTimeoutMs);
  return signal == null ? limit : AbortSignal.any([signal, limit]);
}

function isStreamed(body: WireRequest['body']): body is WireBody {
  return typeof body === 'object';
}

function flattenHeaders(
  headers: Record<string, string | string[] | undefined>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

/**
 * Errors of a connection that never stood (seen with Node 24 and undici 8), or of a request that was
 * never begun. ECONNREFUSED and the like are not here: they may also end a connection that carried
 * the whole request, so only their system call (`connect`) tells. TLS codes are limited to
 * the handshake: a TLS error later on may follow a request that arrived.
 */
const neverSentCodes = new RegExp(
  `^(${[
    'ENOTFOUND',
    'EAI_\\w+',
    'UND_ERR_CONNECT_TIMEOUT',
    'UND_ERR_INVALID_ARG',
    'ERR_TLS_CERT_\\w+',
    'ERR_TLS_HANDSHAKE_TIMEOUT',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'ERR_SSL_UNSUPPORTED_PROTOCOL',
    // OpenSSL calls one of them SSL/TLS_ALERT_HANDSHAKE_FAILURE.
    'ERR_SSL_[\\w/]*HANDSHAKE\\w*',
    'CERT_\\w+',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_\\w+',
  ].join('|')})$`,
);

/** Tells what provably never left from what may have; anything not understood may have. */
function classify(error: unknown, host: string, signal: AbortSignal | undefined): Error {
  const refusal = causesOf(error).find((cause) => cause instanceof UnsafeError);
  if (refusal != null) return refusal;
  if (signal?.aborted === true) {
    return signal.reason instanceof StoppedError
      ? signal.reason
      : new StoppedError('the run was stopped', { cause: error });
  }
  const neverSent = causesOf(error).some(isNeverSent);
  const message = `${host}: ${describe(error)}`;
  return neverSent
    ? new NeverSentError(`${message} (nothing was sent)`, { cause: error })
    : new NoAnswerError(message, { cause: error });
}

function isNeverSent(
  error: Error & { code?: unknown; syscall?: unknown; errors?: unknown },
): boolean {
  // Several addresses were tried: all of them must have failed before a connection stood.
  if (Array.isArray(error.errors)) {
    return (
      error.errors.length > 0 &&
      error.errors.every((each) => each instanceof Error && isNeverSent(each))
    );
  }
  if (error.syscall === 'connect' || error.syscall === 'getaddrinfo') return true;
  return typeof error.code === 'string' && neverSentCodes.test(error.code);
}

function causesOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let next = error; next instanceof Error && chain.length < 10; next = next.cause)
    chain.push(next);
  return chain;
}

function describe(error: unknown): string {
  const [first] = causesOf(error);
  const code =
    first != null && 'code' in first && typeof first.code === 'string' ? ` (${first.code})` : '';
  return `${messageOf(error) || 'no connection'}${code}`;
}
