import { isLoopback } from '../http/loopback.ts';
import { UnsafeError } from '../model/errors.ts';

/** As `process.env` is. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** How a host is reached. */
export type Way =
  | { readonly kind: 'direct'; readonly isExempt: boolean }
  | { readonly kind: 'proxy'; readonly proxy: URL; readonly variable: string };

/**
 * The proxy for an address, by the variables that curl, git and GitHub's own actions read: the lower-case one counts
 * first, HTTPS_PROXY is for https and HTTP_PROXY for http alone. This machine is never reached through one.
 *
 * @throws UnsafeError for a proxy that is none.
 */
export function chooseWay({ protocol, hostname, port }: URL, variables: Variables): Way {
  const name = protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const found = read(name, variables);
  if (found == null || isLoopback(hostname)) return { kind: 'direct', isExempt: false };
  const exempt = read('no_proxy', variables)?.text ?? '';
  const ownPort = port === '' ? { 'https:': '443', 'http:': '80' }[protocol] : port;
  if (isExempt(hostname, ownPort ?? '', exempt)) return { kind: 'direct', isExempt: true };
  return { kind: 'proxy', proxy: readProxy(found), variable: found.variable };
}

/** @throws UnsafeError for a HTTPS_PROXY that is none, whether anything would go through it or not. */
export function refuseUnusableProxy(variables: Variables): void {
  const found = read('https_proxy', variables);
  if (found != null) readProxy(found);
}

/**
 * What a program is given that reads these variables by its own rules (git, git-lfs), so that it reaches a host as
 * `chooseWay` says. Lists of names are read differently by every version of curl: the host stands in it by its plain
 * name when it is reached directly, and whatever only some understand is left out.
 *
 * @throws UnsafeError for a proxy that is none.
 */
export function proxyVariables(url: URL, variables: Variables): Record<string, string> {
  const way = chooseWay(url, variables);
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const found = read(name, variables);
  const names = namesOf(read('no_proxy', variables)?.text ?? '');
  if (found == null || (way.kind === 'direct' && !way.isExempt) || names.includes('*')) return {};
  const plain = names
    .map((entry) => entry.replace(/^\*?\./, ''))
    .filter((entry) => /^[^\s:/*]+$/.test(entry));
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const exempt = [...plain, ...(way.kind === 'direct' ? [host] : [])];
  return {
    [name]: completeAddress(readProxy(found)),
    ...(exempt.length === 0 ? {} : { no_proxy: exempt.join(',') }),
  };
}

/** With its port, because curl takes 1080 where a URL means 80; with a password, because git would ask for one. */
function completeAddress({ protocol, username, password, hostname, port }: URL): string {
  const credentials = username === '' ? '' : `${username}:${password}@`;
  const ownPort = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  return `${protocol}//${credentials}${hostname}:${ownPort}`;
}

interface Setting {
  readonly variable: string;
  readonly text: string;
}

function read(name: string, variables: Variables): Setting | null {
  for (const variable of [name, name.toUpperCase()]) {
    const text = variables[variable]?.trim() ?? '';
    if (text !== '') return { variable, text };
  }
  return null;
}

/** The text is not repeated: it may hold a password. */
function readProxy({ variable, text }: Setting): URL {
  const url = URL.parse(text);
  const isUsable =
    url != null &&
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    url.hostname !== '' &&
    // A password with a `/`, `?` or `#` in it ends the host before its own: `http://user:12/34@host:port`.
    !`${url.pathname}${url.search}${url.hash}`.includes('@') &&
    isDecodable(url.username) &&
    isDecodable(url.password);
  if (isUsable) return url;
  throw new UnsafeError(
    `${variable} is not a proxy that can be used: write http://host:port or http://user:password@host:port, with special characters of the password percent-encoded (SOCKS proxies and proxy scripts are not supported)`,
  );
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** A list of names: `*` is all, a name stands for itself and what is below it, and may carry a port. */
function isExempt(hostname: string, port: string, list: string): boolean {
  const host = hostname.toLowerCase();
  return namesOf(list).some((entry) => {
    if (entry === '*') return true;
    const [, name = '', ownPort] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry) ?? [];
    if (name === '' || (ownPort != null && ownPort !== port)) return false;
    return host === name || host.endsWith(`.${name}`);
  });
}

function namesOf(list: string): string[] {
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '');
}

/** Names that lead into a private network by what they are (RFC 6761, 6762, 8375, 9476 and ICANN's `internal`). */
const PRIVATE_NAME = /^[^.]*$|\.(localhost|local|localdomain|internal|home\.arpa|lan|intranet)$/;

/** A proxy resolves names, so nobody here sees the address: what can be known of the name is checked instead. */
export function isPrivateName(hostname: string): boolean {
  return PRIVATE_NAME.test(hostname.toLowerCase().replace(/\.+$/, ''));
}

/** What a refused tunnel means and what to do about it; `null` for a status that says no more than itself. */
export function adviseOnRefusal(status: number, variable: string): string {
  // 401: tinyproxy 1.11.1.
  if (status === 407 || status === 401)
    return `put its user and password into ${variable} (a secret)`;
  if (status === 403 || status === 405)
    return 'ask whoever runs the proxy to allow this host, or name the host in NO_PROXY if it is reached without the proxy';
  if (status >= 500) return 'the proxy does not reach this host; try again later';
  return `check that ${variable} names a proxy that opens tunnels (CONNECT)`;
}
