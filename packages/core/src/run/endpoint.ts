import { UnsafeError } from '../errors.ts';
import type { Adapter, Secrets } from '../providers/adapter.ts';

/** Where one provider is reached, and with which keys. */
export interface Endpoint {
  readonly adapter: Adapter;
  readonly secrets: Secrets;
  readonly hasKey: boolean;
  /** Without a trailing slash; a path prefix is kept. */
  readonly baseUrl: string;
  /** Its base URL was moved to this machine: only then may its files come from here too. */
  readonly isLoopback: boolean;
}

/** GitHub's hosts for committed files, movable by environment for GitHub Enterprise and tests. */
export interface RawHosts {
  readonly raw: string;
  readonly media: string;
  readonly isLoopback: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws UnsafeError when a moved base URL is not https (or plain http on loopback). */
export function createEndpoint(adapter: Adapter, environment: Environment): Endpoint {
  const [origin = ''] = adapter.origins;
  const moved = environment[adapter.baseUrlVariable]?.trim() ?? '';
  const secrets = Object.fromEntries(
    adapter.secrets.map((name) => [name, environment[name]?.trim() ?? ''] as const),
  );
  const baseUrl = moved === '' ? origin : checkBaseUrl(moved, adapter.baseUrlVariable);
  return {
    adapter,
    secrets,
    hasKey: Object.values(secrets).every((secret) => secret !== ''),
    baseUrl,
    isLoopback: isLoopbackHost(new URL(baseUrl).hostname),
  };
}

export function createRawHosts(environment: Environment): RawHosts {
  const pick = (variable: string, fallback: string) => {
    const moved = environment[variable]?.trim() ?? '';
    return moved === '' ? fallback : checkBaseUrl(moved, variable);
  };
  const raw = pick('MOTION_TRANSFER_RAW_BASE_URL', 'https://raw.githubusercontent.com');
  const media = pick('MOTION_TRANSFER_MEDIA_BASE_URL', 'https://media.githubusercontent.com/media');
  return {
    raw,
    media,
    isLoopback: [raw, media].some((base) => isLoopbackHost(new URL(base).hostname)),
  };
}

function checkBaseUrl(text: string, variable: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const safe =
    url != null &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname))) &&
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

export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
