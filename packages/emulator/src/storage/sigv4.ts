import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The server's side of AWS Signature Version 4, written from AWS's description alone
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html and
 * docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html).
 */
export interface SignedRequest {
  readonly method: string;
  /** As it came over the wire: still percent-encoded, not normalized. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Repeated headers joined with `,`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface SigningKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
  /** When a session ends, in emulated time; `null` for a key that does not. */
  readonly endsMs: number | null;
}

export interface VerifierRules {
  readonly service: string;
  readonly region: string;
  readonly nowMs: number;
  findKey(accessKeyId: string): SigningKey | undefined;
  /** What a query-signed request's payload counts as: S3 does not hash it. */
  readonly queryPayload: 'UNSIGNED-PAYLOAD' | 'hash';
  /** Names that need not be there to be verified; by default the session token is signed as well. */
  readonly unsignedToken?: boolean;
}

/** S3's own words for what is wrong. */
export type SigV4Problem =
  | 'AccessDenied'
  | 'AuthorizationQueryParametersError'
  | 'AuthorizationHeaderMalformed'
  | 'ExpiredToken'
  | 'InvalidAccessKeyId'
  | 'InvalidToken'
  | 'RequestTimeTooSkewed'
  | 'SignatureDoesNotMatch'
  | 'XAmzContentSHA256Mismatch';

export interface Verified {
  readonly key: SigningKey;
  readonly canonicalRequest: string;
  readonly stringToSign: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const MAX_SKEW_MS = 15 * 60_000;
const MAX_EXPIRES_SECONDS = 604_800;

interface Claim {
  readonly form: 'header' | 'query';
  readonly credential: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly date: string;
  readonly token: string | null;
  readonly expiresSeconds: number | null;
}

/** Validates a request as S3 does: who signed it, whether it still counts, and whether it is what was signed. */
export function verifySigV4(
  request: SignedRequest,
  rules: VerifierRules,
): Verified | { readonly problem: SigV4Problem } {
  const claim = readClaim(request);
  if (typeof claim === 'string') return { problem: claim };
  const [accessKeyId = '', day, region, service, ending, ...rest] = claim.credential.split('/');
  const malformed =
    claim.form === 'query' ? 'AuthorizationQueryParametersError' : 'AuthorizationHeaderMalformed';
  const isScope =
    day === claim.date.slice(0, 8) &&
    region === rules.region &&
    service === rules.service &&
    ending === 'aws4_request' &&
    rest.length === 0;
  if (!isScope) return { problem: malformed };
  const late = checkTime(claim, rules.nowMs);
  if (late !== undefined) return { problem: late };
  if (!claim.signedHeaders.includes('host')) return { problem: malformed };

  const key = rules.findKey(accessKeyId);
  if (key === undefined) return { problem: 'InvalidAccessKeyId' };
  if (claim.token !== key.sessionToken) return { problem: 'InvalidToken' };
  if (key.endsMs !== null && rules.nowMs >= key.endsMs) return { problem: 'ExpiredToken' };

  const payload = payloadOf(request, claim, rules);
  if (payload === undefined) return { problem: 'XAmzContentSHA256Mismatch' };
  const canonicalRequest = canonicalize(request, claim, payload, rules.unsignedToken === true);
  const scope = [day, region, service, ending].join('/');
  const stringToSign = [ALGORITHM, claim.date, scope, sha256(canonicalRequest)].join('\n');
  const signature = hmac(
    [day, region, service, ending].reduce<Uint8Array>(
      (secret, part) => hmac(secret, part),
      Buffer.from(`AWS4${key.secretAccessKey}`),
    ),
    stringToSign,
  ).toString('hex');
  return isEqual(signature, claim.signature)
    ? { key, canonicalRequest, stringToSign }
    : { problem: 'SignatureDoesNotMatch' };
}

function readClaim({ headers, query }: SignedRequest): Claim | SigV4Problem {
  const { authorization } = headers;
  if (authorization !== undefined) {
    // S3 refuses a request that is signed twice.
    if (query.has('X-Amz-Signature')) return 'AccessDenied';
    const match =
      /^AWS4-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(
        authorization,
      );
    if (match === null) return 'AuthorizationHeaderMalformed';
    const [, credential = '', signedHeaders = '', signature = ''] = match;
    return {
      form: 'header',
      credential,
      signedHeaders: signedHeaders.split(';'),
      signature,
      date: headers['x-amz-date'] ?? '',
      token: headers['x-amz-security-token'] ?? null,
      expiresSeconds: null,
    };
  }
  if (!query.has('X-Amz-Signature')) return 'AccessDenied';
  const expires = query.get('X-Amz-Expires') ?? '';
  const isSound =
    query.get('X-Amz-Algorithm') === ALGORITHM &&
    /^\d{1,6}$/.test(expires) &&
    Number(expires) >= 1 &&
    Number(expires) <= MAX_EXPIRES_SECONDS;
  if (!isSound) return 'AuthorizationQueryParametersError';
  return {
    form: 'query',
    credential: query.get('X-Amz-Credential') ?? '',
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature: query.get('X-Amz-Signature') ?? '',
    date: query.get('X-Amz-Date') ?? '',
    token: query.get('X-Amz-Security-Token'),
    expiresSeconds: Number(expires),
  };
}

function checkTime({ form, date, expiresSeconds }: Claim, nowMs: number): SigV4Problem | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const signedMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(signedMs)) {
    return form === 'query' ? 'AuthorizationQueryParametersError' : 'AccessDenied';
  }
  if (signedMs - nowMs > MAX_SKEW_MS) return 'RequestTimeTooSkewed';
  if (expiresSeconds !== null)
    return nowMs > signedMs + expiresSeconds * 1000 ? 'AccessDenied' : undefined;
  return nowMs - signedMs > MAX_SKEW_MS ? 'RequestTimeTooSkewed' : undefined;
}

function payloadOf(
  { headers, body }: SignedRequest,
  { form }: Claim,
  { queryPayload }: VerifierRules,
): string | undefined {
  const reported = headers['x-amz-content-sha256'];
  if (reported === 'UNSIGNED-PAYLOAD') return reported;
  if (reported !== undefined) return reported === sha256(body) ? reported : undefined;
  return form === 'query' && queryPayload === 'UNSIGNED-PAYLOAD' ? queryPayload : sha256(body);
}

function canonicalize(
  { method, path, query, headers }: SignedRequest,
  { signedHeaders }: Claim,
  payload: string,
  unsignedToken: boolean,
): string {
  const parameters = [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .filter(([name]) => !(unsignedToken && name === 'X-Amz-Security-Token'))
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([name, value], [other, another]) => compare(name, other) || compare(value, another))
    .map(([name, value]) => `${name}=${value}`);
  return [
    method,
    path
      .split('/')
      .map((part) => encode(decodeURIComponent(part)))
      .join('/'),
    parameters.join('&'),
    ...signedHeaders.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    payload,
  ].join('\n');
}

/** Everything but the unreserved characters of RFC 3986 is encoded. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function hmac(key: Uint8Array, text: string | undefined): Buffer {
  return createHmac('sha256', key)
    .update(text ?? '')
    .digest();
}

function isEqual(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
