import { UnsafeError } from '../model/errors.ts';
import type { Adapter, Secrets } from '../providers/adapter.ts';
import { isLoopback } from './loopback.ts';
import { type Environment, hasKeys, isSet, readSecrets } from './secrets.ts';

export type { Environment } from './secrets.ts';

/** Where one provider is reached, and with which keys. */
export interface Endpoint {
  /** As it is with the keys that are set. */
  readonly adapter: Adapter;
  readonly secrets: Secrets;
  readonly hasKey: boolean;
  /** Without a trailing slash; a path prefix is kept. */
  readonly baseUrl: string;
  /** The same for the adapter's further origins, by origin; moved ones only. */
  readonly furtherBaseUrls: Readonly<Record<string, string>>;
  /** Its base URL was moved to this machine: only then may its files come from here too. */
  readonly isLoopback: boolean;
}

/**
 * GitHub's hosts for committed files, movable by environment. `null` on another server, whose files they do not have:
 * asked, they would only learn the names of an internal repository.
 */
export interface RawHosts {
  readonly raw: string | null;
  readonly media: string | null;
  /** The host of another server than github.com: nothing there is public, whatever a repository is called. */
  readonly enterpriseHost: string | null;
  readonly isLoopback: boolean;
}

/** @throws UnsafeError for a moved base URL that is not https (or plain http on loopback), or a key that is none. */
export function createEndpoint(adapter: Adapter, environment: Environment): Endpoint {
  const [origin = ''] = adapter.origins;
  const moved = environment[adapter.baseUrlVariable]?.trim() ?? '';
  const secrets = readSecrets(adapter, environment);
  const keysSet = new Set(Object.keys(secrets).filter((name) => isSet(secrets, name)));
  const baseUrl = moved === '' ? origin : checkBaseUrl(moved, adapter.baseUrlVariable);
  const furtherBaseUrls = Object.fromEntries(
    Object.entries(adapter.furtherBaseUrlVariables ?? {}).flatMap(([further, variable]) => {
      const text = environment[variable]?.trim() ?? '';
      return text === '' ? [] : [[further, checkBaseUrl(text, variable)] as const];
    }),
  );
  return {
    adapter: adapter.withKeys?.(keysSet) ?? adapter,
    secrets,
    hasKey: hasKeys(adapter, secrets),
    baseUrl,
    furtherBaseUrls,
    isLoopback: isLoopback(new URL(baseUrl).hostname),
  };
}

/** Which of the adapter's origins an address lies at, or `null`: then it never gets a key. */
export function originOf(url: string, { adapter }: Endpoint): string | null {
  return adapter.origins.find((known) => url.startsWith(`${known}/`)) ?? null;
}

/**
 * The address as this environment reaches it. Adapters name their own origins; anything else would
 * carry a key to a stranger, and so would a real origin beside one that was moved to this machine.
 *
 * @throws UnsafeError
 */
export function moveToBase(url: string, endpoint: Endpoint): string {
  const { adapter, baseUrl, furtherBaseUrls } = endpoint;
  const origin = originOf(url, endpoint);
  if (origin == null) {
    const host = URL.canParse(url) ? new URL(url).host : 'an unreadable URL';
    throw new UnsafeError(
      `${adapter.title}: the request goes to ${host}, which is not one of its origins`,
    );
  }
  if (origin === adapter.origins[0]) return baseUrl + url.slice(origin.length);
  const moved = furtherBaseUrls[origin];
  if (moved == null && endpoint.isLoopback) {
    throw new UnsafeError(
      `${adapter.baseUrlVariable} leads to this machine, but ${origin} is still the real one; set ${adapter.furtherBaseUrlVariables?.[origin] ?? 'its variable'} too`,
    );
  }
  return (moved ?? origin) + url.slice(origin.length);
}

export const RAW_HOST_VARIABLES = {
  raw: {
    variable: 'MOTION_TRANSFER_RAW_BASE_URL',
    documented: 'https://raw.githubusercontent.com',
  },
  media: {
    variable: 'MOTION_TRANSFER_MEDIA_BASE_URL',
    documented: 'https://media.githubusercontent.com/media',
  },
} as const;

export function createRawHosts(environment: Environment): RawHosts {
  const server = environment.GITHUB_SERVER_URL?.trim() || 'https://github.com';
  const serverHost = URL.parse(server)?.host ?? server;
  const enterpriseHost = serverHost.toLowerCase() === 'github.com' ? null : serverHost;
  const pick = ({
    variable,
    documented,
  }: {
    readonly variable: string;
    readonly documented: string;
  }) => {
    const moved = environment[variable]?.trim() ?? '';
    if (moved !== '') return checkBaseUrl(moved, variable);
    return enterpriseHost == null ? documented : null;
  };
  const raw = pick(RAW_HOST_VARIABLES.raw);
  const media = pick(RAW_HOST_VARIABLES.media);
  return {
    raw,
    media,
    enterpriseHost,
    isLoopback: [raw, media].some((base) => base != null && isLoopback(new URL(base).hostname)),
  };
}

/** @throws UnsafeError unless it is https, or plain http on this machine. */
export function checkBaseUrl(text: string, variable: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const safe =
    url != null &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === '';
  if (!safe) {
    throw new UnsafeError(
      `${variable} is not usable: it must be an https URL without user, query or fragment (plain http only on 127.0.0.1, [::1] or localhost)`,
    );
  }
  return text.replace(/\/+$/, '');
}
