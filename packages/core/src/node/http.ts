import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
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
import { adviseOnCertificate } from './certificates.ts';
import { chooseWay, isPrivateName, type Variables, type Way } from './proxy.ts';
import { createTunnels } from './tunnels.ts';

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
  readonly repeatable: Dispatcher;
  /** A fresh connection each: a paid POST must not meet a socket the server is just closing. */
  readonly once: Dispatcher;
}

type Reach = 'public' | 'loopback' | 'any';

/**
 * Real HTTP by undici: no hidden retry, no redirect, no decoding. Every resolved address is checked
 * inside the connection's own lookup, so the address checked is the address connected to. Where the environment names
 * a proxy, all of it goes through that, and names are checked in place of addresses.
 */
export function createNodeHttp(
  resolve: Resolver = systemResolver,
  variables: Variables = process.env,
  connectTimeoutMs = CONNECT_TIMEOUT_MS,
): HttpPort {
  const known = new Map<string, Promise<Agents>>();
  const agentsFor = (way: Way, reach: Reach): Promise<Agents> => {
    const key = way.kind === 'proxy' ? way.proxy.href : reach;
    const agents =
      known.get(key) ??
      (way.kind === 'proxy'
        ? createTunnels(way, connectTimeoutMs)
        : createAgents(checkedLookup(resolve, reach), connectTimeoutMs));
    known.set(key, agents);
    return agents;
  };
  return {
    async send(request) {
      const url = checkDestination(request);
      const way = chooseWay(url, variables);
      if (way.kind === 'proxy') checkName(url, request);
      const { repeatable, once } = await agentsFor(way, reachOf(request));
      const agent = request.method === 'POST' ? once : repeatable;
      return sendOnce(agent, url, request, hintOf(way, variables));
    },
  };
}

function reachOf({ allowLoopback, allowPrivate = false }: WireRequest): Reach {
  if (allowPrivate) return 'any';
  return allowLoopback ? 'loopback' : 'public';
}

/** undici is loaded with the first request: a plan without URLs never needs it. */
async function createAgents(checked: LookupFunction, timeoutMs: number): Promise<Agents> {
  const { Agent } = await import('undici');
  const connect = { lookup: checked, timeout: timeoutMs };
  return {
    repeatable: new Agent({ connect, connections: 16 }),
    once: new Agent({ connect, pipelining: 0 }),
  };
}

function checkName({ hostname }: URL, { allowPrivate = false }: WireRequest): void {
  if (allowPrivate || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 || !isPrivateName(hostname))
    return;
  throw new UnsafeError(
    `${hostname} is a name of a private network, so the proxy is not asked for it`,
  );
}

/** What the variables have to do with a host that was not reached. */
function hintOf(way: Way, variables: Variables): string | null {
  if (way.kind === 'proxy') return `through the proxy of ${way.variable}`;
  if (way.isExempt) return 'without the proxy, as NO_PROXY says';
  const isHttpAlone = (variables.http_proxy ?? variables.HTTP_PROXY ?? '') !== '';
  return isHttpAlone ? 'HTTP_PROXY is for http alone; set HTTPS_PROXY too' : null;
}

function checkDestination(request: WireRequest): URL {
  const { url: text, allowLoopback } = request;
  if (!URL.canParse(text)) throw new UnsafeError('the address is not a URL');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    throw new UnsafeError(`${url.host}: a URL with a user or password is not used`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) checkAddress(host, reachOf(request));
  if (url.protocol === 'https:') return url;
  if (url.protocol === 'http:' && allowLoopback && isLoopback(host)) return url;
  throw new UnsafeError(`${url.host} is not used: only https is`);
}

function checkAddress(address: string, reach: Reach): void {
  if (reach === 'any' || isPublicAddress(address)) return;
  if (reach === 'loopback' && isLoopback(address)) return;
  throw new UnsafeError(`${address} is not a public address, so it is not connected to`);
}

function checkedLookup(resolve: Resolver, reach: Reach): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, (error, addresses) => {
      const [first] = addresses;
      if (error != null || first == null) {
        callback(error ?? new Error(`${hostname} has no address`), '');
        return;
      }
      try {
        for (const { address } of addresses) checkAddress(address, reach);
      } catch (refusal) {
        callback(refusal instanceof Error ? refusal : new Error(String(refusal)), '');
        return;
      }
      if (options.all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };
}

async function sendOnce(
  agent: Dispatcher,
  url: URL,
  request: WireRequest,
  hint: string | null,
): Promise<WireResponse> {
  try {
    request.signal?.throwIfAborted();
    const { body } = request;
    const answering = agent.request({
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
    const answer = await endOnStop(answering, request.signal);
    answer.body.on('error', () => {});
    return {
      status: answer.statusCode,
      headers: flattenHeaders(answer.headers),
      body: answer.body,
    };
  } catch (error) {
    throw classify(error, { host: url.host, hint, signal: request.signal });
  }
}

/** undici's own timeouts begin anew with every byte, and with every 1xx answer. */
function withClock({ signal, totalTimeoutMs }: WireRequest): AbortSignal | null {
  if (totalTimeoutMs == null) return signal ?? null;
  const limit = AbortSignal.timeout(totalTimeoutMs);
  return signal == null ? limit : AbortSignal.any([signal, limit]);
}

/**
 * undici notices an abort only once the connection stands, which takes as long as DNS, the server or a proxy is silent.
 * It does not send a request that was aborted before.
 */
async function endOnStop<Answer>(
  answering: Promise<Answer>,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  if (signal == null) return answering;
  let stop = () => {};
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([answering, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
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

interface Attempt {
  readonly host: string;
  readonly hint: string | null;
  readonly signal: AbortSignal | undefined;
}

/** Tells what provably never left from what may have; anything not understood may have. */
function classify(error: unknown, { host, hint, signal }: Attempt): Error {
  const causes = causesOf(error);
  const refusal = causes.find((cause) => cause instanceof UnsafeError);
  if (refusal != null) return refusal;
  if (signal?.aborted === true) {
    return signal.reason instanceof StoppedError
      ? signal.reason
      : new StoppedError('the run was stopped', { cause: error });
  }
  const message = `${host}: ${describe(error)}`;
  if (!causes.some(isNeverSent)) return new NoAnswerError(message, { cause: error });
  const advice = causes
    .map((cause) => adviseOnCertificate(codeOf(cause)))
    .find((each) => each != null);
  const notes = [...(hint == null ? [] : [hint]), 'nothing was sent'].join('; ');
  const next = advice == null ? '' : `; ${advice}`;
  return new NeverSentError(`${message} (${notes})${next}`, { cause: error });
}

/** Node's words for a connection that ends before the handshake does, so before anything could be said in it. */
const CUT_BEFORE_TLS = /^Client network socket disconnected before secure TLS connection/;

function isNeverSent(
  error: Error & { code?: unknown; syscall?: unknown; errors?: unknown },
): boolean {
  if (error instanceof NeverSentError || CUT_BEFORE_TLS.test(error.message)) return true;
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
  const known = first == null ? null : codeOf(first);
  const code = known == null ? '' : ` (${known})`;
  return `${messageOf(error) || 'no connection'}${code}`;
}

function codeOf(error: Error): string | null {
  return 'code' in error && typeof error.code === 'string' ? error.code : null;
}
