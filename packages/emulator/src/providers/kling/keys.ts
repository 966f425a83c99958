import { createHmac, timingSafeEqual } from 'node:crypto';
import { isRecord, parseJson } from '../../json.ts';
import type { KlingOptions } from './options.ts';

const API_KEY = 'kling-emulated-api-key';
const ACCESS_KEY = 'kling-emulated-access-key';
const SECRET_KEY = 'kling-emulated-secret-key';

/** What Kling issues today. */
export const KLING_API_KEY = { KLINGAI_API_KEY: API_KEY };
/** The pair of before, instead of it. */
export const KLING_KEY_PAIR = {
  KLINGAI_API_KEY: '',
  KLINGAI_ACCESS_KEY: ACCESS_KEY,
  KLINGAI_SECRET_KEY: SECRET_KEY,
};

export interface KeyProblem {
  readonly code: number;
  readonly message: string;
}

const FAILED = 'Authentication failed';
const NO_PAIR_HERE =
  'Authentication error. The current API does not support AK/SK; please go to the console (https://kling.ai/dev/api-key) to create API key.';

/** The current API takes the API key as it is, and nothing made from the pair. */
export function findProblemAtCurrent(authorization: string | undefined): KeyProblem | undefined {
  if (authorization === undefined) return { code: 1001, message: FAILED };
  if (authorization === `Bearer ${API_KEY}`) return undefined;
  // Whatever its times: it is signed with the pair.
  const message = troubleOfToken(authorization, 0) === 1002 ? FAILED : NO_PAIR_HERE;
  return { code: 1002, message };
}

/** The legacy API takes a token signed with the pair; an API key too, at least for reading. */
export function findProblemAtLegacy(
  {
    authorization,
    method,
  }: { readonly authorization: string | undefined; readonly method: string },
  nowSeconds: number,
  { legacyCreatesWithApiKey }: KlingOptions,
): KeyProblem | undefined {
  if (authorization === undefined) return { code: 1001, message: FAILED };
  if (authorization === `Bearer ${API_KEY}`) {
    const isRefused = method === 'POST' && legacyCreatesWithApiKey === 'refused';
    return isRefused ? { code: 1002, message: FAILED } : undefined;
  }
  const code = troubleOfToken(authorization, nowSeconds);
  return code === undefined ? undefined : { code, message: FAILED };
}

/** The code of what is wrong with a token, by RFC 7519 and the reference's table. */
function troubleOfToken(authorization: string, nowSeconds: number): number | undefined {
  const [, header = '', claims = '', signature = ''] =
    /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization) ?? [];
  const right = createHmac('sha256', SECRET_KEY).update(`${header}.${claims}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== right.length || !timingSafeEqual(given, right)) return 1002;
  const { alg } = readPart(header);
  const { iss, exp, nbf } = readPart(claims);
  if (alg !== 'HS256' || iss !== ACCESS_KEY) return 1002;
  if (typeof nbf !== 'number' || nbf > nowSeconds) return 1003;
  return typeof exp === 'number' && exp > nowSeconds ? undefined : 1004;
}

function readPart(part: string): Record<string, unknown> {
  const json = parseJson(Buffer.from(part, 'base64url').toString());
  return isRecord(json) ? json : {};
}
