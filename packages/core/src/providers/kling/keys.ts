import type { Secrets } from '../adapter.ts';
import { signToken } from '../shared/sign-token.ts';
import { ORIGIN } from './dialect.ts';
import type { Api } from './models.ts';

/** What Kling issues today, for all models; sent as it is. */
export const API_KEY = 'KLINGAI_API_KEY';
/** The pair of before: a token is signed with it. "API only applicable to legacy version design standards". */
export const ACCESS_KEY = 'KLINGAI_ACCESS_KEY';
export const SECRET_KEY = 'KLINGAI_SECRET_KEY';
/** What this action called them before it knew an API key. */
export const KEY_ALIASES = { [ACCESS_KEY]: 'KLING_ACCESS_KEY', [SECRET_KEY]: 'KLING_SECRET_KEY' };

/** Which API is asked with these keys; without any, that of the key which Kling issues today. */
export function apiOfKeys(names: ReadonlySet<string>): Api {
  return isPairAlone(names) ? 'legacy' : 'current';
}

export function isPairAlone(names: ReadonlySet<string>): boolean {
  return !names.has(API_KEY) && (names.has(ACCESS_KEY) || names.has(SECRET_KEY));
}

/** Each API gets the key that is documented for it; where that one is not set, the other. */
export function authorizeKling(
  secrets: Secrets,
  nowMs: number,
  url: string,
): Readonly<Record<string, string>> {
  const {
    [API_KEY]: apiKey = '',
    [ACCESS_KEY]: accessKey = '',
    [SECRET_KEY]: secretKey = '',
  } = secrets;
  const hasPair = accessKey !== '' && secretKey !== '';
  const isLegacy = url.startsWith(`${ORIGIN}/v1/`);
  const sendsKey = apiKey !== '' && !(isLegacy && hasPair);
  const token = sendsKey ? apiKey : mintToken(accessKey, secretKey, nowMs);
  return { authorization: `Bearer ${token}` };
}

/** Valid for half an hour, and from 5 s ago, for clocks that run ahead. One a minute: it is taken out of every answer. */
function mintToken(accessKey: string, secretKey: string, nowMs: number): string {
  const now = Math.floor(nowMs / 60_000) * 60;
  return signToken({ iss: accessKey, exp: now + 1800, nbf: now - 5 }, secretKey);
}

/** What to do when the authorization is refused (codes 1000, 1001 and 1002). */
export function adviceOnKeys(names: ReadonlySet<string>, api: Api): string {
  if (api === 'current' && !isPairAlone(names))
    return `check ${API_KEY}: one API key, sent as it is; an access key with its secret key goes into ${ACCESS_KEY} and ${SECRET_KEY}, with ${API_KEY} left out`;
  return isPairAlone(names)
    ? `check ${ACCESS_KEY} and ${SECRET_KEY}; the current API takes neither: there, set ${API_KEY}, or leave the option api out`
    : `check ${API_KEY}; the legacy API is certain to take ${ACCESS_KEY} with ${SECRET_KEY} only`;
}
